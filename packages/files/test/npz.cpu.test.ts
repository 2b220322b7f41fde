import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { FileFormatError, openNpz, writeNpz } from '@diffgan/files';

const golden = (name: string) => new URL(`golden/npz/${name}`, import.meta.url);
const mu = [0, 0.125, 0.25, 0.375, 0.5];
const sigma = Array.from({ length: 25 }, (_, i) => 0.25 + (i % 6 === 0 ? 1 + i / 6 : 0));

describe('openNpz reads what numpy writes', () => {
  it.each(['stored', 'deflated', 'float32', 'version-2', 'zip64'])('%s', async (name) => {
    for (const source of [golden(`${name}.npz`), new Blob([await readFile(golden(`${name}.npz`))])]) {
      const file = await openNpz(source);
      expect(Object.keys(file.entries)).toEqual(['mu', 'sigma']);
      expect(file.entries.sigma.shape).toEqual([5, 5]);
      // in any order, and more than once
      for (const [key, values] of Object.entries({ sigma, mu, again: mu }))
        expect(Array.from((await file.read(key === 'again' ? 'mu' : key)).data as Float64Array)).toEqual(values);
      await file.close();
    }
  });

  it('arrays in Fortran order', async () => {
    const file = await openNpz(golden('fortran.npz'));
    const { data } = await file.read('c');
    expect(Array.from(data as Float64Array)).toEqual(Array.from({ length: 24 }, (_, i) => i));
    expect(file.entries.f).toMatchObject({ fortranOrder: true, shape: [2, 3, 4] });
    expect((await file.read('f')).data).toEqual(data);
    expect((await file.read('matrix')).data).toEqual(data.slice(0, 12));
    const parts = [];
    for await (const { shape, data } of file.rows('f', { batch: 1 })) parts.push([shape, [...data]]);
    expect(parts).toEqual([0, 12].map((start) => [[1, 3, 4], Array.from({ length: 12 }, (_, i) => start + i)]));
    await file.close();
  });

  it('integers, truth values, single numbers and empty arrays', async () => {
    const file = await openNpz(golden('types.npz'));
    expect(await file.read('i4')).toEqual({ shape: [2], data: Int32Array.of(-1, 2) });
    expect(await file.read('i8')).toEqual({ shape: [], data: BigInt64Array.of(2n ** 40n) });
    expect(await file.read('flag')).toEqual({ shape: [2], data: Uint8Array.of(1, 0) });
    expect(await file.read('empty')).toEqual({ shape: [0, 3], data: new Float32Array(0) });
    await file.close();
  });

  it.each([1, 7, 600, 1000])('images, %i at a time', async (batch) => {
    const file = await openNpz(golden('images.npz'));
    let count = 0;
    for await (const { shape, data } of file.rows('arr_0', { batch })) {
      expect(shape).toEqual([Math.min(batch, 600 - count), 8, 8, 3]);
      const begin = count * 192;
      expect((data as Uint8Array).every((value, i) => value === (begin + i) % 251)).toBe(true);
      count += shape[0];
    }
    expect(count).toBe(600);
    await file.close();
  });

  it('some images of many, leaving the rest', async () => {
    const file = await openNpz(golden('images.npz'));
    for await (const { data } of file.rows('arr_0', { batch: 2 })) {
      expect(data).toHaveLength(384);
      break;
    }
    expect((await file.read('arr_0')).data).toHaveLength(600 * 192);
    await file.close();
  });
});

describe('openNpz refuses', () => {
  const stored = () => readFile(golden('stored.npz'));
  const changed = async (name: string, change: (bytes: Buffer) => void) => {
    const bytes = await readFile(golden(name));
    change(bytes);
    return new Uint8Array(bytes);
  };
  const readAll = async (source: URL | Uint8Array, name = 'sigma') => {
    const file = await openNpz(source);
    try {
      return await file.read(name);
    } finally {
      await file.close();
    }
  };
  const directory = (bytes: Buffer) => bytes.readUInt32LE(bytes.length - 6);

  it('objects, which are pickled, but not the arrays beside them', async () => {
    await expect(readAll(golden('objects.npz'))).rejects.toThrow(/sigma\.npy holds pickled Python objects/);
    expect((await readAll(golden('objects.npz'), 'mu')).shape).toEqual([5]);
  });

  it.each(['mu', 'big', 'half'])('types that it does not know: %s', async (name) => {
    await expect(readAll(golden('structured.npz'), name)).rejects.toThrow(/has the header .*astype/);
  });

  it('.npy files and pickles', async () => {
    await expect(openNpz(golden('pickled.npy'))).rejects.toThrow(/single \.npy array.*numpy\.savez/);
    await expect(openNpz(Uint8Array.of(0x80, 4, 0x95))).rejects.toThrow(/is a pickle/);
  });

  it('an empty file and one that is cut anywhere', async () => {
    const bytes = await stored();
    for (const length of [0, 1, 21, 22, 100, 500, bytes.length - 23, bytes.length - 1])
      await expect(readAll(bytes.subarray(0, length))).rejects.toThrow(FileFormatError);
  });

  it('changed bytes, by their check sum', async () => {
    const bytes = await changed('stored.npz', (all) => (all[directory(all) - 1] ^= 1));
    await expect(readAll(bytes)).rejects.toThrow(/sigma\.npy has a wrong check sum/);
    await expect(
      readAll(await changed('deflated.npz', (all) => all.fill(0xff, directory(all) - 20, directory(all)))),
    ).rejects.toThrow(FileFormatError);
  });

  it('sizes that cannot be, before anything of that size is allocated', async () => {
    const sizeOf = (field: number, value: number) => (all: Buffer) => all.writeUInt32LE(value, directory(all) + field);
    await expect(readAll(await changed('stored.npz', sizeOf(24, 0xfffffff0)))).rejects.toThrow(/cannot be 4294967280/);
    await expect(readAll(await changed('deflated.npz', sizeOf(24, 0xfffffff0)))).rejects.toThrow(/cannot be/);
    await expect(readAll(await changed('stored.npz', sizeOf(42, 0xfffffff0)))).rejects.toThrow(/beyond the end/);
    await expect(readAll(golden('stored.npz'), 'nothing')).rejects.toThrow(/no array 'nothing'.*mu, sigma/);
    const file = await openNpz(golden('stored.npz'));
    await expect(file.read('sigma', { maxBytes: 199 })).rejects.toThrow(/200 bytes, more than the 199 allowed/);
    await expect(file.rows('sigma', { batch: 0 }).next()).rejects.toThrow(/batch is 0/);
    await file.close();
  });

  it('shapes that do not fit the bytes', async () => {
    const bytes = await changed('stored.npz', (all) => all.write('(9,', all.indexOf('(5,'), 'latin1'));
    await expect(readAll(bytes, 'mu')).rejects.toThrow(/shape \[9\] needs 72 bytes but has 40/);
  });

  it('encrypted members and other packings', async () => {
    const encrypted = await changed('stored.npz', (all) => all.writeUInt16LE(1, directory(all) + 8));
    await expect(readAll(encrypted)).rejects.toThrow(/encrypted/);
    const packed = await changed('stored.npz', (all) => all.writeUInt16LE(14, directory(all) + 10));
    await expect(readAll(packed)).rejects.toThrow(/packed in a way \(14\)/);
  });
});

describe('writeNpz', () => {
  it('writes what openNpz reads', async () => {
    const arrays = {
      float64: { shape: [2, 2], data: Float64Array.of(1, -0, NaN, 1e300) },
      float32: { shape: [3], data: Float32Array.of(1, 2, 3) },
      int64: { shape: [], data: BigInt64Array.of(-5n) },
      bytes: { shape: [1, 0], data: new Uint8Array(0) },
      naïve: { shape: [1], data: Int32Array.of(7) },
    };
    const file = await openNpz(writeNpz(arrays));
    for (const [name, array] of Object.entries(arrays)) expect(await file.read(name)).toEqual(array);
    await file.close();
  });

  it('refuses lengths that do not fit', () => {
    expect(() => writeNpz({ mu: { shape: [2], data: new Float64Array(3) } })).toThrow(/mu has 3 values.*needs 2/);
  });
});

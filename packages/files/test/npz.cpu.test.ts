import { readFile } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { FileFormatError, openNpz, writeNpz } from '@diffgan/files';

const golden = (name: string) => new URL(`golden/npz/${name}`, import.meta.url);
const mu = [0, 0.125, 0.25, 0.375, 0.5];
const sigma = Array.from({ length: 25 }, (_, i) => 0.25 + (i % 6 === 0 ? 1 + i / 6 : 0));

/** A ZIP file of members that are not packed. */
function storedZip(members: readonly (readonly [name: string, data: Uint8Array])[]): Uint8Array {
  const [parts, directory] = [[] as Buffer[], [] as Buffer[]];
  let offset = 0;
  for (const [name, data] of members) {
    const local = Buffer.alloc(30 + name.length);
    local.writeUInt32LE(0x04034b50, 0);
    local.writeUInt16LE(name.length, 26);
    local.write(name, 30, 'latin1');
    const record = Buffer.alloc(46 + name.length);
    record.writeUInt32LE(0x02014b50, 0);
    record.writeUInt32LE(crc32(data), 16);
    record.writeUInt32LE(data.length, 20);
    record.writeUInt32LE(data.length, 24);
    record.writeUInt16LE(name.length, 28);
    record.writeUInt32LE(offset, 42);
    record.write(name, 46, 'latin1');
    parts.push(local, Buffer.from(data));
    directory.push(record);
    offset += local.length + data.length;
  }
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(members.length, 10);
  end.writeUInt32LE(Buffer.concat(directory).length, 12);
  end.writeUInt32LE(offset, 16);
  return new Uint8Array(Buffer.concat([...parts, ...directory, end]));
}

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

  it.each([
    'half',
    'big-float',
    'big-double',
    'int8',
    'int16',
    'uint16',
    'big-int16',
    'big-int32',
    'big-int64',
    'big-half',
  ])('values of type %s', async (name) => {
    const file = await openNpz(golden('numbers.npz'));
    const { data } = await file.read(name);
    const unsigned = name === 'uint16';
    expect(Array.from(data as ArrayLike<number>, Number)).toEqual([0, 1, unsigned ? 65535 : -2, 100]);
    expect(data).toBeInstanceOf(
      name.endsWith('half') || name === 'big-float'
        ? Float32Array
        : ({ 'big-double': Float64Array, 'big-int64': BigInt64Array }[name] ?? Int32Array),
    );
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

  it('types that it does not know, and says why where it lists what there is', async () => {
    await expect(readAll(golden('structured.npz'), 'mu')).rejects.toThrow(/has the header .*astype/);
    const file = await openNpz(golden('structured.npz'));
    const { entries, unreadable } = file;
    await file.close();
    expect(Object.keys(entries)).toEqual(['big', 'half']);
    expect(Object.keys(unreadable)).toEqual(['mu']);
    expect(unreadable.mu.message).toMatch(/has the header/);
  });

  const headed = (header: string, data = 0) => {
    const text = new TextEncoder().encode(header);
    const bytes = new Uint8Array(10 + text.length + data);
    bytes.set([0x93, ...new TextEncoder().encode('NUMPY'), 1, 0, text.length & 255, text.length >> 8]);
    bytes.set(text, 10);
    return storedZip([['a.npy', bytes]]);
  };

  it.each([
    [
      'a shape of sixty digits and a letter',
      "{'descr': '<f4', 'fortran_order': False, 'shape': (" + '1'.repeat(60) + 'x,), }',
    ],
    [
      'a shape of sixty thousand digits',
      "{'descr': '<f4', 'fortran_order': False, 'shape': (" + '1'.repeat(6e4) + ',), }',
    ],
    [
      'a shape of sixty thousand blanks',
      "{'descr': '<f4', 'fortran_order': False, 'shape': (" + ' '.repeat(6e4) + 'x)}',
    ],
    ['blanks everywhere', "{'descr':" + ' '.repeat(6e4) + "'<f4'"],
    ['a thousand axes', "{'descr': '<f4', 'fortran_order': False, 'shape': (" + '0,'.repeat(1000) + ')}'],
  ])('headers at once: %s', async (_, header) => {
    const error = await readAll(headed(header), 'a').catch((thrown: Error) => thrown);
    expect(error).toBeInstanceOf(FileFormatError);
    expect((error as Error).message.length).toBeLessThan(700);
  });

  it('rows without numbers, of which a few bytes could have any count', async () => {
    const file = await openNpz(
      headed("{'descr': '<f4', 'fortran_order': False, 'shape': (9007199254740991, 28, 0, 1), }"),
    );
    await expect(file.rows('a', { batch: 100 }).next()).rejects.toThrow(/has rows without numbers/);
    expect((await file.read('a')).data).toHaveLength(0);
  });

  it('members that share bytes, names that come twice, and more members than any program writes', async () => {
    const one = new Uint8Array(headed("{'descr': '|u1', 'fortran_order': False, 'shape': (0,), }"));
    const [at] = [one.length - 22 - 51];
    const record = one.subarray(at, at + 51);
    const copies = (count: number, change: (record: Uint8Array, i: number) => void) => {
      const records = Array.from({ length: count }, (_, i) => {
        const copy = record.slice();
        change(copy, i);
        return copy;
      });
      const end = one.slice(one.length - 22);
      const view = new DataView(end.buffer);
      view.setUint16(10, count, true);
      view.setUint32(12, count * record.length, true);
      return new Uint8Array(Buffer.concat([one.subarray(0, at), ...records, end]));
    };
    await expect(openNpz(copies(2, () => {}))).rejects.toThrow(/a\.npy is there twice/);
    await expect(openNpz(copies(2, (copy, i) => (copy[46] += i)))).rejects.toThrow(/b\.npy lies within a\.npy/);
    await expect(openNpz(copies(5000, () => {}))).rejects.toThrow(/5000 members, more than 4096/);
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

import { EventEmitter, once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import {
  DownloadError,
  FileFormatError,
  openBytes,
  readBytes,
  readSafetensors,
  writeAtomically,
  writeSafetensors,
} from '@diffgan/files';
import { craft } from './craft-safetensors.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'diffgan-files-'));
});
afterAll(() => rm(folder, { recursive: true }));

describe('readSafetensors', () => {
  test('reads what the Python package wrote', async () => {
    const path = new URL('golden/golden.safetensors', import.meta.url);
    const { tensors, metadata } = readSafetensors(await readBytes(path));
    const values = [0, 1, -2.5, 65504, 6e-8, -0.1];
    expect(metadata).toEqual({ madeBy: 'make-safetensors.py', quote: 'a "b"\n' });
    expect(Object.keys(tensors).sort()).toEqual(
      ['bf16', 'bool', 'empty', 'f16', 'f32', 'f64', 'i32', 'i64', 'scalar', 'u8', 'ünïcode/név.0'].sort(),
    );
    expect(tensors.f32).toEqual({ dtype: 'F32', shape: [2, 3], data: Float32Array.from(values) });
    expect(tensors.f64.data).toEqual(Float32Array.from(values));
    // Half precision keeps 2^-24 (its smallest number) of 6e-8 and 11 bits of 0.1; bfloat16 keeps 8 bits.
    expect(tensors.f16.data).toEqual(Float32Array.of(0, 1, -2.5, 65504, 2 ** -24, -0.0999755859375));
    expect(tensors.bf16.data).toBeAllClose(values, { rtol: 2 ** -8, atol: 0 });
    expect(tensors.i64.data).toEqual(Float64Array.of(0, -1, 2 ** 53 - 1));
    expect(tensors.i32).toEqual({ dtype: 'I32', shape: [2, 1], data: Int32Array.of(-(2 ** 31), 2 ** 31 - 1) });
    expect(tensors.u8.data).toEqual(Uint8Array.of(0, 255));
    expect(tensors.bool.data).toEqual(Uint8Array.of(1, 0, 1));
    expect(tensors.scalar).toEqual({ dtype: 'F32', shape: [], data: Float32Array.of(3.5) });
    expect(tensors.empty).toEqual({ dtype: 'F32', shape: [0, 4], data: new Float32Array(0) });
  });

  test('every half-precision number', () => {
    const bytes = craft({ h: { dtype: 'F16', shape: [65536], data_offsets: [0, 131072] } }, 131072);
    new Uint8Array(bytes.buffer, bytes.length - 131072).set(
      new Uint8Array(Uint16Array.from({ length: 65536 }, (_, i) => i).buffer),
    );
    const { data } = readSafetensors(bytes).tensors.h;
    const at = {
      0x0001: 2 ** -24,
      0x03ff: 1023 * 2 ** -24,
      0x0400: 2 ** -14,
      0x3c00: 1,
      0x3555: 0.333251953125,
      0x7bff: 65504,
    };
    for (const [bits, value] of Object.entries(at)) {
      expect(data[Number(bits)]).toBe(value);
      expect(data[Number(bits) + 0x8000]).toBe(-value);
    }
    expect([data[0x7c00], data[0xfc00], data[0x7e00], data[0x8000]]).toEqual([Infinity, -Infinity, NaN, -0]);
  });

  test('names like __proto__ are just names', () => {
    const { tensors, metadata } = readSafetensors(
      craft(
        '{"__metadata__":{"__proto__":"x"},"__proto__":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},' +
          '"constructor":{"dtype":"U8","shape":[1],"data_offsets":[1,2]}}',
        2,
      ),
    );
    expect(Object.keys(tensors)).toEqual(['__proto__', 'constructor']);
    expect(Object.entries(metadata)).toEqual([['__proto__', 'x']]);
    expect(Object.getPrototypeOf(tensors)).toBeNull();
    expect({}).not.toHaveProperty('dtype');
  });

  const entry = (dtype: unknown, shape: unknown, offsets: unknown) => ({ w: { dtype, shape, data_offsets: offsets } });
  test.each([
    ['an empty file', new Uint8Array(0), '0 bytes are fewer'],
    ['a header longer than the file', craft({}, 0).fill(255, 0, 8), 'does not fit'],
    ['a header that is not JSON', craft('{"a":', 0), 'not JSON'],
    ['a header that is not UTF-8', craft('{}', 0).fill(255, 8), 'not JSON'],
    ['deep nesting', craft('['.repeat(1e5), 0), 'nested more than 3 deep'],
    ['a list in a shape', craft(entry('U8', [[1]], [0, 1]), 1), 'nested more than 3 deep'],
    [
      'a name given twice',
      craft(
        '{"a":{"dtype":"I32","shape":[1],"data_offsets":[0,4]},"\\u0061":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}',
        4,
      ),
      'names a tensor twice',
    ],
    ['a list for a header', craft([], 0), 'not a JSON object'],
    ['a number for an entry', craft({ w: 1 }, 0), 'not an object'],
    ['metadata that is not text', craft({ __metadata__: { a: 1 } }, 0), 'metadata "a"'],
    ['metadata that is no object', craft({ __metadata__: null }, 0), '__metadata__'],
    ['a type it does not read', craft(entry('F8_E4M3', [1], [0, 1]), 1), 'has type "F8_E4M3", and only F64, F32'],
    ['a type called toString', craft(entry('toString', [1], [0, 1]), 1), 'has type "toString"'],
    ['a negative dimension', craft(entry('U8', [-1, -1], [0, 1]), 1), 'impossible shape'],
    ['a fractional dimension', craft(entry('U8', [0.5], [0, 1]), 1), 'impossible shape'],
    ['a shape that is no list', craft(entry('U8', '1', [0, 1]), 1), 'impossible shape'],
    ['an overflowing shape', craft(entry('U8', [2 ** 53 - 1, 2 ** 53 - 1], [0, 1]), 1), 'needs'],
    ['offsets beyond the end', craft(entry('U8', [9], [0, 9]), 1), 'outside'],
    ['reversed offsets', craft(entry('U8', [1], [1, 0]), 1), 'outside'],
    ['missing offsets', craft(entry('U8', [1], undefined), 1), 'outside'],
    ['three offsets', craft(entry('U8', [1], [0, 1, 1]), 1), 'outside'],
    ['a length that does not fit the shape', craft(entry('F32', [2], [0, 4]), 4), 'needs 8 bytes but has 4'],
    ['a hole', craft(entry('U8', [1], [1, 2]), 2), 'begins at byte 1'],
    ['bytes left over', craft(entry('U8', [1], [0, 1]), 2), 'cover 1 of 2'],
    [
      'overlapping tensors',
      craft({ a: entry('U8', [2], [0, 2]).w, b: entry('U8', [2], [1, 3]).w }, 3),
      'begins at byte 1 of the data instead of 2',
    ],
    ['an integer beyond 2^53', craft(entry('I64', [1], [0, 8]), 8).fill(127, -8), 'beyond the exact integers'],
  ])('refuses %s', (_, bytes, message) => {
    expect(() => readSafetensors(bytes)).toThrow(FileFormatError);
    expect(() => readSafetensors(bytes)).toThrow(message);
  });

  const sample = writeSafetensors(
    { a: { shape: [2, 2], data: Float32Array.of(1, 2, 3, 4) }, b: { shape: [3], data: Int32Array.of(5, 6, 7) } },
    { note: 'fuzz' },
  );
  const survives = (bytes: Uint8Array) => {
    try {
      const { tensors } = readSafetensors(bytes);
      for (const { data } of Object.values(tensors)) expect(data.byteLength).toBeLessThanOrEqual(4 * bytes.length);
    } catch (error) {
      expect(error).toBeInstanceOf(FileFormatError);
    }
  };

  test('every truncation is refused', () => {
    for (let n = 0; n < sample.length; n++)
      expect(() => readSafetensors(sample.slice(0, n)), `${n} bytes`).toThrow(FileFormatError);
  });

  test('damaged bytes give a FileFormatError or a tensor, nothing else', () => {
    const flips = fc.array(fc.tuple(fc.nat(sample.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(flips, (changes) => {
        const bytes = sample.slice();
        for (const [at, value] of changes) bytes[at] = value;
        survives(bytes);
      }),
      { numRuns: 2000 },
    );
  });

  test('arbitrary bytes and arbitrary headers', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 64 }), survives));
    const field = fc.record(
      {
        dtype: fc.constantFrom('F32', 'I64', 'BOOL', 'x'),
        shape: fc.array(fc.nat(3)),
        data_offsets: fc.array(fc.nat(20)),
      },
      { requiredKeys: [] },
    );
    const header = fc.dictionary(fc.string(), fc.oneof(field, fc.jsonValue()), { maxKeys: 3 });
    fc.assert(fc.property(header, fc.nat(24), (fields, size) => survives(craft(fields, size))));
  });
});

describe('writeSafetensors', () => {
  test('what is written is read back, whatever the order, bit by bit', () => {
    const floats = fc
      .array(fc.integer(), { maxLength: 20 })
      .map((bits) => new Float32Array(Int32Array.from(bits).buffer));
    const whole = fc.array(fc.integer(), { maxLength: 20 }).map((values) => Int32Array.from(values));
    const tensor = fc.oneof(floats, whole).map((data) => ({ shape: [data.length], data }));
    const name = fc.string({ unit: 'grapheme' }).filter((n) => n !== '__metadata__');
    const files = fc.dictionary(name, tensor, { maxKeys: 5 });
    fc.assert(
      fc.property(files, fc.dictionary(fc.string(), fc.string()), (tensors, metadata) => {
        const bytes = writeSafetensors(tensors, metadata);
        const reversed = Object.fromEntries(Object.entries(tensors).reverse());
        expect(writeSafetensors(reversed, metadata)).toEqual(bytes);
        const read = readSafetensors(bytes);
        expect({ ...read.metadata }).toEqual({ ...metadata });
        expect(Object.keys(read.tensors).sort()).toEqual(Object.keys(tensors).sort());
        for (const [key, { shape, data }] of Object.entries(tensors)) {
          expect(read.tensors[key].shape).toEqual(shape);
          expect(new Int32Array(read.tensors[key].data.buffer)).toEqual(new Int32Array(data.buffer));
        }
      }),
    );
  });

  test('the data begins at a multiple of 8 bytes; names are sorted', () => {
    for (const name of ['a', 'ab', 'abc', 'abcd']) {
      const bytes = writeSafetensors({ [name]: { shape: [1], data: Float32Array.of(1) } });
      expect((bytes.length - 4) % 8).toBe(0);
    }
    const one = { shape: [], data: Float32Array.of(1) };
    const text = new TextDecoder().decode(writeSafetensors({ b: one, a: one }));
    expect(text.indexOf('"a"')).toBeLessThan(text.indexOf('"b"'));
  });

  test('refuses what it cannot write', () => {
    const data = Float32Array.of(1);
    expect(() => writeSafetensors({ a: { shape: [2], data } })).toThrow('shape [2] but 1 values');
    expect(() => writeSafetensors({ a: { shape: [-1, -1], data } })).toThrow(RangeError);
    expect(() => writeSafetensors({ __metadata__: { shape: [1], data } })).toThrow('rename');
    expect(() => writeSafetensors({ a: { shape: [1], data: [1] as unknown as Float32Array } })).toThrow(TypeError);
  });
});

describe('readBytes', () => {
  test('a path and a file URL', async () => {
    const path = join(folder, 'sp ace#1.bin');
    await writeFile(path, Uint8Array.of(1, 2, 3));
    expect(await readBytes(path)).toEqual(Uint8Array.of(1, 2, 3));
    expect(await readBytes(pathToFileURL(path))).toEqual(Uint8Array.of(1, 2, 3));
    expect(await readBytes(pathToFileURL(path).href, { maxBytes: 3 })).toEqual(Uint8Array.of(1, 2, 3));
    await expect(readBytes(path, { maxBytes: 2 })).rejects.toThrow(FileFormatError);
    await expect(readBytes(path, { maxBytes: 2 })).rejects.toThrow('3 bytes, more than the 2 allowed');
  });

  test('a missing file and a folder are named', async () => {
    await expect(readBytes(join(folder, 'none.bin'))).rejects.toThrow(/none\.bin: there is no such file/);
    await expect(readBytes(folder)).rejects.toThrow(/it is not a file/);
  });

  test('a file without permission', async () => {
    const path = join(folder, 'secret.bin');
    await writeFile(path, 'x', { mode: 0 });
    const asRoot = process.geteuid?.() === 0; // whom no mode keeps out
    if (asRoot) process.seteuid?.('nobody');
    try {
      await expect(readBytes(path)).rejects.toThrow(/permission denied/);
    } finally {
      if (asRoot) process.seteuid?.(0);
    }
  });

  test.skipIf(process.platform === 'win32')('an endless device', async () => {
    const path = join(folder, 'endless');
    await symlink('/dev/zero', path);
    await expect(readBytes(path)).rejects.toThrow(/endless: it is not a file/);
  });

  test('an aborted signal', async () => {
    await expect(readBytes(join(folder, 'x'), { signal: AbortSignal.abort() })).rejects.toThrow(/abort/i);
  });
});

describe('readBytes from a server', () => {
  let server: Server;
  let base: string;
  const waiting = new EventEmitter();
  beforeAll(async () => {
    server = createServer((request, response) => {
      if (request.url === '/good') response.end(Buffer.from([7, 8, 9]));
      else if (request.url === '/chunked') {
        response.write(Buffer.alloc(600));
        response.end(Buffer.alloc(600));
      } else if (request.url === '/silent') waiting.emit('silent');
      else if (request.url === '/stuck') {
        response.writeHead(200, { 'content-length': '600' }).write(Buffer.alloc(500), () => waiting.emit('silent'));
      } else response.writeHead(404, 'Not Found').end('no');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  });

  test.each([
    ['never answers', '/silent', (address: string) => readBytes(address)],
    ['stops in the middle', '/stuck', (address: string) => readBytes(address)],
    ['stops in the middle of a part', '/stuck', async (address: string) => (await openBytes(address)).read(0, 600)],
  ])('gives up on one that %s', async (_, path, read) => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      const silent = once(waiting, 'silent');
      const ended = read(base + path).catch((error: unknown) => error);
      await silent;
      for (let i = 0; i < 20; i++) await new Promise((resolve) => setImmediate(resolve)); // what was sent arrives
      vi.advanceTimersByTime(59_000);
      expect(await Promise.race([ended, Promise.resolve('still waiting')])).toBe('still waiting');
      vi.advanceTimersByTime(61_000);
      const error = await ended;
      expect(error).toBeInstanceOf(DownloadError);
      expect((error as Error).message).toBe(`readBytes: ${base}${path} sends nothing for 60 s; try again`);
    } finally {
      vi.useRealTimers();
    }
  });

  test('reads, and bounds announced and unannounced lengths', async () => {
    expect(await readBytes(`${base}/good`)).toEqual(Uint8Array.of(7, 8, 9));
    expect((await readBytes(new URL(`${base}/chunked`))).length).toBe(1200);
    await expect(readBytes(`${base}/good`, { maxBytes: 2 })).rejects.toThrow(FileFormatError);
    await expect(readBytes(`${base}/chunked`, { maxBytes: 1000 })).rejects.toThrow(FileFormatError);
  });

  test('names the status, and an address nobody answers at', async () => {
    await expect(readBytes(`${base}/none`)).rejects.toThrow(/none answered 404 Not Found/);
    await expect(readBytes('http://127.0.0.1:1/x')).rejects.toThrow(/cannot reach http:\/\/127\.0\.0\.1:1\/x/);
  });
});

describe('writeAtomically', () => {
  test('writes and replaces, and leaves nothing beside', async () => {
    const own = await mkdtemp(join(folder, 'write-'));
    const path = join(own, 'a.json');
    await writeAtomically(path, 'old');
    await writeAtomically(pathToFileURL(path), Uint8Array.of(110, 101, 119));
    expect(await readFile(path, 'utf8')).toBe('new');
    expect(await readdir(own)).toEqual(['a.json']);
  });

  test('a failure keeps the old content and removes the temporary file', async () => {
    const own = await mkdtemp(join(folder, 'fail-'));
    await mkdir(join(own, 'taken'));
    await expect(writeAtomically(join(own, 'taken'), 'x')).rejects.toThrow(/cannot write .*taken/);
    expect(await readdir(own)).toEqual(['taken']);
    await expect(writeAtomically(join(own, 'none', 'a'), 'x')).rejects.toThrow(/cannot write/);
  });

  test('writers at the same time leave one whole content', async () => {
    const path = join(folder, 'race.txt');
    const contents = Array.from({ length: 8 }, (_, i) => String(i).repeat(10_000));
    await Promise.all(contents.map((content) => writeAtomically(path, content)));
    expect(contents).toContain(await readFile(path, 'utf8'));
  });
});

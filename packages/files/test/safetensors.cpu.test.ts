import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { FileFormatError, openSafetensors, readSafetensors, type TensorData, writeSafetensors } from '@diffgan/files';
import { craft } from './craft-safetensors.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'diffgan-safetensors-'));
});
afterAll(() => rm(folder, { recursive: true }));

type Source = Parameters<typeof openSafetensors>[0];

/** All tensors, read in the given order of names. */
async function readAll(source: Source, order = (names: string[]) => names): Promise<Record<string, TensorData>> {
  const file = await openSafetensors(source);
  try {
    const tensors: Record<string, TensorData> = {};
    for (const name of order(Object.keys(file.entries))) tensors[name] = await file.read(name);
    return tensors;
  } finally {
    await file.close();
  }
}

/** Tensors with a checksum for the values, since comparing millions of them one by one takes seconds. */
const digests = (tensors: Record<string, TensorData>) =>
  Object.fromEntries(
    Object.entries(tensors).map(([name, { dtype, shape, data }]) => [
      name,
      { dtype, shape, sha256: createHash('sha256').update(data).digest('hex') },
    ]),
  );

const megabyte = new Float32Array(1 << 18).map((_, i) => i);
const tensors = {
  a: { shape: [2, 2], data: Float32Array.of(1, 2, 3, 4) },
  b: { shape: [3, 1 << 18], data: new Float32Array([...megabyte, ...megabyte, ...megabyte]) },
  c: { shape: [0, 4], data: new Float32Array(0) },
  d: { shape: [3], data: Int32Array.of(5, 6, 7) },
};
const bytes = writeSafetensors(tensors, { note: 'lazy' });
const whole = digests(readSafetensors(bytes).tensors);

describe('openSafetensors', () => {
  let path: string;
  beforeAll(async () => {
    path = join(folder, 'sp ace#1?.safetensors');
    await writeFile(path, bytes);
  });

  test.each([
    ['bytes', () => bytes],
    ['a Buffer', () => Buffer.from(bytes)],
    ['a Blob', () => new Blob([bytes.slice()])],
    ['a path', () => path],
    ['a file URL', () => pathToFileURL(path)],
    ['a file URL as text', () => pathToFileURL(path).href],
  ])('%s: header first, then each tensor in any order', async (_, source) => {
    const file = await openSafetensors(source());
    expect({ ...file.metadata }).toEqual({ note: 'lazy' });
    expect({ ...file.entries }).toEqual({
      a: { dtype: 'F32', shape: [2, 2], bytes: 16 },
      b: { dtype: 'F32', shape: [3, 1 << 18], bytes: 12 << 18 },
      c: { dtype: 'F32', shape: [0, 4], bytes: 0 },
      d: { dtype: 'I32', shape: [3], bytes: 12 },
    });
    await expect(file.read('e')).rejects.toThrow(/no tensor "e"/);
    await file.close();
    expect(digests(await readAll(source()))).toEqual(whole);
    expect(digests(await readAll(source(), (names) => names.reverse()))).toEqual(whole);
  });

  test('what is read is a copy', async () => {
    const own = bytes.slice();
    const file = await openSafetensors(own);
    const { data } = await file.read('a');
    data.fill(9);
    expect(readSafetensors(own).tensors.a.data).toEqual(tensors.a.data);
    await file.close();
  });

  test('the golden file of the Python package gives what reading it whole gives', async () => {
    const golden = new URL('golden/golden.safetensors', import.meta.url);
    expect(await readAll(golden)).toEqual({ ...readSafetensors(await readFile(golden)).tensors });
  });

  test('a damaged file, one that shrinks and a missing one are named', async () => {
    const damaged = join(folder, 'damaged.safetensors');
    await writeFile(damaged, bytes.subarray(0, -1));
    await expect(openSafetensors(damaged)).rejects.toThrow(FileFormatError);
    await expect(openSafetensors(damaged)).rejects.toThrow(/openSafetensors: .*damaged\.safetensors: tensor "d"/);
    await writeFile(damaged, bytes);
    const file = await openSafetensors(damaged);
    await truncate(damaged, bytes.length - 8);
    await expect(file.read('d')).rejects.toThrow(/damaged\.safetensors: it ended at byte/);
    await file.close();
    await expect(openSafetensors(join(folder, 'none'))).rejects.toThrow(/none: there is no such file/);
    await expect(openSafetensors(folder)).rejects.toThrow(/it is not a file/);
  });
});

describe('openSafetensors from a server', () => {
  let server: Server;
  let base: string;
  let asked: string[];
  beforeAll(async () => {
    server = createServer((request, response) => {
      asked.push(request.headers.range ?? 'all');
      serve(request, response);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  });

  function serve(request: IncomingMessage, response: ServerResponse): void {
    const from = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
    if (request.url === '/plain') response.setHeader('content-length', bytes.length).end(bytes);
    else if (request.url === '/untold') {
      response.write(bytes.subarray(0, 1000));
      response.end(bytes.subarray(1000));
    } else if (request.url === '/cut') {
      response.setHeader('content-length', bytes.length).write(bytes.subarray(0, 5000));
      setTimeout(() => response.destroy(), 50);
    } else {
      const total = request.url === '/changing' && from > 0 ? bytes.length + 1 : bytes.length;
      response.setHeader('accept-ranges', 'bytes').setHeader('content-length', bytes.length - from);
      if (from > 0) response.writeHead(206, { 'content-range': `bytes ${from}-${bytes.length - 1}/${total}` });
      response.end(bytes.subarray(from));
    }
  }

  test('one download serves reading in order, whatever the server can do', async () => {
    for (const route of ['/plain', '/untold', '/ranges']) {
      asked = [];
      expect(digests(await readAll(base + route)), route).toEqual(whole);
      expect(asked, route).toEqual(['all']);
    }
  });

  test('streams that cannot fill a given buffer do as well', async () => {
    const pieces = [3, 9, 1000, 1 << 20, Infinity].map((end, i, ends) => bytes.slice(ends[i - 1] ?? 0, end));
    const stream = new ReadableStream<Uint8Array>({
      start: (controller) => {
        pieces.forEach((piece) => controller.enqueue(piece));
        controller.close();
      },
    });
    const response = new Response(stream, { headers: { 'content-length': String(bytes.length) } });
    vi.stubGlobal('fetch', () => Promise.resolve(response));
    try {
      expect(digests(await readAll('http://127.0.0.1/x'))).toEqual(whole);
    } finally {
      vi.unstubAllGlobals();
    }
  });

  test('another order takes ranges, or downloads again', async () => {
    for (const route of ['/plain', '/untold', '/ranges']) {
      asked = [];
      expect(digests(await readAll(base + route, (names) => names.reverse())), route).toEqual(whole);
      const ranges = asked.slice(1);
      if (route === '/untold')
        expect(asked).toEqual(['all']); // of unknown length, so all of it is in memory
      else if (route === '/plain') expect(ranges.every((range) => range === 'all')).toBe(true);
      else expect(ranges.every((range) => /^bytes=\d+-$/.test(range))).toBe(true);
      expect(ranges.length > 0).toBe(route !== '/untold');
    }
  });

  test('a broken connection, a file that changes and a missing one are errors that name it', async () => {
    asked = [];
    await expect(readAll(`${base}/cut`)).rejects.toThrow(/connection to .*\/cut broke .* at byte 5000/);
    await expect(readAll(`${base}/changing`, (names) => names.reverse())).rejects.toThrow(/changing changed while/);
    await expect(openSafetensors('http://127.0.0.1:1/x')).rejects.toThrow(/cannot reach http:\/\/127\.0\.0\.1:1\/x/);
    await expect(openSafetensors(base, { signal: AbortSignal.abort() })).rejects.toThrow(/abort/i);
  });
});

describe('a file in several parts', () => {
  let index: string;
  const map = { a: 'm-1.safetensors', b: 'm-1.safetensors', d: 'm-2.safetensors' };
  const writeIndex = (weights: unknown) => writeFile(index, JSON.stringify({ metadata: {}, weight_map: weights }));
  beforeAll(async () => {
    const own = await mkdtemp(join(folder, 'shards#?-'));
    index = join(own, 'm.safetensors.index.json');
    await writeFile(join(own, 'm-1.safetensors'), writeSafetensors({ a: tensors.a, b: tensors.b }, { from: 'one' }));
    await writeFile(join(own, 'm-2.safetensors'), writeSafetensors({ d: tensors.d }));
  });

  test('is read as one', async () => {
    await writeIndex(map);
    const { a, b, d } = whole;
    expect(digests(await readAll(index))).toEqual({ a, b, d });
    expect(digests(await readAll(pathToFileURL(index), (names) => names.reverse()))).toEqual({ a, b, d });
    const file = await openSafetensors(index);
    expect({ ...file.metadata }).toEqual({ from: 'one' });
    await expect(file.read('e')).rejects.toThrow(/no tensor "e"/);
    await file.close();
  });

  test.each([
    ['no map', undefined, /"weight_map"/],
    ['a list', [], /"weight_map"/],
    ['a file elsewhere', { ...map, a: '../m-1.safetensors' }, /places "a" in "\.\.\/m-1/],
    ['an address', { ...map, a: 'http://example.org/m.safetensors' }, /places "a" in "http/],
    ['a number', { ...map, a: 1 }, /places "a" in 1/],
    ['a missing file', { ...map, a: 'm-3.safetensors' }, /m-3\.safetensors: there is no such file/],
    ['a tensor that is not there', { ...map, e: 'm-2.safetensors' }, /places "e" in m-2\.safetensors/],
    ['a tensor in the wrong file', { ...map, d: 'm-1.safetensors' }, /places "d" in m-1\.safetensors/],
    ['a tensor left out', { b: 'm-1.safetensors', d: 'm-2.safetensors' }, /does not list "a" of m-1/],
  ])('an index with %s is refused', async (_, weights, message) => {
    await writeIndex(weights);
    await expect(openSafetensors(index)).rejects.toThrow(message);
  });
});

describe('hostile files', () => {
  // Every type, so that each conversion meets damaged values.
  const sample = writeSafetensors({
    f64: { shape: [2], data: Float64Array.of(1, 2) },
    f32: { shape: [2, 2], data: Float32Array.of(1, 2, 3, 4) },
    f16: { shape: [3], data: Float32Array.of(1, 2, 3), dtype: 'F16' },
    bf16: { shape: [2], data: Float32Array.of(1, 2), dtype: 'BF16' },
    i64: { shape: [1], data: Float64Array.of(1), dtype: 'I64' },
    bool: { shape: [2], data: Uint8Array.of(0, 1), dtype: 'BOOL' },
  });

  /** Opens and reads everything: gives tensors of at most twice the file's size, as F16 needs, or a FileFormatError. */
  async function survives(file: Uint8Array): Promise<void> {
    const blob = new Blob([file.slice()]);
    const slice = vi.spyOn(blob, 'slice');
    try {
      const tensors = await readAll(blob);
      const values = Object.values(tensors);
      expect(values.reduce((sum, { data }) => sum + data.byteLength, 0)).toBeLessThanOrEqual(2 * file.length);
      expect(Object.keys(readSafetensors(file).tensors).sort()).toEqual(Object.keys(tensors).sort());
    } catch (error) {
      expect(error).toBeInstanceOf(FileFormatError);
      expect(() => readSafetensors(file)).toThrow(FileFormatError);
    }
    for (const [begin = 0, end = NaN] of slice.mock.calls) {
      expect(begin).toBeLessThanOrEqual(end);
      expect(end).toBeLessThanOrEqual(file.length);
    }
  }

  test('truncated anywhere', async () => {
    for (let n = 0; n < sample.length; n++)
      await expect(openSafetensors(sample.subarray(0, n)), `${n} bytes`).rejects.toThrow(FileFormatError);
  });

  test('bits flipped, bytes replaced, stretches cut out or doubled', async () => {
    const position = fc.nat(sample.length - 1);
    const damage = fc.oneof(
      fc.record({ kind: fc.constant('flip'), at: position, by: fc.nat(7) }),
      fc.record({ kind: fc.constant('set'), at: position, by: fc.nat(255) }),
      fc.record({ kind: fc.constant('cut'), at: position, by: fc.nat(16) }),
      fc.record({ kind: fc.constant('double'), at: position, by: fc.nat(64) }),
    );
    const damaged = (file: Buffer, { kind, at, by }: { kind: string; at: number; by: number }): Buffer => {
      if (kind === 'cut') return Buffer.concat([file.subarray(0, at), file.subarray(at + by)]);
      if (kind === 'double') return Buffer.concat([file.subarray(0, at + by), file.subarray(at)]);
      if (at < file.length) file[at] = kind === 'flip' ? file[at] ^ (1 << by) : by;
      return file;
    };
    const files = fc
      .array(damage, { minLength: 1, maxLength: 4 })
      .map((list) => list.reduce(damaged, Buffer.from(sample)));
    await fc.assert(fc.asyncProperty(files, survives), { seed: 6, numRuns: 1500 });
  });

  test('lies about the length of the header', async () => {
    const lie = fc.oneof(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), fc.bigInt({ min: 0n, max: 400n }));
    const files = lie.map((length) => {
      const file = sample.slice();
      new DataView(file.buffer).setBigUint64(0, length, true);
      return file;
    });
    await fc.assert(fc.asyncProperty(files, survives), { seed: 6, numRuns: 300 });
  });

  test('entries of any shape, place and type, overlapping and doubled', async () => {
    const size = fc.oneof(fc.nat(4), fc.constantFrom(-1, 0.5, 2 ** 31, 2 ** 53 - 1, 1e300));
    const entry = fc.record(
      {
        dtype: fc.oneof(
          fc.constantFrom('F32', 'F16', 'I64', 'BOOL', 'F8_E5M2', '__proto__'),
          fc.jsonValue({ maxDepth: 1 }),
        ),
        shape: fc.oneof(fc.array(size, { maxLength: 4 }), fc.jsonValue({ maxDepth: 1 })),
        data_offsets: fc.oneof(fc.tuple(size, size), fc.array(size, { maxLength: 3 })),
      },
      { requiredKeys: [] },
    );
    const name = fc.constantFrom('a', 'b', '__proto__', '__metadata__', '\\u0061', 'constructor', '0');
    const field = fc.tuple(name, fc.oneof(entry, fc.jsonValue({ maxDepth: 6 })));
    const files = fc.tuple(fc.array(field, { maxLength: 4 }), fc.nat(32)).map(([fields, length]) => {
      const text = fields.map(([key, value]) => `"${key}":${JSON.stringify(value) ?? 'null'}`);
      return craft(`{${text.join()}}`, length);
    });
    await fc.assert(fc.asyncProperty(files, survives), { seed: 6, numRuns: 1500 });
  });

  test('a hundred thousand empty tensors, and shapes of many axes, before they are made', () => {
    const entry = '{"dtype":"F32","shape":[0],"data_offsets":[0,0]}';
    const many = craft(`{${Array.from({ length: 100_001 }, (_, i) => `"t${i}":${entry}`).join()}}`, 0);
    expect(() => readSafetensors(many)).toThrow(/names 100001 tensors, more than 100000/);
    const axes = craft(`{"a":{"dtype":"F32","shape":[${'0,'.repeat(1e6)}0],"data_offsets":[0,0]}}`, 0);
    expect(() => readSafetensors(axes)).toThrow(/a shape has 1000001 axes, more than 16/);
  });

  test('names are escaped and shortened in messages', () => {
    const file = craft(`{"\\u001b]0;title${'x'.repeat(1e5)}":{"dtype":"F8","shape":[0],"data_offsets":[0,0]}}`, 0);
    const thrown = (() => {
      try {
        return readSafetensors(file);
      } catch (error) {
        return (error as Error).message;
      }
    })();
    expect(thrown).toContain('\\u001b]0;title');
    expect((thrown as string).length).toBeLessThan(500);
    // eslint-disable-next-line no-control-regex -- it is what must not be there
    expect(thrown).not.toMatch(/[\u0000-\u001f]/);
  });

  test('an index of brackets costs no more than reading it', async () => {
    const index = join(folder, 'a.safetensors.index.json');
    await writeFile(index, `{"weight_map":${'['.repeat(8e6)}${']'.repeat(8e6)}}`.slice(0, 1 << 24));
    const before = process.resourceUsage().maxRSS;
    await expect(openSafetensors(index)).rejects.toThrow(/is not JSON with a "weight_map"/);
    expect(process.resourceUsage().maxRSS - before).toBeLessThan(100_000); // kilobytes
  });

  test('a header of 10 MB of opening brackets costs no more than reading it', () => {
    const deep = craft(`{"a":`.repeat(2e6), 0);
    expect(() => readSafetensors(deep)).toThrow(/nested more than 3 deep/);
  });
});

describe('types that are written', () => {
  const floats = [
    0,
    -0,
    1,
    -2.5,
    65504,
    65519.99,
    65520,
    6e-8,
    2 ** -25,
    2 ** -25 * 1.001,
    1e-5,
    NaN,
    Infinity,
    -Infinity,
  ];
  const data = Float32Array.from(floats);
  const written = (dtype: TensorData['dtype'], values: TensorData['data']) =>
    readSafetensors(writeSafetensors({ x: { shape: [values.length], data: values, dtype } })).tensors.x;

  test('F16 is the nearest half, ties to even', () => {
    expect(Array.from(written('F16', data).data)).toEqual([
      0,
      -0,
      1,
      -2.5,
      65504,
      65504,
      Infinity,
      2 ** -24,
      0,
      2 ** -24,
      168 * 2 ** -24,
      NaN,
      Infinity,
      -Infinity,
    ]);
    const ties = Float32Array.of(2049, 2051, 1 + 2 ** -11, 1 + 3 * 2 ** -11, 2047.5 * 2 ** -25);
    expect(Array.from(written('F16', ties).data)).toEqual([2048, 2052, 1, 1 + 2 ** -9, 2 ** -14]);
  });

  test('every half and every bfloat16 comes back bit by bit', () => {
    const patterns = Uint16Array.from({ length: 65536 }, (_, i) => i);
    for (const dtype of ['F16', 'BF16'] as const) {
      const file = craft({ x: { dtype, shape: [65536], data_offsets: [0, 131072] } }, 131072);
      file.set(new Uint8Array(patterns.buffer), file.length - 131072);
      const values = readSafetensors(file).tensors.x.data;
      const again = writeSafetensors({ x: { shape: [65536], data: values, dtype } });
      const bits = new Uint16Array(again.slice(-131072).buffer);
      for (let i = 0; i < 65536; i++) if (!Number.isNaN(values[i]) && bits[i] !== i) expect(bits[i]).toBe(i);
    }
  });

  test('BF16 keeps 8 bits, ties to even', () => {
    const values = Float32Array.of(1 + 2 ** -8, 1 + 3 * 2 ** -8, 1.001, NaN, -Infinity, 3.4e38);
    expect(Array.from(written('BF16', values).data)).toEqual([1, 1 + 2 ** -6, 1, NaN, -Infinity, Infinity]);
  });

  test('F64, I64, U8 and BOOL', () => {
    expect(written('F64', Float64Array.of(0.5, -3))).toEqual({
      dtype: 'F64',
      shape: [2],
      data: Float32Array.of(0.5, -3),
    });
    const whole = Float64Array.of(2 ** 53 - 1, -5);
    expect(written('I64', whole)).toEqual({ dtype: 'I64', shape: [2], data: whole });
    expect(written('U8', Uint8Array.of(7, 255)).data).toEqual(Uint8Array.of(7, 255));
    expect(written('BOOL', Float32Array.of(0, 0.5)).data).toEqual(Uint8Array.of(0, 1));
    const own = writeSafetensors({
      d: { shape: [1], data: Float64Array.of(1) },
      u: { shape: [1], data: Uint8Array.of(1) },
    });
    const { d, u } = readSafetensors(own).tensors;
    expect([d.dtype, u.dtype]).toEqual(['F64', 'U8']);
    expect(() => written('I64', Float64Array.of(0.5))).toThrow(/tensor "x" holds 0\.5, which is not a whole number/);
    expect(() => written('F8' as 'F16', data)).toThrow(TypeError);
  });
});

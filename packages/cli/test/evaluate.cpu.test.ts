import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { imageGrid } from '@diffgan/data';
import { writeNpz } from '@diffgan/files';
import { namedDataset, openImages, type Opening } from '@diffgan/runs';
import { UsageError } from '@diffgan/runs/errors';
import { checkEvaluateOptions, type EvaluateCommandOptions, parseSize } from '../src/evaluate/options.ts';
import { parseMetrics } from '../src/evaluate/parse-metrics.ts';
import { evaluateReport, type EvaluateResult, scoreRows, textTable } from '../src/evaluate/report.ts';
import { Terminal } from '../src/terminal/terminal.ts';

let home: string;
let opening: Opening;
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'diffgan-sources-'));
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  const terminal = new Terminal(true, silent as unknown as NodeJS.WriteStream);
  opening = { batch: 4, terminal, signal: new AbortController().signal };
});
afterAll(() => rm(home, { recursive: true }));

const options: EvaluateCommandOptions = {
  samples: 'x',
  reference: 'y',
  metrics: ['fid'],
  extractor: 'fashion-cnn',
  seed: 0,
  workers: 1,
  cache: true,
  saveStatistics: false,
  out: 'runs/evaluate',
};

describe('the options of evaluate', () => {
  it('take names of metrics with commas', () => {
    expect(parseMetrics('fid, kid')).toEqual(['fid', 'kid']);
    expect(() => parseMetrics('fid,psnr')).toThrow(
      /'psnr'; known are fid, fid-infinity, kid, is, precision-recall, density-coverage/,
    );
    expect(() => parseMetrics('')).toThrow(UsageError);
  });

  it.each([
    [{ extractor: 'vgg' as 'inception' }, /vgg; it must be one of fashion-cnn, inception/],
    [{ extractor: 'inception' as const }, /needs --weights FILE/],
    [{ weights: 'file' }, /--weights belongs to --extractor inception/],
    [{ count: 1 }, /--count is 1; it must be an integer of at least 2/],
    [{ batch: 0.5 }, /--batch is 0\.5/],
    [{ range: '1..2' as '0..1' }, /--range is 1\.\.2; it must be one of -1\.\.1, 0\.\.1, 0\.\.255/],
    [{ seed: -1 }, /--seed is -1/],
  ])('refuse %j', (changes, message) => {
    expect(() => checkEvaluateOptions({ ...options, ...changes })).toThrow(message);
    expect(() => checkEvaluateOptions({ ...options, ...changes })).toThrow(UsageError);
    expect(() => checkEvaluateOptions(options)).not.toThrow();
  });
});

describe('what is said', () => {
  it('has no control characters of names of files, in no line', () => {
    const said: string[] = [];
    const stream = new Writable({ write: (chunk, _encoding, done) => (said.push(String(chunk)), done()) });
    const terminal = new Terminal(true, stream as unknown as NodeJS.WriteStream);
    const hostile = 'a\u001b]0;title\u0007\u009b31m\u202e.png';
    terminal.say(`two\nlines of\t${hostile}`);
    terminal.heading(hostile);
    terminal.progress(1, hostile);
    expect(said).toHaveLength(3);
    // eslint-disable-next-line no-control-regex -- they are what must not be there
    for (const text of said) expect(text).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202e]/);
    expect(said[0]).toContain('two\nlines of\ta\\u001b]0;title\\u0007\\u009b31m\\u202e.png\n');
  });
});

describe('the size of evaluate', () => {
  it('is a number, or height and width', () => {
    expect([parseSize('32'), parseSize('16x24')]).toEqual([[32, 32], [16, 24]]); // prettier-ignore
    for (const text of ['0', '8x', 'x8', '1e3', '-4', '8x0']) expect(() => parseSize(text)).toThrow(/--size is/);
  });

  it.each([
    [{ resize: 'bicubic' as 'pillow' }, /--resize is bicubic; it must be one of pytorch, tensorflow, pillow/],
    [{ resize: 'pillow' as const }, /--resize belongs to --extractor inception/],
    [{ background: 'red' as 'white' }, /--background is red/],
  ])('and the other options are checked: %o', (changes, message) => {
    expect(() => checkEvaluateOptions({ ...options, ...changes })).toThrow(message);
  });
});

describe('image sources', () => {
  const pixels = Uint8Array.from({ length: 10 * 2 * 3 }, (_, i) => (i * 37) % 256);

  async function read(text: string, changes: Partial<Opening> = {}) {
    const set = await openImages(text, { ...opening, ...changes });
    const sizes: number[] = [];
    const values: number[] = [];
    for await (const batch of set.batches()) {
      sizes.push(batch.shape[0]);
      values.push(...(await batch.data()));
      batch.dispose();
    }
    return { set, sizes, values };
  }

  it('name data sets and their splits', () => {
    expect(namedDataset('fashion-mnist')).toEqual({ name: 'fashion-mnist', split: 'train' });
    expect(namedDataset('cifar10:test')).toEqual({ name: 'cifar10', split: 'test' });
    expect(namedDataset('samples/')).toBeUndefined();
    expect(() => namedDataset('cifar10:valid')).toThrow(/cifar10:train or cifar10:test/);
  });

  it('read an .npz and a folder of PNG files alike, all or the first', async () => {
    const [file, folder] = [join(home, 'images.npz'), home];
    await writeFile(file, writeNpz({ arr_0: { shape: [10, 2, 3, 1], data: pixels } }));
    for (let i = 0; i < 10; i++) {
      const data = Float32Array.from(pixels.subarray(6 * i, 6 * i + 6), (k) => (2 * k) / 255 - 1);
      await writeFile(join(folder, `${i}.png`), await imageGrid({ data, shape: [1, 2, 3, 1] }));
    }
    const [a, b] = [await read(file), await read(folder)];
    expect(a.sizes).toEqual([4, 4, 2]);
    expect(b.sizes).toEqual([4, 4, 2]);
    expect(b.values).toEqual(a.values);
    expect([a.set.count, b.set.count]).toEqual([10, 10]);
    for (const source of [file, folder]) {
      const few = await read(source, { count: 6 });
      const rows = Array.from({ length: 6 }, (_, i) => few.values.slice(6 * i, 6 * i + 6).join());
      const all = Array.from({ length: 10 }, (_, i) => a.values.slice(6 * i, 6 * i + 6).join());
      // of a file the first, of a folder any, in order
      if (source === file) expect(rows).toEqual(all.slice(0, 6));
      expect(rows).toEqual(all.filter((row) => rows.includes(row)));
      expect(few.set.count).toBe(6);
      expect(await few.set.digest()).not.toBe(await (source === file ? a : b).set.digest());
    }
  });

  it('say what bytes of 0 and 1 look like, and name the type of arrays that are no images', async () => {
    const said: string[] = [];
    const loud = new Writable({ write: (chunk, _encoding, done) => (said.push(String(chunk)), done()) });
    const terminal = new Terminal(true, loud as unknown as NodeJS.WriteStream);
    const [masks, doubles] = [join(home, 'masks.npz'), join(home, 'doubles.npz')];
    await writeFile(
      masks,
      writeNpz({ arr_0: { shape: [2, 2, 3, 1], data: Uint8Array.from({ length: 12 }, (_, i) => i % 2) } }),
    );
    await writeFile(doubles, writeNpz({ arr_0: { shape: [1, 1, 1, 1], data: Float64Array.of(1) } }));
    await read(masks, { terminal });
    expect(said.join('')).toMatch(/masks\.npz holds bytes 0 and 1 alone/);
    said.length = 0;
    await read(join(home, 'images.npz'), { terminal });
    expect(said).toEqual([]);
    await expect(read(doubles)).rejects.toThrow(/'arr_0' is <f8 of shape \[1,1,1,1\]/);
  });

  it('give images of folders the size that is asked for, and name the flag where they need one', async () => {
    const folder = join(home, 'sizes');
    await mkdir(folder);
    for (const side of [2, 3])
      await writeFile(
        join(folder, `${side}.png`),
        await imageGrid({ data: new Float32Array(side * side).fill(1), shape: [1, side, side, 1] }),
      );
    await expect(read(folder)).rejects.toThrow(/or give --size/);
    expect((await read(folder, { size: [4, 5] })).values).toEqual(new Array(40).fill(1));
  });

  it('take the images of a folder that diffgan sample wrote, beside its notes and its picture', async () => {
    const folder = join(home, 'drawn');
    await mkdir(join(folder, 'images'), { recursive: true });
    await writeFile(join(folder, 'sample.json'), '{}');
    const white = async (side: number) =>
      imageGrid({ data: new Float32Array(side * side).fill(1), shape: [1, side, side, 1] });
    await writeFile(join(folder, 'grid.png'), await white(9));
    await writeFile(join(folder, 'images/0.png'), await white(2));
    expect((await read(folder)).values).toEqual([1, 1, 1, 1]);
    await rm(join(folder, 'images'), { recursive: true });
    await writeFile(join(folder, 'samples.npz'), writeNpz({ arr_0: { shape: [10, 2, 3, 1], data: pixels } }));
    expect((await read(folder)).set.count).toBe(10);
  });

  it('map floats of a told range, and only those', async () => {
    const floats = Float32Array.from(pixels, (k) => k / 255);
    const [file, bytes] = [join(home, 'floats.npz'), join(home, 'bytes.npz')];
    await writeFile(file, writeNpz({ arr_0: { shape: [10, 2, 3, 1], data: floats } }));
    await writeFile(bytes, writeNpz({ arr_0: { shape: [10, 2, 3, 1], data: pixels } }));
    const expected = Array.from(pixels, (k) => (2 * k) / 255 - 1);
    const untold = await read(file);
    expect(untold.set.range).toBeUndefined();
    expect(untold.values).toEqual(Array.from(floats));
    for (const source of [file, bytes]) {
      const told = await read(source, { range: '0..1' });
      expect(told.set.range).toBe('[-1, 1]');
      expect(told.values).toBeAllClose(expected, { rtol: 0, atol: 3e-7 });
    }
  });

  it('say what is wrong', async () => {
    await writeFile(join(home, 'text.npz'), 'not a zip file');
    await expect(openImages('/nonexistent', opening)).rejects.toThrow(
      /no \/nonexistent; give a folder of PNG or JPEG files/,
    );
    await expect(openImages(join(home, 'text.npz'), opening)).rejects.toThrow(/zip|npz/i);
    await writeFile(join(home, 'other.npz'), writeNpz({ labels: { shape: [2], data: Uint8Array.of(1, 2) } }));
    await expect(read(join(home, 'other.npz'))).rejects.toThrow(/'arr_0' is not among labels/);
  });
});

describe('the report', () => {
  const result: EvaluateResult = {
    command: 'evaluate',
    version: '0.1.0',
    samples: 'a <b>',
    backend: 'cpu',
    seed: 0,
    seconds: 1,
    extractor: 'fashion',
    layer: 'dense',
    n: 500,
    reference: { name: 'fashion-mnist test', n: 10000 },
    vectors: { samples: 500, reference: 10000 },
    scores: {
      fid: { name: 'FID-fashion', value: 12.345, n: 500, dim: 128, reference: 'test', bias: 1.234 },
      kid: { value: 0.00123, standardDeviation: 0.0004, standardError: 0.00004, subsets: 100, subsetSize: 500 },
      precisionRecall: { precision: 0.81234, recall: 0.5, k: 3 },
    },
    warnings: ['few & far between'],
    files: { report: 'report.html', result: 'evaluation.json' },
  };

  it('has a row for each score, in columns of one width', () => {
    expect(textTable(scoreRows(result)).split('\n')).toEqual([
      'metric       value               better  images             note',
      'FID-fashion  12.35               lower   500 against 10000  about 1.2 of it by n alone',
      'KID          0.00123 ± 0.000040  lower   500 against 10000  100 subsets of 500, ± standard error',
      'precision    0.812               higher  500 against 10000  k = 3',
      'recall       0.500               higher  500 against 10000  k = 3',
    ]);
  });

  it('escapes names and shows pictures and warnings', () => {
    const page = evaluateReport(result, { samples: Uint8Array.of(1, 2, 3) });
    expect(page).toContain('diffgan evaluate: a &lt;b&gt;');
    expect(page).toContain('few &amp; far between');
    expect(page).toContain('data:image/png;base64,AQID');
    expect(page).not.toContain('Nearest');
  });
});

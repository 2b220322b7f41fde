import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { cifar10, readIdx } from '@diffgan/data';
import { FeatureStatistics } from '@diffgan/fid';
import { FileFormatError, gunzip, openNpz, openSafetensors, readSafetensors, writeSafetensors } from '@diffgan/files';
import { diffusionFromDiffusers } from '@diffgan/hub';
import { foldIn, type Key, key, randomBits } from '@diffgan/ops';
import { unetConfigFromDiffusers } from '@diffgan/unet';
import { readImage } from '../packages/data/src/read-image.ts';
import { pngFile } from '../packages/data/test/png-file.ts';

/** A reader of files from outside, and whole files that it reads. */
interface Target {
  name: string;
  samples: Uint8Array[];
  /** Reads a file; those that are read at the same time have different slots. */
  read: (bytes: Uint8Array, slot: number) => unknown;
  /** Errors that it may end with. */
  errors: readonly string[];
}

const fromRoot = (path: string) => new Uint8Array(readFileSync(new URL(`../${path}`, import.meta.url)));
const json = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));
const parsed = (bytes: Uint8Array): unknown => {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    throw new FileFormatError('not JSON');
  }
};

async function readAllOfNpz(bytes: Uint8Array): Promise<void> {
  const file = await openNpz(bytes);
  for (const name of Object.keys(file.entries)) {
    await file.read(name, { maxBytes: 2 ** 24 });
    if (file.entries[name].shape.length > 0) for await (const rows of file.rows(name, { batch: 100 })) void rows;
  }
  const [first] = Object.values(file.unreadable);
  if (first) throw first;
}

/** The readers, each with files that it takes. */
export function targets(folder: string): Target[] {
  const tensors = {
    f32: { shape: [2, 2], data: Float32Array.of(1, 2, 3, 4) },
    f16: { shape: [3], data: Float32Array.of(1, 2, 3), dtype: 'F16' as const },
    i64: { shape: [1], data: Float64Array.of(1), dtype: 'I64' as const },
  };
  const safetensors = writeSafetensors(tensors, { format: 'pt' });
  writeFileSync(join(folder, 'a-1.safetensors'), safetensors);
  const index = json({
    metadata: { total_size: 30 },
    weight_map: Object.fromEntries(Object.keys(tensors).map((n) => [n, 'a-1.safetensors'])),
  });
  const idx = new Uint8Array([
    0,
    0,
    8,
    3,
    0,
    0,
    0,
    2,
    0,
    0,
    0,
    2,
    0,
    0,
    0,
    3,
    ...Array.from({ length: 12 }, (_, i) => i),
  ]);
  const statistics = new FeatureStatistics(3, { extractor: 'e', layer: 'l' })
    .add(Float32Array.from({ length: 30 }, (_, i) => Math.sin(i)))
    .toNpz();
  const cifar = Uint8Array.from({ length: 2 * 3073 }, (_, i) => (i % 3073 === 0 ? 7 : (i * i) % 256));
  const golden = 'packages/files/test/golden/npz/';
  const pngs = [0, 2, 3, 4, 6].map((colour) =>
    pngFile({
      ...{ width: 4, height: 4, colour, interlaced: colour === 2 },
      samples: Array.from({ length: 16 * [1, 0, 3, 1, 2, 0, 4][colour === 0 ? 0 : colour] }, (_, i) =>
        colour === 3 ? i % 4 : (i * 3) % 256,
      ),
      chunks: colour === 3 ? [['PLTE', Uint8Array.from({ length: 12 }, (_, i) => i)]] : [],
    }),
  );
  const jpegs = ['baseline', 'progressive', 'grey', 'turned-6'].map((name) =>
    fromRoot(`packages/data/test/golden/jpeg/${name}.jpg`),
  );
  const image = (bytes: Uint8Array) => readImage(bytes, { name: 'a', maxPixels: 1 << 16, background: 'white' });
  return [
    { name: 'npz', samples: ['stored', 'deflated', 'fortran', 'numbers', 'zip64', 'version-2'].map((n) => fromRoot(`${golden}${n}.npz`)), read: readAllOfNpz, errors: ['FileFormatError'] }, // prettier-ignore
    { name: 'statistics', samples: [statistics], read: (bytes) => FeatureStatistics.fromNpz(bytes, {}), errors: ['FileFormatError', 'StatisticsError', 'RangeError'] }, // prettier-ignore
    { name: 'safetensors', samples: [safetensors], read: readSafetensors, errors: ['FileFormatError'] },
    {
      name: 'index',
      samples: [index],
      async read(bytes, slot) {
        const file = join(folder, `a-${slot}.safetensors.index.json`);
        writeFileSync(file, bytes);
        const reader = await openSafetensors(file);
        try {
          for (const name of Object.keys(reader.entries)) await reader.read(name);
        } finally {
          await reader.close();
        }
      },
      errors: ['FileFormatError', 'Error'], // of files that are not there
    },
    { name: 'idx', samples: [idx], read: (bytes) => readIdx(bytes), errors: ['FileFormatError'] },
    {
      name: 'cifar10',
      samples: [cifar, new Uint8Array(gzipSync(cifar))],
      read: (bytes, slot) => {
        const dir = join(folder, `cifar-${slot}`);
        mkdirSync(dir, { recursive: true });
        writeFileSync(join(dir, 'test_batch.bin'), bytes);
        return cifar10({ split: 'test', dir });
      },
      errors: ['FileFormatError'],
    },
    { name: 'gzip', samples: [new Uint8Array(gzipSync(idx)), new Uint8Array(gzipSync(new Uint8Array(50_000)))], read: (bytes) => gunzip(bytes, 1 << 20, 'a.gz'), errors: ['FileFormatError'] }, // prettier-ignore
    { name: 'png', samples: pngs, read: image, errors: ['FileFormatError'] },
    { name: 'jpeg', samples: jpegs, read: image, errors: ['FileFormatError'] },
    { name: 'unet-config', samples: [fromRoot('packages/unet/test/golden/diffusers-cifar10.json')], read: (bytes) => unetConfigFromDiffusers(parsed(bytes)), errors: ['FileFormatError', 'RangeError', 'TypeError'] }, // prettier-ignore
    { name: 'scheduler-config', samples: [json((JSON.parse(new TextDecoder().decode(fromRoot('packages/hub/test/golden/schedulers.json'))) as { config: object }[])[2].config)], read: (bytes) => diffusionFromDiffusers(parsed(bytes)), errors: ['FileFormatError', 'RangeError'] }, // prettier-ignore
  ];
}

const telling = [0, 1, 0x7f, 0x80, 0xff, 0x20, 0x22, 0x2c, 0x30, 0x39, 0x5b, 0x7b];

/** A file with one to six changes: bits flipped, bytes and words set, stretches cut out, doubled or exchanged. */
export function mutated(sample: Uint8Array, seed: Key): Uint8Array {
  const bits = randomBits(seed, 32);
  let at = 0;
  const next = (most: number) => bits[at++] % Math.max(1, most);
  let file = Buffer.from(sample);
  for (let changes = 1 + next(6); changes > 0; changes--) {
    const [place, kind] = [next(file.length), next(6)];
    if (file.length === 0) break;
    if (kind === 0) file[place] ^= 1 << next(8);
    else if (kind === 1) file[place] = telling[next(telling.length)];
    else if (kind === 2)
      file.writeUInt32LE(bits[at++], Math.max(0, Math.min(place, file.length - 4)) % Math.max(1, file.length - 3));
    else if (kind === 3) file = Buffer.concat([file.subarray(0, place), file.subarray(place + 1 + next(24))]);
    else if (kind === 4) file = Buffer.concat([file.subarray(0, place + next(64)), file.subarray(place)]);
    else file = file.subarray(0, place + 1);
    if (file.length < 8) break;
  }
  return new Uint8Array(file);
}

/** What readers did with mutated files. */
export interface Found {
  name: string;
  read: number;
  refused: number;
  /** Files that ended otherwise than by a typed error within bounds, each with what happened. */
  faults: string[];
}

const MEMORY = 64 * 2 ** 20;
const SECONDS = 2;
/** Files that are read at the same time: most of what reading takes is waiting for the disk. Together they keep the bounds of one. */
const AT_ONCE = 16;

/** Options of {@link readMutated}. */
interface Reading {
  seed?: number;
  /** Whether to look at processor time, too. @defaultValue false */
  timed?: boolean;
  /** What the names of the readers hold. @defaultValue all */
  only?: string;
  /** Called with the files that a reader has got so far. */
  onProgress?: (name: string, done: number) => void;
}

/** Gives `count` mutated files to every reader. */
export async function readMutated(
  count: number,
  { seed = 0, timed = false, only = '', onProgress }: Reading = {},
): Promise<Found[]> {
  const folder = mkdtempSync(join(tmpdir(), 'diffgan-mutated-'));
  try {
    const found: Found[] = [];
    for (const [number, target] of targets(folder).entries())
      if (target.name.includes(only))
        found.push(await readOne(target, { count, timed, seed: foldIn(key(seed), number), onProgress }));
    return found;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function readOne(
  { name, samples, read, errors }: Target,
  { count, timed, seed, onProgress }: { count: number; timed: boolean; seed: Key } & Pick<Reading, 'onProgress'>,
): Promise<Found> {
  const found: Found = { name, read: 0, refused: 0, faults: [] };
  for (const sample of samples) await read(sample, 0); // as it is, it is read; an error here is a fault of the test
  for (let first = 0; first < count; first += AT_ONCE) {
    const batch = Array.from({ length: Math.min(AT_ONCE, count - first) }, (_, slot) => first + slot);
    const files = batch.map((i) => mutated(samples[i % samples.length], foldIn(seed, i)));
    const smallest = Math.min(...files.map(({ length }) => length));
    const [memory, time] = [process.resourceUsage().maxRSS, process.cpuUsage()];
    const results = await Promise.allSettled(files.map(async (file, slot) => void (await read(file, slot))));
    const { user, system } = process.cpuUsage(time);
    const grown = 1024 * (process.resourceUsage().maxRSS - memory);
    results.forEach((result, slot) => tally(found, result, `file ${batch[slot]}`, errors));
    if (grown > 10 * smallest + MEMORY) found.faults.push(`files from ${first}: took ${grown} bytes more`);
    const seconds = (user + system) / 1e6;
    if (timed && seconds > SECONDS) found.faults.push(`files from ${first}: took ${seconds} s`);
    onProgress?.(name, first + batch.length);
  }
  return found;
}

/** Counts what happened to one file; an error must be of the right kind, and short. */
function tally(found: Found, result: PromiseSettledResult<unknown>, file: string, errors: readonly string[]): void {
  if (result.status === 'fulfilled') return void found.read++;
  found.refused++;
  const { name: kind, message } = result.reason as Error;
  if (!errors.includes(kind)) found.faults.push(`${file}: ${kind}: ${message.slice(0, 200)}`);
  if (message.length > 2000) found.faults.push(`${file}: a message of ${message.length} characters`);
}

/** Prints what readers did; exits with 1 where one failed. */
async function main(): Promise<void> {
  const [count = '100000', seed = '0', only = ''] = process.argv.slice(2);
  const onProgress = (name: string, done: number) => {
    if (done % 10_000 === 0) process.stderr.write(`${name}: ${done} of ${count}\n`);
  };
  const found = await readMutated(Number(count), { seed: Number(seed), timed: true, only, onProgress });
  for (const { name, read, refused, faults } of found) {
    process.stdout.write(`${name}: ${read} read, ${refused} refused, ${faults.length} faults\n`);
    faults.slice(0, 10).forEach((fault) => process.stdout.write(`  ${fault}\n`));
  }
  if (!process.stdout.write('')) await once(process.stdout, 'drain');
  process.exitCode = found.some(({ faults }) => faults.length > 0) ? 1 : 0;
}

// Gives mutated files to every reader: typed errors only, at most ten times the file and 64 MB more, none over two seconds.
//
//   npm run mutate-files                      # 100 000 files each
//   npm run mutate-files -- 1000 7 npz        # count, seed, reader
if (process.argv[1]?.endsWith('mutated-files.ts')) await main();

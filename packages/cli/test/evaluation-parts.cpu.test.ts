import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FeatureStatistics } from '@diffgan/fid';
import { writeNpz } from '@diffgan/files';
import { key, uniformArray } from '@diffgan/ops';
import { UsageError } from '@diffgan/runs/errors';
import { evaluate } from '../src/commands/evaluate.ts';
import { merge } from '../src/commands/merge.ts';
import type { EvaluateCommandOptions } from '../src/evaluate/options.ts';
import type { EvaluateResult } from '../src/evaluate/report.ts';
import { shardOf } from '../src/shards/shard.ts';
import { quiet } from './quiet.ts';

let home: string;
const at = (name: string) => join(home, name);
const { terminal } = quiet();
const { signal } = new AbortController();

/** Images of noise; those of another seed are others. */
const noise = async (name: string, count: number, seed: number, brightest = 256) => {
  const data = Uint8Array.from(uniformArray(key(seed), count * 784, { min: 0, max: brightest }));
  await writeFile(at(name), writeNpz({ arr_0: { shape: [count, 28, 28, 1], data } }));
};

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'diffgan-parts-'));
  await noise('drawn.npz', 23, 1);
  await noise('real.npz', 30, 2);
});
afterAll(() => rm(home, { recursive: true }));

const settings = (): EvaluateCommandOptions => ({
  samples: at('drawn.npz'),
  reference: at('real.npz'),
  metrics: ['fid', 'fid-infinity', 'kid', 'is', 'precision-recall', 'density-coverage', 'class-shares'],
  extractor: 'fashion-cnn',
  ...{ batch: 4, seed: 5, workers: 1, backend: 'wasm', cache: false, saveStatistics: true, out: at('whole') },
});
const score = (changes: Partial<EvaluateCommandOptions> = {}) =>
  evaluate({ ...settings(), ...changes }, terminal, signal);
const part = (shard: string, changes: Partial<EvaluateCommandOptions> = {}) =>
  score({ shard: shardOf(shard), out: at(shard.replace('/', 'of')), ...changes });
const together = (folders: string[], out = 'all') => merge(folders.map(at), at(out), terminal, signal);
/** All but how long it took and where it is. */
const toldOf = (result: EvaluateResult) => ({ ...result, seconds: undefined, files: undefined });

describe('an evaluation in parts', () => {
  it('has the scores, statistics and pictures of the whole, to the bit', { timeout: 300_000 }, async () => {
    const whole = (await score()) as EvaluateResult;
    for (const shard of ['2/3', '3/3', '1/3']) await part(shard);
    const merged = (await together(['2of3', '3of3', '1of3'])) as EvaluateResult;
    expect(toldOf(merged)).toEqual(toldOf(whole));
    expect(Object.keys(merged.scores)).toHaveLength(7);
    const file = (folder: string, name: string) => readFile(join(at(folder), name));
    expect((await file('all', 'statistics.npz')).equals(await file('whole', 'statistics.npz'))).toBe(true);
    expect((await FeatureStatistics.fromNpz(join(at('all'), 'statistics.npz'))).count).toBe(23);
    const pictures = async (folder: string) => `${await file(folder, 'report.html')}`.match(/base64,[^"]+/g);
    expect(await pictures('all')).toEqual(await pictures('whole'));
    expect((await pictures('all'))!.length).toBeGreaterThan(0);
    expect(JSON.parse(`${await file('all', 'evaluation.json')}`)).toEqual(JSON.parse(JSON.stringify(merged)));
  });

  it('of samples that are drawn has the scores of the whole, too', { timeout: 300_000 }, async () => {
    const drawing = { samples: 'shipped', count: 14, metrics: ['fid', 'is'] as const, saveStatistics: false };
    const whole = (await score({ ...drawing, out: at('drawn') })) as EvaluateResult;
    for (const shard of ['1/2', '2/2']) await part(shard, { ...drawing, out: at(`drawn${shard[0]}`) });
    expect(toldOf((await together(['drawn2', 'drawn1'], 'drawnAll')) as EvaluateResult)).toEqual(toldOf(whole));
  });

  it('takes images for those of the range that the first ones have', { timeout: 120_000 }, async () => {
    // floats without a dark pixel in the second part alone: the whole takes them for what they are
    const floats = Float32Array.from(uniformArray(key(7), 8 * 784, { min: -1, max: 1 }), (x, i) =>
      i < 4 * 784 ? x : Math.abs(x),
    );
    await writeFile(at('floats.npz'), writeNpz({ arr_0: { shape: [8, 28, 28, 1], data: floats } }));
    const bright = { samples: at('floats.npz'), metrics: ['fid'] as const };
    const whole = (await score({ ...bright, out: at('bright') })) as EvaluateResult;
    for (const shard of ['1/2', '2/2']) await part(shard, { ...bright, out: at(`bright${shard[0]}`) });
    expect(toldOf((await together(['bright1', 'bright2'], 'brightAll')) as EvaluateResult)).toEqual(toldOf(whole));
  });
});

describe('parts that are not those of one whole', () => {
  const refused = async (folders: string[], message: RegExp) => {
    await expect(together(folders, 'never')).rejects.toThrow(message);
    await expect(together(folders, 'never')).rejects.toThrow(UsageError);
  };

  it('are refused by what is wrong', { timeout: 120_000 }, async () => {
    await refused(['1of3', '3of3'], /part 2 of 3 is missing; name the folders of all parts/);
    await refused(['1of3', '2of3', '3of3', '1of3'], /part 1 of 3 is there twice/);
    await part('2/3', { seed: 6, out: at('otherSeed') });
    await refused(['1of3', 'otherSeed', '3of3'], /are parts of different sets \(seed 5 and 6\); merge one at a time/);
    await part('2/3', { metrics: ['fid'], out: at('otherMetrics') });
    await refused(['1of3', 'otherMetrics', '3of3'], /different sets \(metrics \["fid","fid-infinity"/);
    await part('2/4', { out: at('otherCut') });
    await refused(['1of3', 'otherCut', '3of3'], /different sets \(of 3 and 4\)/);
    await refused(['1of3', 'whole'], /whole has no part of an evaluation: .*part\.json cannot be read/);
    await expect(part('7/7')).rejects.toThrow(/--shard is 7\/7, but there are 6 batches; take fewer parts/);
  });

  it('are refused when their files do not say the truth', { timeout: 120_000 }, async () => {
    const [file, features] = ['part.json', 'features.npz'].map((name) => join(at('2of3'), name));
    const [told, arrays] = [await readFile(file, 'utf8'), await readFile(features)];
    const all = ['1of3', '2of3', '3of3'];
    for (const [text, message] of [
      ['{', /part\.json is no JSON/],
      [told.replace('"wasm"', '7'), /part\.json is wrong: backend\.name is 7; it must be a text/],
      [told.replace('"batch": 4', '"batch": -4'), /settings\.batch is -4/],
      [' '.repeat(2 ** 20) + told, /has \d+ bytes, which is too much/],
      [told.replace('"count": 8', '"count": 9'), /the parts have 24 of 23 samples/],
    ] as const) {
      await writeFile(file, text);
      await refused(all, message);
    }
    await writeFile(file, told);
    await writeFile(features, writeNpz({ feats: { shape: [8, 2], data: new Float32Array(16) } }));
    await refused(all, /features\.npz has not the features that part\.json beside it tells; make the part again/);
    await writeFile(features, arrays.subarray(0, 1000));
    await expect(together(all, 'never')).rejects.toThrow(/features\.npz|npz|zip/i);
    await writeFile(features, arrays);
  });

  it('do not come about beside samples, or without their features', { timeout: 120_000 }, async () => {
    await writeFile(at('sample.json'), '{}');
    await expect(part('1/3', { out: home })).rejects.toThrow(/holds samples; choose another folder/);
    const stopped = new AbortController();
    stopped.abort();
    const options = { ...settings(), shard: shardOf('1/3'), out: at('1of3') };
    await expect(evaluate(options, terminal, stopped.signal)).rejects.toThrow();
  });
});

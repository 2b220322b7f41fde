import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { imageGrid } from '@diffgan/data';
import type { FeatureExtractor, FeatureSet } from '@diffgan/fid';
import { writeNpz } from '@diffgan/files';
import { openReference } from '../src/scores/reference.ts';

let home: string;
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'diffgan-cache-'));
  await mkdir(join(home, 'grey'));
  for (let i = 0; i < 3; i++) {
    const data = new Float32Array(4).fill(i / 2 - 0.5);
    await writeFile(join(home, 'grey', `${i}.png`), await imageGrid({ data, shape: [1, 2, 2, 1] }));
  }
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await rm(home, { recursive: true });
});

/** Its features are means and a constant. */
const extractor: FeatureExtractor = {
  ...{ name: 'means', layer: 'all', dim: 2 },
  features: (images) =>
    tf.tidy(() => {
      const means = tf.mean<tf.Tensor1D>(images, [1, 2, 3]);
      return tf.stack([means, tf.onesLike(means)], 1) as tf.Tensor2D;
    }),
  dispose: () => undefined,
};

/** The features of the folder, and what was said of the cache. */
async function opened(cacheFolder: string) {
  vi.stubEnv('DIFFGAN_CACHE', cacheFolder);
  const said: string[] = [];
  const nothing = () => undefined;
  const terminal = { say: (text: string) => said.push(text), heading: nothing, progress: nothing, finish: nothing };
  const { set } = await openReference({ reference: join(home, 'grey'), metrics: ['kid'], cache: true }, extractor, {
    ...{ batch: 2, terminal, signal: new AbortController().signal },
  });
  return { features: Array.from((set as FeatureSet).vectors.data), said: said.join('\n') };
}

it('a cache that cannot be made costs no scores', async () => {
  await writeFile(join(home, 'file'), '');
  const { features, said } = await opened(join(home, 'file', 'cache'));
  expect(features).toHaveLength(6);
  expect(said).toMatch(/are not kept: .*(ENOTDIR|EEXIST)/);
});

it('a foreign file in the cache is made anew', async () => {
  const cache = join(home, 'cache');
  const first = await opened(cache);
  expect(first.said).toMatch(/are kept in /);
  expect((await opened(cache)).said).toMatch(/features of .* from /);
  const [name] = await readdir(join(cache, 'features'));
  await writeFile(join(cache, 'features', name), writeNpz({ arr_0: { shape: [2, 2, 2, 1], data: new Uint8Array(8) } }));
  const again = await opened(cache);
  expect(again.said).toMatch(/are kept in /);
  expect(again.features).toEqual(first.features);
  expect((await opened(cache)).said).toMatch(/features of .* from /);
});

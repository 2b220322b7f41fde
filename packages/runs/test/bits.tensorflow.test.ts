import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ImageDataset } from '@diffgan/data';
import { bitsPerDim, gammaNetwork, priorKl, vdmLoss, vlbTerms } from '@diffgan/objectives';
import { foldIn, key } from '@diffgan/ops';
import { vpSchedule } from '@diffgan/schedule';
import { ddpmUnet, saveModel } from '@diffgan/unet';
import type { BatchNats, BitsMeter } from '../src/bits/bits-meter.ts';
import { DdpmBits } from '../src/bits/ddpm-bits.ts';
import { measureBits } from '../src/bits/measure-bits.ts';
import { openBitsMeter } from '../src/bits/open-bits-meter.ts';
import { VdmBits } from '../src/bits/vdm-bits.ts';
import { resolveConfig } from '../src/train/resolve-config.ts';

let home: string;
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'diffgan-bits-'));
});
afterAll(() => rm(home, { recursive: true }));

const size = { imageSize: 8, channels: 1, baseChannels: 8, channelMultipliers: [1], blocksPerLevel: 1 };
const network = (key_: number) =>
  ddpmUnet({ kind: 'ddpm-unet', ...size, attentionResolutions: [] }, { key: key(key_) });
const images = (count: number): ImageDataset => ({
  ...{ name: 'made up', split: 'test', count, height: 8, width: 8, channels: 1, classes: [] as string[] },
  images: Uint8Array.from({ length: count * 64 }, (_, i) => (i * 37) % 256),
  labels: new Uint8Array(count),
});
const { signal } = new AbortController();

describe('bits of a DDPM', () => {
  const schedule = vpSchedule(5);

  it('are all terms of the bound, and the prior', async () => {
    const model = network(1);
    const meter = new DdpmBits(model, schedule, { variance: 'fixedSmall', clip: true });
    const x0 = tf.tensor4d(
      new Float32Array(3 * 64).map((_, i) => (2 * ((i * 53) % 256)) / 255 - 1),
      [3, 8, 8, 1],
    );
    const { parts, terms } = await meter.measure(x0, { key: key(4) });
    const bound = vlbTerms(model, schedule, x0, { key: key(4), variance: 'fixedSmall', clip: true });
    const prior = priorKl(schedule, x0);
    const wanted = await bound.array();
    expect(parts.distortion).toBeAllClose(wanted.map(([first]) => first), { rtol: 1e-4 }); // prettier-ignore
    const rates = wanted.map((row) => row.slice(1).reduce((sum, nats) => sum + nats, 0));
    expect(parts.rate).toBeAllClose(rates, { rtol: 1e-4 });
    expect(parts.prior).toBeAllClose(await prior.data());
    expect(terms).toHaveLength(5);
    expect(terms![2]).toBeCloseTo(
      wanted.reduce((sum, row) => sum + row[2], 0),
      1,
    );
    tf.dispose([x0, bound, prior]);
    meter.dispose();
    model.dispose();
  });
});

it('bits of a VDM are the mean of estimates of its bound', async () => {
  const model = network(2);
  const gamma = gammaNetwork({ kind: 'linear', gamma0: -8, gamma1: 4 });
  const own = (zt: tf.Tensor, gammaT: tf.Tensor) => model.apply([zt, gammaT]) as tf.Tensor;
  const meter = new VdmBits(model, gamma, { levels: 256, times: 3 });
  const x0 = tf.tensor4d(new Float32Array(2 * 64).fill(-1), [2, 8, 8, 1]);
  const { parts } = await meter.measure(x0, { key: key(4) });
  const shrunk = tf.mul(x0, 255 / 256);
  const estimates = [0, 1, 2].map((i) => vdmLoss(own, gamma, shrunk, { key: foldIn(key(4), i) }));
  for (const name of ['prior', 'reconstruction', 'diffusion'] as const) {
    const mean = tf.tidy(() => tf.div(tf.addN(estimates.map((one) => one[name])), 3));
    expect(parts[name]).toBeAllClose(await mean.data(), { rtol: 1e-4 });
    mean.dispose();
  }
  estimates.forEach((one) => tf.dispose([one.prior, one.reconstruction, one.diffusion]));
  tf.dispose([x0, shrunk]);
  meter.dispose();
  gamma.dispose();
  model.dispose();
});

describe('bits of a data set', () => {
  /** A meter that says how bright an image is, and remembers what it was asked. */
  const brightness = () => {
    const asked: number[] = [];
    const meter: BitsMeter = {
      async measure(x0) {
        asked.push(x0.shape[0]);
        const sums = tf.tidy(() => tf.sum(tf.add(x0, 1), [1, 2, 3]));
        const nats = Array.from(await sums.data());
        sums.dispose();
        return { parts: { rate: nats, distortion: nats.map((value) => 2 * value) }, terms: [1, 2] };
      },
      dispose: () => undefined,
    };
    return { meter, asked };
  };

  it('do not depend on the size of the batches, and have the standard error of the images', async () => {
    const of = (batch: number) => measureBits(brightness().meter, images(10), { count: 7, batch, seed: 0, signal });
    const [whole, cut] = [await of(7), await of(3)];
    expect(cut.total.mean).toBeCloseTo(whole.total.mean, 6);
    expect(cut.total.standardError).toBeCloseTo(whole.total.standardError, 6);
    expect(whole.total.mean).toBeCloseTo(whole.parts.rate.mean + whole.parts.distortion.mean, 6);
    expect(whole.count).toBe(7);
    expect(whole.terms).toEqual([1, 2].map((nats) => bitsPerDim([nats / 7], 64).mean));
    expect((await of(100)).count).toBe(7);
  });

  it('keep each batch, and do not measure again what is kept', async () => {
    const kept = new Map<number, BatchNats>();
    const { meter, asked } = brightness();
    const options = {
      ...{ count: 7, batch: 3, seed: 0, signal },
      known: (i: number) => Promise.resolve(kept.get(i)),
      keep: (i: number, nats: BatchNats) => Promise.resolve(void kept.set(i, nats)),
    };
    const first = await measureBits(meter, images(10), options);
    expect(asked).toEqual([3, 3, 1]);
    kept.delete(1);
    expect(await measureBits(meter, images(10), options)).toEqual(first);
    expect(asked).toEqual([3, 3, 1, 3]);
  });
});

it('bits of a shipped model are found by its name; one that is told the class is refused by it', async () => {
  const choice = { clip: true, times: 1 };
  const { meter, about, data } = await openBitsMeter('fashion-mnist-ddpm-4', choice);
  expect([about, data.name]).toEqual(['4 steps, variance fixedLarge, x̂0 clipped', 'fashion-mnist']);
  meter.dispose();
  await expect(openBitsMeter('fashion-mnist-ddpm', choice)).rejects.toThrow(
    /^fashion-mnist-ddpm: bits are of .* without labels/,
  );
});

describe('a folder', () => {
  const choice = { clip: true, times: 1 };

  it('opens the run of a DDPM, and refuses what has no likelihood', async () => {
    await expect(openBitsMeter(home, choice)).rejects.toThrow(/is no finished run of a DDPM or a VDM/);
    const folder = join(home, 'ddpm');
    await mkdir(folder, { recursive: true });
    const { config } = await resolveConfig({ preset: 'fashion-mnist-ddpm', set: ['schedule.steps=3'] });
    await writeFile(join(folder, 'config.json'), JSON.stringify({ ...config, backend: 'tensorflow' }));
    const model = network(3);
    await saveModel(join(folder, 'denoiser'), model);
    model.dispose();
    const { meter, about, data } = await openBitsMeter(folder, choice);
    expect(about).toBe('3 steps, variance fixedLarge, x̂0 clipped');
    expect(data.name).toBe('fashion-mnist');
    meter.dispose();
    const edm = await resolveConfig({ preset: 'fashion-mnist-edm', set: ['schedule.steps=3'] });
    await writeFile(join(folder, 'config.json'), JSON.stringify({ ...edm.config, backend: 'tensorflow' }));
    const ofEdm = await openBitsMeter(folder, choice);
    const x0 = tf.zeros<tf.Rank.R4>([2, 8, 8, 1]);
    const { parts } = await ofEdm.meter.measure(x0, { key: key(1), signal });
    x0.dispose();
    expect([...parts.prior, ...parts.rate, ...parts.distortion].every(Number.isFinite)).toBe(true);
    ofEdm.meter.dispose();
    const points = await resolveConfig({ preset: 'gaussians25-ddgan' });
    await writeFile(join(folder, 'config.json'), JSON.stringify({ ...points.config, backend: 'tensorflow' }));
    await expect(openBitsMeter(folder, choice)).rejects.toThrow(/holds a ddgan, which has no likelihood/);
  });
});

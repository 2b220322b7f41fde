import * as tf from '@tensorflow/tfjs-core';
import { input, layers, model } from '@tensorflow/tfjs-layers';
import { expect, test } from 'vitest';
import { imageDataset } from '@diffgan/data';
import { run } from '@diffgan/samplers';
import { linearSchedule } from '@diffgan/schedule';
import { trainDdpm, type TrainDdpmOptions } from '@diffgan/training';
import { ddpmUnet } from '@diffgan/unet';
import { Affine, clouds, planeNetwork } from './plane.ts';
import { denoiserConfig, makeDenoiser, squares } from './toy.ts';

test('augment needs a network that is told how images were moved, and gives it nine numbers', async () => {
  const denoiser = makeDenoiser();
  const leaky = { data: squares(), steps: 1, batch: 8, augment: 0.12 };
  await expect(run(trainDdpm(denoiser, linearSchedule(100), leaky))).rejects.toThrow(
    /the denoiser has no input \[B,9\].*leak/,
  );
  denoiser.dispose();

  const [xt, position, moved] = [[8, 8, 1], [], [9]].map((shape) => input({ shape }));
  const told = new Affine(64, false).apply(moved) as typeof moved;
  const image = layers.reshape({ targetShape: [8, 8, 1] }).apply(told) as typeof moved;
  const network = model({ inputs: [xt, position, moved], outputs: layers.add().apply([xt, image]) as typeof moved });
  let norms = 0;
  const options = { data: squares(), steps: 3, batch: 8, augment: 0.5 };
  const { averages } = await run(trainDdpm(network, linearSchedule(100), options), (event) => {
    if (event.type === 'step' && event.measures['denoiser.gradientNorm'] > 0) norms++;
  });
  // Were the nine numbers 0, or not given, only the bias of the last layer would have a gradient.
  expect(norms).toBe(3);
  tf.dispose(averages);
  network.dispose();
});

test('points have nothing to mirror', async () => {
  const network = planeNetwork([[2], []], 2);
  const options = { data: clouds(), steps: 1, batch: 8, flip: true };
  await expect(run(trainDdpm(network, linearSchedule(100), options))).rejects.toThrow(/clouds holds points; flip/);
  network.dispose();
});

test.each<[string, object, Partial<TrainDdpmOptions>]>([
  ['the denoiser takes labels, but squares has none', { classes: 3 }, {}],
  ['labels up to 2, but the denoiser knows 2 classes', { classes: 2 }, { data: labelled() }],
  ['no label for none; make it with nullClass', { classes: 3 }, { data: labelled(), labelDropping: 0.1 }],
  ['labelDropping is 0.1, but no network takes labels', {}, { labelDropping: 0.1 }],
])('%s', async (what, extra, options) => {
  const network = ddpmUnet({ ...denoiserConfig, ...extra });
  const all = { data: squares(), steps: 1, batch: 8, ...options };
  await expect(run(trainDdpm(network, linearSchedule(100), all))).rejects.toThrow(what);
  network.dispose();
});

test('a U-Net with labels, a null class, dropout and a learned variance trains', async () => {
  const network = ddpmUnet({ ...denoiserConfig, classes: 3, nullClass: true, dropout: 0.1, learnedVariance: true });
  const options = { data: labelled(), steps: 2, batch: 8, variance: 'learnedRange', labelDropping: 0.5 } as const;
  const losses: number[] = [];
  const { averages } = await run(trainDdpm(network, linearSchedule(100), options), (event) => {
    if (event.type === 'step') losses.push(event.losses.denoiser);
  });
  expect(losses).toHaveLength(2);
  expect(losses.every(Number.isFinite)).toBe(true);
  tf.dispose(averages);
  network.dispose();
});

function labelled() {
  return imageDataset({ ...squares(), labels: Uint8Array.from({ length: 24 }, (_, i) => i % 3) });
}

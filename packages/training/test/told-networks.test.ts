import * as tf from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { describe, expect, test } from 'vitest';
import { imageDataset } from '@diffgan/data';
import { gammaNetwork } from '@diffgan/objectives';
import { key } from '@diffgan/ops';
import {
  classifierFreeGuidance,
  classifierGuidance,
  ddganSampler,
  ddimSampler,
  run,
  withoutAugmentation,
} from '@diffgan/samplers';
import { linearSchedule, respace, vpSchedule } from '@diffgan/schedule';
import { trainClassifier, trainDdgan, trainDdpm, type TrainEvent, type TrainResult, trainVdm } from '@diffgan/training';
import { ddpmUnet, mlpClassifier, mlpCritic, mlpDenoiser, mlpGenerator } from '@diffgan/unet';
import { clouds } from './plane.ts';
import { denoiserConfig, squares } from './toy.ts';

const sizes = { dim: 2, hidden: [8], timeWidth: 4 };
const short = { steps: 2, batch: 8, key: key(3), learningRate: 1e-2 };
const schedule = linearSchedule(100, { scale: 10 });

/** Losses of a training, whose averages are dropped. */
async function lossesOf(training: AsyncGenerator<TrainEvent, TrainResult>): Promise<Record<string, number>[]> {
  const losses: Record<string, number>[] = [];
  const { averages } = await run(training, (event) => {
    if (event.type === 'step') losses.push(event.losses);
  });
  tf.dispose(averages);
  expect(losses.flatMap((step) => Object.values(step)).every(Number.isFinite)).toBe(true);
  return losses;
}

const labelsOf = (...classes: number[]) => tf.tensor1d(classes, 'int32');
const valuesOf = async (x: tf.Tensor) => {
  const values = await x.array();
  x.dispose();
  return values as number[][];
};

describe('networks of points with classes', () => {
  const data = clouds();

  test('a denoiser learns with and without labels, and both guidances take it', async () => {
    const model = mlpDenoiser({ kind: 'mlp-denoiser', ...sizes, classes: 3, nullClass: true });
    expect(await lossesOf(trainDdpm(model, schedule, { ...short, data, labelDropping: 0.5 }))).toHaveLength(2);
    const classifier = mlpClassifier({ kind: 'mlp-classifier', ...sizes, classes: 3 });
    expect(await lossesOf(trainClassifier(classifier, schedule, { ...short, data }))).toHaveLength(2);

    const few = respace(schedule, 4);
    const cond = labelsOf(0, 1, 1);
    const xT = tf.zeros([3, 2]);
    for (const guided of [
      classifierFreeGuidance(model, { w: 1, nullCond: 3 }),
      classifierGuidance(model, classifier, { w: 1, schedule: few, conditional: true }),
    ]) {
      const [a, b, c] = await valuesOf(await run(ddimSampler(guided, few, { xT, cond, clip: false })));
      expect(a).not.toEqual(b);
      expect(b).toBeAllClose(c);
    }
    tf.dispose([cond, xT]);
    [model, classifier].forEach((network) => network.dispose());
  });

  test('a denoiser without a label for none refuses to drop labels', async () => {
    const model = mlpDenoiser({ kind: 'mlp-denoiser', ...sizes, classes: 3 });
    await expect(run(trainDdpm(model, schedule, { ...short, data, labelDropping: 0.5 }))).rejects.toThrow(
      /knows no label for none; make it with nullClass: true/,
    );
    model.dispose();
  });

  test('generator and critic play with labels', async () => {
    const generator = mlpGenerator({ kind: 'mlp-generator', ...sizes, latentDim: 2, classes: 3 });
    const critic = mlpCritic({ kind: 'mlp-critic', ...sizes, classes: 3 });
    const learningRate = { generator: 1e-2, critic: 1e-2 };
    const losses = await lossesOf(
      trainDdgan({ generator, critic }, vpSchedule(4), { ...short, data, learningRate, loss: 'wgan' }),
    );
    expect(losses).toHaveLength(2);
    const cond = labelsOf(0, 2);
    const keys = [key(5), key(5)]; // the same noise
    const [a, b] = await valuesOf(await run(ddganSampler(generator, vpSchedule(4), { shape: [2, 2], keys, cond })));
    expect(a).not.toEqual(b);
    cond.dispose();
    [generator, critic].forEach((network: LayersModel) => network.dispose());
  });

  test('a variational model is told labels, too', async () => {
    const model = mlpDenoiser({ kind: 'mlp-denoiser', ...sizes, classes: 3, nullClass: true });
    const gamma = gammaNetwork({ hidden: 4, gamma0: -6, gamma1: 3 });
    expect(await lossesOf(trainVdm(model, gamma, { ...short, data, labelDropping: 0.1 }))).toHaveLength(2);
    model.dispose();
    gamma.dispose();
  });

  test('a classifier must know all classes', async () => {
    const classifier = mlpClassifier({ kind: 'mlp-classifier', ...sizes, classes: 2 });
    await expect(run(trainClassifier(classifier, schedule, { ...short, data }))).rejects.toThrow(
      /labels up to 2, but the classifier knows 2 classes/,
    );
    classifier.dispose();
  });
});

test('a U-Net that is told how images were moved trains on moved images and draws images as they are', async () => {
  const data = imageDataset({ ...squares(), labels: Uint8Array.from({ length: 24 }, (_, i) => i % 3) });
  const model = ddpmUnet({ ...denoiserConfig, classes: 3, nullClass: true, augmentationLabels: true });
  const told = model.getLayer('time.augmentation');
  const before = await valuesOf(tf.clone(told.getWeights()[0]));
  const options = { ...short, steps: 4, data, augment: 0.5, labelDropping: 0.2 };
  expect(await lossesOf(trainDdpm(model, schedule, options))).toHaveLength(4);
  // Were it told zeros, the weights of that input would stay.
  expect(await valuesOf(tf.clone(told.getWeights()[0]))).not.toEqual(before);

  const few = respace(schedule, 4);
  const [cond, zeros] = [labelsOf(0, 2), tf.zeros([2, 9])];
  const guided = classifierFreeGuidance(withoutAugmentation(model), { w: 1, nullCond: 3 });
  const images = await run(ddimSampler(guided, few, { shape: [2, 8, 8, 1], cond, key: key(1) }));
  expect(images.shape).toEqual([2, 8, 8, 1]);
  const position = tf.tensor1d([3, 5]);
  const [plain, explicit] = [
    withoutAugmentation(model)(images, position, cond),
    model.apply([images, position, cond, zeros]),
  ];
  expect(await valuesOf(plain)).toEqual(await valuesOf(explicit as tf.Tensor));
  tf.dispose([cond, zeros, images, position]);
  model.dispose();
});

test('withoutAugmentation refuses a model without such an input', () => {
  const model = ddpmUnet(denoiserConfig);
  expect(() => withoutAugmentation(model)).toThrow(/the last input of the model is \[B\]; it must be \[B,n\]/);
  model.dispose();
});

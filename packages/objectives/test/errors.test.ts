import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import {
  hybridLoss,
  posteriorMean,
  predict,
  qSample,
  qSamplePair,
  samplePosterior,
  simpleLoss,
  targetOf,
  vlbTerm,
} from '@diffgan/objectives';
import type { Steps } from '@diffgan/ops';
import { vpSchedule } from '@diffgan/schedule';

const schedule = vpSchedule(4);
const zero = (xt: tf.Tensor) => tf.zerosLike(xt);
const twice = (xt: tf.Tensor) => tf.concat([xt, xt], -1);

const family: Record<string, (x0: tf.Tensor, t: Steps, other?: tf.Tensor) => unknown> = {
  posteriorMean: (x0, t, xt = x0) => posteriorMean(schedule, x0, t, { xt }),
  predict: (x0, t, xt = x0) => predict('x0', schedule, x0, { t, xt }),
  qSample: (x0, t, noise) => qSample(schedule, x0, t, { noise }),
  qSamplePair: (x0, t, noise2) => qSamplePair(schedule, x0, t, { noise2 }),
  samplePosterior: (x0, t, noise) => samplePosterior(schedule, x0, t, { xt: x0, noise }),
  hybridLoss: (x0, t, noise) => hybridLoss(twice, schedule, x0, { t, noise }),
  simpleLoss: (x0, t, noise) => simpleLoss(zero, schedule, x0, { t, noise }),
  targetOf: (x0, t, noise = x0) => targetOf('v', schedule, x0, { t, noise }),
  vlbTerm: (x0, t, noise) => vlbTerm(zero, schedule, x0, { t, noise }),
};

describe.each(Object.entries(family))('%s refuses', (_, call) => {
  const refusal = (x0: () => tf.Tensor, t: Steps | (() => tf.Tensor1D), other?: () => tf.Tensor) => () =>
    tf.tidy(() => void call(x0(), typeof t === 'function' ? t() : t, other?.()));
  const images = () => tf.zeros([2, 2, 2, 1]);

  test.each([0, 5, 1.5, NaN])('the step %d', (t) => {
    expect(refusal(images, [1, t])).toThrow(RangeError);
    expect(refusal(images, [1, t])).toThrow(`t[1] is ${t}; steps are whole numbers from 1 to 4`);
  });

  test('steps that are not one per example', () => {
    expect(refusal(images, [1])).toThrow('t has length 1; give one step for each of the 2 examples');
    expect(refusal(images, () => tf.ones([3]))).toThrow('t has shape [3]; give one step for each of the 2 examples');
    expect(refusal(images, () => tf.ones([2, 1]) as unknown as tf.Tensor1D)).toThrow('t has shape [2,1]');
  });

  test('a second tensor of another shape, even one that would broadcast', () => {
    const call = refusal(images, [1, 2], () => tf.zeros([2, 2, 2]));
    expect(call).toThrow(RangeError);
    expect(call).toThrow('has shape [2,2,2]; it must be that of the images, [2,2,2,1]');
    expect(refusal(images, [1, 2], () => tf.zeros([1, 2, 2, 1]))).toThrow(RangeError);
  });

  test('a scalar', () => {
    expect(refusal(() => tf.scalar(1), [1])).toThrow('their first axis must be the batch');
  });
});

test('simpleLoss refuses a prediction of another shape', () => {
  const model = (xt: tf.Tensor) => tf.concat([xt, xt], 1);
  const call = () => tf.tidy(() => simpleLoss(model, schedule, tf.zeros([1, 3]), { t: [1] }));
  expect(call).toThrow('simpleLoss: the prediction has shape [1,6]; it must be that of the images, [1,3]');
});

test('simpleLoss refuses an unknown prediction', () => {
  const call = () =>
    tf.tidy(() => simpleLoss(zero, schedule, tf.zeros([1, 3]), { t: [1], predicts: 'score' as 'eps' }));
  expect(call).toThrow(RangeError);
  expect(call).toThrow("simpleLoss: the prediction is 'score'; use one of eps, x0, v, mean");
});

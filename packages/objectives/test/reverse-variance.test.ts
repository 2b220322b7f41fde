import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { reverseVariance, splitOutput, type VarianceKind } from '@diffgan/objectives';
import { linearSchedule, vpSchedule } from '@diffgan/schedule';
import { valuesOf } from '../../../test/values-of.ts';
import { vector } from '../../../test/vectors.ts';

const schedule = vpSchedule(4);
const both = (...parameters: Parameters<typeof reverseVariance>) =>
  valuesOf(() => {
    const { variance, logVariance } = reverseVariance(...parameters);
    return tf.stack([variance, logVariance]);
  });

test.each(['fixedSmall', 'fixedLarge'] as const)('%s is β̃_t or β_t, and β̃_2 at t = 1', async (kind) => {
  const variances = (kind === 'fixedSmall' ? schedule.betaTilde : schedule.beta).slice();
  variances[0] = schedule.betaTilde[1];
  const values = await both(kind, schedule, [1, 2, 3, 4], { rank: 2 });
  expect(values).toBeAllClose([...variances, ...variances.map(Math.log)]);
});

test('fixed variances have the rank of images unless told', () => {
  const shape = (rank?: number) =>
    tf.tidy(() => reverseVariance('fixedLarge', schedule, [1, 2], { rank }).variance.shape);
  expect([shape(), shape(2)]).toEqual([
    [2, 1, 1, 1],
    [2, 1],
  ]);
});

test('learned is what the network says', async () => {
  const output = tf.tensor2d([[-1, 0.5]]);
  const values = await both('learned', schedule, [3], { output });
  expect(values).toBeAllClose([Math.exp(-1), Math.exp(0.5), -1, 0.5]);
  output.dispose();
});

test('learnedRange has the reference value', async () => {
  const { expected, float32 } = vector<{ logVar: number }>('param.learnedRange');
  const output = tf.tensor2d([[-0.5]]);
  const values = await both('learnedRange', linearSchedule(), [500], { output });
  expect(values).toBeAllClose([Math.exp(expected.logVar), expected.logVar], float32);
  output.dispose();
});

test('learnedRange runs from β̃_t at −1 to β_t at 1', async () => {
  const output = tf.tensor2d([
    [-1, 1],
    [-1, 1],
  ]);
  const { logBetaTildeClipped: small, beta } = schedule;
  const log = [small[0], Math.log(beta[0]), small[2], Math.log(beta[2])];
  expect((await both('learnedRange', schedule, [1, 3], { output })).slice(4)).toBeAllClose(log);
  output.dispose();
});

test('splitOutput gives the two halves of the channels', async () => {
  const halves = await valuesOf(() => {
    const { prediction, variance } = splitOutput(tf.tensor([1, 2, 3, 4, 5, 6, 7, 8], [1, 1, 2, 4]));
    return tf.stack([prediction, variance]);
  });
  expect(Array.from(halves)).toEqual([1, 2, 5, 6, 3, 4, 7, 8]);
});

test('what cannot be is refused', () => {
  const call = (kind: string, t: number[], output?: number[]) => () =>
    tf.tidy(() => void reverseVariance(kind as VarianceKind, schedule, t, output && { output: tf.zeros(output) }));
  expect(call('fixed', [1])).toThrow("reverseVariance: kind is 'fixed'; use one of fixedSmall, fixedLarge, learned");
  expect(call('learned', [1])).toThrow('reverseVariance: learned has no output');
  expect(call('learnedRange', [1, 2], [1, 3])).toThrow('t has length 2; give one step for each of the 1 examples');
  expect(call('fixedSmall', [5])).toThrow(RangeError);
  expect(() => tf.tidy(() => void splitOutput(tf.zeros([1, 3])))).toThrow('splitOutput: the output has 3 channels');
});

import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { adversarialLoss, type AdversarialLossName } from '@diffgan/fgan-losses';
import { vector } from '../../../test/vectors.ts';
import { valuesOf } from './values-of.ts';

const real = [0.5, -0.2, 1.1];
const fake = [-0.7, 0.3, -1.5];

describe.each(['gan'] as const)('%s', (name) => {
  const { criticLoss, generatorLoss } = adversarialLoss(name);

  test('has the reference values', async () => {
    const { expected, float32 } =
      vector<Record<AdversarialLossName, { critic: number; generator: number }>>('fgan.losses');
    const critic = await valuesOf(() => tf.mean(criticLoss(tf.tensor1d(real), tf.tensor1d(fake))));
    const generator = await valuesOf(() => tf.mean(generatorLoss(tf.tensor1d(fake))));
    expect(critic).toBeAllClose([expected[name].critic], float32);
    expect(generator).toBeAllClose([expected[name].generator], float32);
  });

  test('knows its name and gives one loss per example, also for a batch of one', () => {
    tf.tidy(() => {
      expect(adversarialLoss(name).name).toBe(name);
      expect(criticLoss(tf.tensor1d(real), tf.tensor1d(fake)).shape).toEqual([3]);
      expect(generatorLoss(tf.tensor1d([1])).shape).toEqual([1]);
    });
  });

  test('a larger logit is more real: the gradients have the signs that says', async () => {
    const gradients = await valuesOf(() => {
      const [byReal, byFake] = tf.grads(criticLoss as (r: tf.Tensor, f: tf.Tensor) => tf.Tensor)([
        tf.tensor1d(real),
        tf.tensor1d(fake),
      ]);
      return tf.stack([
        byReal,
        tf.neg(byFake),
        tf.grad(generatorLoss as (f: tf.Tensor) => tf.Tensor)(tf.tensor1d(fake)),
      ]);
    });
    expect(gradients.every((g) => g < 0)).toBe(true);
  });

  test.each([
    ['[B, 1] logits', [3, 1], [3, 1]],
    ['logits of two shapes', [3], [1]],
  ])('refuses %s', (_, realShape, fakeShape) => {
    const logits = (shape: number[]) => tf.zeros(shape) as unknown as tf.Tensor1D;
    const critic = () => tf.tidy(() => criticLoss(logits(realShape), logits(fakeShape)));
    expect(critic).toThrow(RangeError);
    expect(critic).toThrow(`criticLoss: the logits have shape [${realShape}] and [${fakeShape}]`);
    expect(() => tf.tidy(() => generatorLoss(logits([3, 1])))).toThrow(RangeError);
  });
});

test('gan neither overflows nor vanishes at logits of ±100', async () => {
  const { criticLoss, generatorLoss } = adversarialLoss('gan');
  const extremes = [-100, 100];
  const losses = await valuesOf(() =>
    tf.stack([criticLoss(tf.tensor1d(extremes), tf.tensor1d([100, -100])), generatorLoss(tf.tensor1d(extremes))]),
  );
  // softplus(100) = 100 + e^−100
  expect(losses).toBeAllClose([200, 0, 100, 0], { rtol: 1e-6, atol: 1e-30 });
  const slopes = await valuesOf(() => tf.grad(generatorLoss as (f: tf.Tensor) => tf.Tensor)(tf.tensor1d(extremes)));
  expect(slopes).toBeAllClose([-1, 0], { rtol: 1e-6, atol: 1e-30 });
});

test.each(['wasserstein-3', 'toString', ''])("the name '%s' is refused with the list of names", (name) => {
  expect(() => adversarialLoss(name as AdversarialLossName)).toThrow(RangeError);
  expect(() => adversarialLoss(name as AdversarialLossName)).toThrow(`name is '${name}'; use one of gan`);
});

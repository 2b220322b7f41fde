import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { distillationWeight, divergence, type DivergenceName, divergenceNames } from '@diffgan/fgan-losses';
import { valuesOf } from '../../../test/values-of.ts';

const names = divergenceNames.filter((name) => name !== 'tv');
const ratios = [0.01, 0.3, 1, 2, 40];

/** u² f''(u), f'' by a central difference of f' in log u: u² f'' = u df'/dlog u. */
function weightOf(name: DivergenceName, u: number): number {
  const { fPrime } = divergence(name);
  const h = 1e-4;
  return (u * (fPrime(u * Math.exp(h)) - fPrime(u * Math.exp(-h)))) / (2 * h);
}

describe.each(names)('distillationWeight of %s', (name) => {
  test.each(names)("is u² f''(u) from the best logits of %s", async (critic) => {
    const logits = ratios.map((u) => divergence(critic).optimalLogit(u));
    const weights = await valuesOf(() => distillationWeight(name, { critic })(tf.tensor1d(logits)));
    // pearson's logit 2(u − 1) keeps log u to 6e-8/u in float32, and the weight is a power of u no higher than 2
    ratios.forEach((u, i) => {
      const wanted = weightOf(name, u);
      expect(Math.abs(weights[i] - wanted)).toBeLessThan(4e-5 * wanted);
    });
  });

  test('stays finite for logits that no float32 ratio has', async () => {
    const logits = [-1e4, -100, 100, 1e4];
    for (const weight of await valuesOf(() => distillationWeight(name)(tf.tensor1d(logits)))) {
      expect(weight).toBeGreaterThanOrEqual(0);
      expect(weight).toBeLessThan(1e12);
    }
  });
});

test('what has no weight is refused, with what there is', () => {
  expect(() => distillationWeight('tv' as never)).toThrow("name is 'tv'; use one of gan, js2, hellinger2, kl");
  expect(() => distillationWeight('rkl', { critic: 'wgan' as never })).toThrow("critic is 'wgan'");
  expect(() => distillationWeight('kl', { expLimit: 0 })).toThrow('expLimit is 0');
  const column = tf.zeros([2, 1]);
  expect(() => distillationWeight('kl')(column as never)).toThrow('one logit per example');
  column.dispose();
});

test('holds on to no tensor but its result', () => {
  const logits = tf.tensor1d([0, 1]);
  const before = tf.memory().numTensors;
  distillationWeight('jeffreys', { critic: 'pearson' })(logits).dispose();
  expect(tf.memory().numTensors).toBe(before);
  logits.dispose();
});

import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { adaptiveGroupNorm, groupNorm, key, normal } from '@diffgan/ops';

interface Case {
  shape: [number, number, number];
  groups: number;
  perSample: boolean;
  silu: boolean;
}

/** Odd sizes, channels that no vector length divides, batch 1, one pixel, one channel a group, more rows than a block of sums. */
const shapes: Pick<Case, 'shape' | 'groups'>[] = [
  { shape: [1, 1, 6], groups: 2 },
  { shape: [3, 49, 10], groups: 5 },
  { shape: [2, 65, 7], groups: 7 },
  { shape: [5, 9, 33], groups: 3 },
  { shape: [1, 200, 5], groups: 1 },
  { shape: [4, 784, 32], groups: 8 },
  { shape: [2, 131, 96], groups: 32 },
];
const cases: Case[] = shapes.flatMap((s) =>
  [false, true].flatMap((perSample) => [false, true].map((silu) => ({ ...s, perSample, silu }))),
);

const run = (name: string, inputs: Record<string, tf.Tensor>, attrs: tf.NamedAttrMap = {}) =>
  tf.engine().runKernel(name, inputs, attrs) as unknown as tf.Tensor[];

function tensors({ shape, perSample }: Case): tf.Tensor[] {
  const [batch, , channels] = shape;
  const affine = perSample ? [batch, channels] : [channels];
  const x = tf.add(tf.mul(normal(key(1), shape), 2), 1);
  return [x, tf.add(normal(key(2), affine), 1), normal(key(3), affine), normal(key(4), shape)];
}

/** The composite and its gradients. */
function reference({ groups, perSample, silu, shape }: Case, [x, scale, shift, dy]: tf.Tensor[]): tf.Tensor[] {
  const norm = perSample ? adaptiveGroupNorm : groupNorm;
  const options = { groups, epsilon: 1e-5, ...(silu && { activation: 'silu' as const }) };
  const f = (x: tf.Tensor, scale: tf.Tensor, shift: tf.Tensor) =>
    tf.sum(tf.mul(norm(tf.reshape(x, shape), scale, shift, options), dy));
  return [norm(x, scale, shift, options), ...tf.grads(f)([x, scale, shift])];
}

const largest = (values: ArrayLike<number>) => Array.from(values).reduce((max, v) => Math.max(max, Math.abs(v)), 0);

describe('the GroupNorm of the op library', () => {
  it.each(cases)('agrees with the composite: $shape, $groups groups, per sample $perSample, SiLU $silu', async (c) => {
    const [actual, expected] = tf.tidy(() => {
      const [x, scale, shift, dy] = tensors(c);
      const attrs = { groups: c.groups, epsilon: 1e-5, silu: c.silu };
      const [y, mean, rstd] = run('DiffganGroupNorm', { x, scale, shift }, attrs);
      const gradients = run('DiffganGroupNormGrad', { dy, x, scale, shift, mean, rstd }, attrs);
      return [[y, ...gradients], reference(c, [x, scale, shift, dy])];
    });
    for (const [i, tensor] of expected.entries()) {
      expect(actual[i].shape).toEqual(tensor.shape);
      const want = await tensor.data();
      // Both sides round sums over a group; gradients cancel against their mean, so the scale is the largest value.
      expect(await actual[i].data()).toBeAllClose(want, { rtol: 1e-5, atol: 3e-5 * largest(want) });
    }
    tf.dispose([actual, expected]);
  });

  it('gives the statistics of each group, repeated over its channels', async () => {
    const [mean, rstd] = tf.tidy(() => {
      const x = tf.tensor([1, 3, 10, 30], [1, 1, 4]);
      return run(
        'DiffganGroupNorm',
        { x, scale: tf.ones([4]), shift: tf.zeros([4]) },
        { groups: 2, epsilon: 1e-12, silu: false },
      ).slice(1);
    });
    expect(await mean.data()).toBeAllClose([2, 2, 20, 20]);
    expect(await rstd.data()).toBeAllClose([1, 1, 0.1, 0.1]);
    tf.dispose([mean, rstd]);
  });

  it('computes the variance in two passes, so that a mean far from 0 does not spoil it', async () => {
    const rstd = tf.tidy(() => {
      const x = tf.tensor([4095, 4097, 4095, 4097], [1, 4, 1]);
      return run(
        'DiffganGroupNorm',
        { x, scale: tf.ones([1]), shift: tf.zeros([1]) },
        { groups: 1, epsilon: 1e-6, silu: false },
      )[2];
    });
    expect(await rstd.data()).toBeAllClose([1 / Math.sqrt(1 + 1e-6)]);
    rstd.dispose();
  });

  it.each([
    ['groups that do not divide', [1, 2, 6], [6], [6], 4],
    ['a scale of another size', [1, 2, 6], [5], [5], 2],
    ['a shift unlike the scale', [2, 2, 6], [6], [2, 6], 2],
    ['an x without channels', [6], [6], [6], 2],
  ])('refuses %s', (_, x, scale, shift, groups) => {
    const inputs = { x: tf.zeros(x), scale: tf.zeros(scale), shift: tf.zeros(shift) };
    expect(() => run('DiffganGroupNorm', inputs, { groups, epsilon: 1e-5, silu: false })).toThrow(
      /groups|scale|shift|x must/,
    );
    tf.dispose(inputs);
  });
});

describe('the Adam of the op library', () => {
  it.each([1, 7, 65_536, 200_001])('follows the formula for %i parameters', async (n) => {
    const hyper = [0.9, 0.999, 3e-3, 1.7, 1e-8, 0.01, 0.25];
    const names = ['parameters', 'gradient', 'm', 'v', 'average'];
    const given = names.map((name, i) =>
      tf.tidy(() => (name === 'v' ? tf.abs(normal(key(i), [n])) : normal(key(i), [n]))),
    );
    const inputs = Object.fromEntries(names.map((name, i) => [name, given[i]]));
    const out = tf.tidy(() => run('DiffganAdam', { ...inputs, hyper: tf.tensor1d(hyper) }));
    const [p, g, m, v, a] = await Promise.all(given.map((t) => t.data()));
    const [beta1, beta2, stepSize, rsqrtBias2, epsilon, decay, averaging] = hyper;
    const m1 = Array.from(m, (x, i) => x + (1 - beta1) * (g[i] - x));
    const v1 = Array.from(v, (x, i) => x + (1 - beta2) * (g[i] ** 2 - x));
    const p1 = Array.from(
      p,
      (x, i) => x * (1 - decay) - (stepSize * m1[i]) / (Math.sqrt(v1[i]) * rsqrtBias2 + epsilon),
    );
    const a1 = Array.from(a, (x, i) => x + averaging * (p1[i] - x));
    for (const [i, want] of [p1, m1, v1, a1].entries())
      // float32 operations on values of order 1, and a quotient that grows where v is small.
      expect(await out[i].data()).toBeAllClose(want, { rtol: 1e-5, atol: 1e-6 });
    expect(await given[0].data()).toEqual(p);
    tf.dispose([given, out]);
  });
});

import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import * as ops from '@diffgan/ops';
import type { Values } from './float64.ts';
import * as reference from './float64.ts';

interface Case {
  name: string;
  shapes: number[][];
  op: (...inputs: tf.Tensor[]) => tf.Tensor;
  expected: (...inputs: Values[]) => Values;
  /** Error of the device function itself, where it may be more than rounding. */
  slack?: () => number;
}

/** WGSL promises sin and cos only to 2^-11. */
const waves = () => (tf.getBackend() === 'webgpu' ? 2 ** -11 : 0);

const grouped = { groups: 2 };
const activated = { groups: 2, activation: 'silu' } as const;

const cases: Case[] = [
  { name: 'sigmoid', shapes: [[2, 4]], op: ops.sigmoid, expected: reference.sigmoid },
  { name: 'tanh', shapes: [[2, 4]], op: ops.tanh, expected: reference.tanh },
  { name: 'exp', shapes: [[2, 4]], op: ops.exp, expected: reference.exp },
  { name: 'softplus', shapes: [[2, 4]], op: ops.softplus, expected: reference.softplus },
  { name: 'silu', shapes: [[2, 4]], op: ops.silu, expected: reference.silu },
  { name: 'leakyRelu', shapes: [[2, 4]], op: (x) => ops.leakyRelu(x), expected: reference.leakyRelu(0.2) },
  { name: 'leakyRelu 0.01', shapes: [[2, 4]], op: (x) => ops.leakyRelu(x, 0.01), expected: reference.leakyRelu(0.01) },
  { name: 'softmax', shapes: [[2, 4]], op: ops.softmax, expected: reference.softmax(4) },
  { name: 'softmax, rank 3', shapes: [[2, 2, 3]], op: ops.softmax, expected: reference.softmax(3) },
  { name: 'pixelNorm', shapes: [[2, 5]], op: ops.pixelNorm, expected: reference.pixelNorm(5) },
  {
    name: 'averagePool',
    shapes: [[1, 2, 4, 2]],
    op: (x) => ops.averagePool(x as tf.Tensor4D),
    expected: reference.averagePool(4, 2, 2),
  },
  {
    name: 'averagePool 3',
    shapes: [[1, 3, 6, 1]],
    op: (x) => ops.averagePool(x as tf.Tensor4D, 3),
    expected: reference.averagePool(6, 1, 3),
  },
  {
    name: 'nearestUpsample',
    shapes: [[1, 2, 3, 2]],
    op: (x) => ops.nearestUpsample(x as tf.Tensor4D),
    expected: reference.nearestUpsample(3, 2, 2),
  },
  {
    name: 'nearestUpsample 3',
    shapes: [[1, 1, 5, 1]],
    op: (x) => ops.nearestUpsample(x as tf.Tensor4D, 3),
    expected: reference.nearestUpsample(5, 1, 3),
  },
  {
    name: 'firDownsample',
    shapes: [[1, 4, 2, 2]],
    op: (x) => ops.firDownsample(x as tf.Tensor4D),
    expected: reference.firResample(2, 2, { up: 1, down: 2, pad: [1, 1] }),
  },
  {
    name: 'firDownsample of odd sizes',
    shapes: [[1, 3, 5, 1]],
    op: (x) => ops.firDownsample(x as tf.Tensor4D),
    expected: reference.firResample(5, 1, { up: 1, down: 2, pad: [1, 1] }),
  },
  {
    name: 'firUpsample',
    shapes: [[1, 2, 3, 2]],
    op: (x) => ops.firUpsample(x as tf.Tensor4D),
    expected: reference.firResample(3, 2, { up: 2, down: 1, pad: [2, 1] }),
  },
  {
    name: 'firBlur',
    shapes: [[1, 2, 3, 2]],
    op: (x) => ops.firBlur(x as tf.Tensor4D),
    expected: reference.firResample(3, 2, { up: 1, down: 1, pad: [2, 2] }),
  },
  {
    name: 'attention',
    shapes: [
      [1, 3, 2],
      [1, 4, 2],
      [1, 4, 3],
    ],
    op: (q, k, v) => ops.attention(q as tf.Tensor3D, k as tf.Tensor3D, v as tf.Tensor3D),
    expected: reference.attention(2, 4),
  },
  {
    name: 'groupNorm',
    shapes: [[2, 2, 2, 4], [4], [4]],
    op: (x, scale, shift) => ops.groupNorm(x, scale, shift, grouped),
    expected: reference.groupNorm(2, 4, 2),
  },
  {
    name: 'groupNorm with SiLU',
    shapes: [[2, 2, 2, 4], [4], [4]],
    op: (x, scale, shift) => ops.groupNorm(x, scale, shift, activated),
    expected: reference.groupNorm(2, 4, 2, 'silu'),
  },
  {
    name: 'groupNorm of single channels',
    shapes: [[2, 4, 2], [2], [2]],
    op: (x, scale, shift) => ops.groupNorm(x, scale, shift, grouped),
    expected: reference.groupNorm(2, 2, 2),
  },
  {
    name: 'groupNorm of vectors',
    shapes: [[2, 6], [6], [6]],
    op: (x, scale, shift) => ops.groupNorm(x, scale, shift, activated),
    expected: reference.groupNorm(2, 6, 2, 'silu'),
  },
  {
    name: 'groupNorm of one example',
    shapes: [[1, 4, 4], [4], [4]],
    op: (x, scale, shift) => ops.groupNorm(x, scale, shift, { groups: 1 }),
    expected: reference.groupNorm(1, 4, 1),
  },
  {
    name: 'adaptiveGroupNorm',
    shapes: [
      [2, 3, 4],
      [2, 4],
      [2, 4],
    ],
    op: (x, scale, shift) => ops.adaptiveGroupNorm(x, scale, shift, grouped),
    expected: reference.groupNorm(2, 4, 2),
  },
  {
    name: 'adaptiveGroupNorm with SiLU',
    shapes: [
      [2, 3, 4],
      [2, 4],
      [2, 4],
    ],
    op: (x, scale, shift) => ops.adaptiveGroupNorm(x, scale, shift, activated),
    expected: reference.groupNorm(2, 4, 2, 'silu'),
  },
  {
    name: 'minibatchStddev',
    shapes: [[4, 1, 2, 2]],
    op: (x) => ops.minibatchStddev(x as tf.Tensor4D, { groupSize: 2 }),
    expected: reference.minibatchStddev(4, 2, 2),
  },
  {
    name: 'minibatchStddev of a small batch',
    shapes: [[2, 2, 1, 2]],
    op: (x) => ops.minibatchStddev(x as tf.Tensor4D),
    expected: reference.minibatchStddev(2, 2, 2),
  },
  {
    name: 'sinusoidalEmbedding',
    shapes: [[3]],
    op: (x) => ops.sinusoidalEmbedding(x as tf.Tensor1D, 6),
    expected: reference.sinusoidalEmbedding(6),
    slack: waves,
  },
];

const draw = (shape: number[], index: number) =>
  Array.from(ops.normalArray(ops.foldIn(ops.key(5), index), tf.util.sizeFromShape(shape)));
const dot = (a: Values, b: Values) => a.reduce((sum, v, i) => sum + v * b[i], 0);

/** The same scalar on both sides: Σ weights · op(x·w, …)², so that even a linear op has a second derivative. */
function hostLoss({ expected }: Case, weights: Values, [w, x, ...rest]: Values[]): number {
  const product = x.map((v, i) => v * w[i]);
  return dot(
    weights,
    expected(product, ...rest).map((v) => v * v),
  );
}

function deviceLoss({ op }: Case, weights: Values, [w, x, ...rest]: tf.Tensor[]): tf.Scalar {
  const y = op(tf.mul(x, w), ...rest);
  return tf.sum(tf.mul(tf.tensor([...weights], y.shape), tf.square(y)));
}

/** ‖∂loss/∂x‖² as in R1, by differences in float64: h = 1e-4 costs about h²·f‴ + 1e-16·f/h, below 1e-8 here. */
function hostPenalty(c: Case, weights: Values, [w, x, ...rest]: Values[]): number {
  const gradient = reference.slopes((moved) => hostLoss(c, weights, [w, moved, ...rest]), x, 1e-4);
  return dot(gradient, gradient);
}

/** Derivatives of f by every one of the inputs. */
const allSlopes = (f: (inputs: Values[]) => number, inputs: Values[], h: number) =>
  inputs.map((input, i) => reference.slopes((moved) => f(inputs.map((v, j) => (j === i ? moved : v))), input, h));

function setUp(c: Case) {
  const shapes = [c.shapes[0], ...c.shapes];
  const host = shapes.map(draw);
  const weights = draw([c.expected(host[1], ...host.slice(2)).length], 99);
  return { shapes, host, weights, slack: c.slack?.() ?? 0 };
}

/** float32 keeps 6e-8 of the terms of a sum; some tens of operations and cancellation to a tenth leave about 1e-4 of the largest. */
const closeTo = (expected: Values, share: number) => ({
  rtol: 0,
  atol: share * Math.max(1e-2, ...expected.map(Math.abs)),
});

async function expectAll(actual: tf.Tensor[], expected: Values[], share: number): Promise<void> {
  for (const [i, gradient] of actual.entries()) {
    expect(await gradient.data(), `input ${i}`).toBeAllClose(expected[i], closeTo(expected.flat(), share));
    gradient.dispose();
  }
}

describe.each(cases)('$name', (c) => {
  test('value', async () => {
    const { host, slack } = setUp(c);
    const y = tf.tidy(() => c.op(...c.shapes.map((shape, i) => tf.tensor(host[i + 1], shape))));
    const expected = c.expected(...host.slice(1));
    expect(await y.data()).toBeAllClose(expected, closeTo(expected, 1e-5 + slack));
    y.dispose();
  });

  test('first derivative', async () => {
    const { shapes, host, weights, slack } = setUp(c);
    const gradients = tf.tidy(() => {
      const inputs = shapes.map((shape, i) => tf.tensor(host[i], shape));
      return tf.grads((...all: tf.Tensor[]) => deviceLoss(c, weights, all))(inputs);
    });
    await expectAll(
      gradients,
      allSlopes((inputs) => hostLoss(c, weights, inputs), host, 1e-4),
      1e-4 + slack,
    );
  });

  test('derivative of a gradient penalty', async () => {
    const { shapes, host, weights, slack } = setUp(c);
    const gradients = tf.tidy(() => {
      const inputs = shapes.map((shape, i) => tf.tensor(host[i], shape));
      const penalty = ([w, x, ...rest]: tf.Tensor[]) =>
        tf.sum(tf.square(ops.gradientOf((moved) => deviceLoss(c, weights, [w, moved, ...rest]), x)));
      return tf.grads((...all: tf.Tensor[]) => penalty(all))(inputs);
    });
    // The outer step of 1e-3 turns the inner error into less than 1e-5.
    await expectAll(
      gradients,
      allSlopes((inputs) => hostPenalty(c, weights, inputs), host, 1e-3),
      1e-3 + slack,
    );
  });
});

test('tfjs itself differentiates sigmoid wrongly the second time: the reason for these ops', async () => {
  const x = tf.scalar(0.7);
  const second = (f: (x: tf.Tensor) => tf.Tensor) =>
    tf.tidy(() => tf.grad((x) => tf.grad((x) => tf.mul(x, f(x)))(x))(x));
  const [theirs, ours] = [second(tf.sigmoid), second(ops.sigmoid)];
  const s = 1 / (1 + Math.exp(-0.7));
  const exact = s * (1 - s) * (2 + 0.7 * (1 - 2 * s));
  expect(await ours.data()).toBeAllClose([exact], { rtol: 1e-5 });
  expect(Math.abs((await theirs.data())[0] - exact)).toBeGreaterThan(0.05);
  tf.dispose([x, theirs, ours]);
});

test('gradient of silu far from zero', async () => {
  const x = tf.tensor1d([-3e4, -100, 100, 3e4]);
  const slope = tf.tidy(() => tf.grad(ops.silu)(x));
  expect(await slope.data()).toBeAllClose([0, 0, 1, 1], { rtol: 1e-6, atol: 1e-30 });
  tf.dispose([x, slope]);
});

test('third derivative of silu', async () => {
  const x = tf.scalar(0.7);
  const third = tf.tidy(() => tf.grad((x) => tf.grad((x) => tf.grad(ops.silu)(x))(x))(x));
  const second = (at: number) => {
    const s = 1 / (1 + Math.exp(-at));
    return s * (1 - s) * (2 + at * (1 - 2 * s));
  };
  expect(await third.data()).toBeAllClose([(second(0.7 + 1e-4) - second(0.7 - 1e-4)) / 2e-4], { rtol: 1e-4 });
  tf.dispose([x, third]);
});

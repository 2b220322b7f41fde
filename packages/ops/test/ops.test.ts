import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import * as ops from '@diffgan/ops';
import * as reference from './float64.ts';

/** Data of a tensor that is disposed. */
async function take(tensor: tf.Tensor): Promise<Float32Array> {
  const data = (await tensor.data()) as Float32Array;
  tensor.dispose();
  return data;
}

describe('activations at large arguments', () => {
  const x = [-1000, -100, -20, 20, 100];
  const eps = 2 ** -23;
  test.each([
    ['sigmoid', ops.sigmoid, reference.sigmoid],
    ['tanh', ops.tanh, reference.tanh],
    ['softplus', ops.softplus, reference.softplus],
    ['silu', ops.silu, reference.silu],
  ] as const)('%s and its gradients stay finite', async (_, op, expected) => {
    const input = tf.tensor1d(x);
    const first = tf.tidy(() => ops.gradientOf(op, input));
    const second = tf.tidy(() => ops.gradientOf((v) => ops.gradientOf(op, v), input));
    expect(await take(tf.tidy(() => op(input)))).toBeAllClose(expected(x), { rtol: 8 * eps, atol: eps / 2 });
    expect((await take(first)).every(Number.isFinite)).toBe(true);
    expect((await take(second)).every(Number.isFinite)).toBe(true);
    input.dispose();
  });

  test('softmax does not overflow', async () => {
    const logits = tf.tensor2d([[1e4, 0, -1e4]]);
    expect(await take(ops.softmax(logits))).toBeAllClose([1, 0, 0]);
    logits.dispose();
  });
});

describe('groupNorm', () => {
  const shape = [2, 6, 6, 8];
  const size = tf.util.sizeFromShape(shape);
  const scale = Array.from(ops.normalArray(ops.key(1), 8));
  const shift = Array.from(ops.normalArray(ops.key(2), 8));

  // The input itself is rounded to 2^-24·mean, which is that share of the standard deviation 1; sums of 72 terms lose a few times more.
  test.each([0, 10, 1e3, 1e4])('keeps its accuracy at mean %d, standard deviation 1', async (centre) => {
    const x = ops.normalArray(ops.key(3), size).map((v) => v + centre);
    const inputs = [tf.tensor(x, shape), tf.tensor1d(scale), tf.tensor1d(shift)];
    const y = await take(ops.groupNorm(inputs[0], inputs[1], inputs[2], { groups: 4 }));
    const expected = reference.groupNorm(2, 8, 4)(Array.from(x), scale, shift);
    expect(y).toBeAllClose(expected, { rtol: 0, atol: 16 * 2 ** -24 * (centre + 10) });
    tf.dispose(inputs);
  });

  test('a constant input gives the shift, and finite gradients of both orders', async () => {
    const inputs = [tf.fill(shape, 1e3), tf.tensor1d(scale), tf.tensor1d(shift)];
    const norm = (x: tf.Tensor) => ops.groupNorm(x, inputs[1], inputs[2], { groups: 4, activation: 'silu' });
    const expected = reference.silu(Array.from({ length: size }, (_, i) => shift[i % 8]));
    // √epsilon divides the rounding of the mean, 2^-24·1000.
    expect(await take(norm(inputs[0]))).toBeAllClose(expected, { rtol: 0, atol: 0.3 });
    const second = tf.tidy(() => ops.gradientOf((x) => tf.square(ops.gradientOf(norm, x)), inputs[0]));
    expect((await take(second)).every(Number.isFinite)).toBe(true);
    tf.dispose(inputs);
  });

  test('epsilon is added to the variance', async () => {
    const inputs = [tf.tensor2d([[-1, 1]]), tf.ones([2]), tf.zeros([2])];
    const y = ops.groupNorm(inputs[0], inputs[1], inputs[2], { groups: 1, epsilon: 3 });
    expect(await take(y)).toBeAllClose([-0.5, 0.5]);
    tf.dispose(inputs);
  });

  test('adaptive with equal rows is the plain one', async () => {
    const x = ops.normal(ops.key(3), shape);
    const [g, b] = [tf.tensor1d(scale), tf.tensor1d(shift)];
    const [rowsG, rowsB] = [
      tf.tidy(() => tf.tile(tf.reshape(g, [1, 8]), [2, 1])),
      tf.tidy(() => tf.tile(tf.reshape(b, [1, 8]), [2, 1])),
    ];
    const plain = await take(ops.groupNorm(x, g, b, { groups: 2 }));
    expect(await take(ops.adaptiveGroupNorm(x, rowsG, rowsB, { groups: 2 }))).toBeAllClose(plain);
    tf.dispose([x, g, b, rowsG, rowsB]);
  });
});

test('sinusoidalEmbedding equals the formula at position 6, dimension 8, and reaches the last step', async () => {
  const positions = tf.tensor1d([6, 999]);
  const embedding = await take(ops.sinusoidalEmbedding(positions, 8));
  const expected = [
    -0.27941549819892586, 0.27490926500059937, 0.012926248143199032, 0.0005999999640000001, 0.960170286650366,
    0.9614701742731442, 0.9999164525643832, 0.9999998200000054,
  ];
  expect(embedding.slice(0, 8)).toBeAllClose(expected, { rtol: 1e-5 });
  // The angle 999 itself is rounded to 2^-24·999.
  expect(embedding).toBeAllClose(reference.sinusoidalEmbedding(8)([6, 999]), { atol: 1e-4 });
  positions.dispose();
});

test('minibatchStddev groups like StyleGAN2: example i with i + B/groupSize', async () => {
  const x = tf.tensor4d([0, 10, 2, 16], [4, 1, 1, 1]);
  const y = ops.minibatchStddev(x, { groupSize: 2 });
  expect(await take(y)).toBeAllClose([0, 1, 10, 3, 2, 1, 16, 3]);
  x.dispose();
});

describe('gather', () => {
  const coefficients = Float64Array.of(0.1, 0.2, 0.3);

  test('host steps and device steps pick element t - 1', async () => {
    const steps = tf.tensor1d([3, 1], 'int32');
    const floats = tf.tensor1d([3, 1]);
    for (const t of [[3, 1], Int32Array.of(3, 1), steps, floats]) {
      const picked = ops.gather(coefficients, t, 4);
      expect(picked.shape).toEqual([2, 1, 1, 1]);
      expect(await take(picked)).toBeAllClose([0.3, 0.1]);
    }
    tf.dispose([steps, floats]);
  });

  test.each([0, 4, 1.5, NaN])('refuses step %d', (step) => {
    expect(() => ops.gather(coefficients, [step], 4)).toThrow(RangeError);
  });
});

describe('gradientOf', () => {
  test('is the gradient of the sum', async () => {
    const x = tf.tensor1d([1, -2]);
    expect(await take(ops.gradientOf((v) => tf.square(v), x))).toBeAllClose([2, -4]);
    x.dispose();
  });

  test('the R1 penalty of a small convolutional critic', async () => {
    const x = ops.normal<tf.Rank.R4>(ops.key(0), [2, 4, 4, 1]);
    const ones = tf.ones([4]);
    const zeros = tf.zeros([4]);
    const filter = Array.from(ops.normalArray(ops.key(1), 36));
    const critic = (v: tf.Tensor4D, w: tf.Tensor) => {
      const h = ops.leakyRelu(tf.conv2d(v, w as tf.Tensor4D, 1, 'same'));
      const normed = ops.groupNorm(ops.averagePool(h), ones, zeros, { groups: 2, activation: 'silu' });
      const rows = tf.reshape<tf.Rank.R3>(normed, [2, 4, 4]);
      return ops.attention(rows, rows, ops.sigmoid(rows));
    };
    const penalty = (w: tf.Tensor) => tf.sum<tf.Scalar>(tf.square(ops.gradientOf((v) => critic(v, w), x)));
    const at = async (values: number[]) => (await take(tf.tidy(() => penalty(tf.tensor4d(values, [3, 3, 1, 4])))))[0];
    const w = tf.tensor4d(filter, [3, 3, 1, 4]);
    const gradient = await take(tf.tidy(() => tf.grad(penalty)(w)));
    // Differences of a float32 function: rounding 1e-6·f/h and curvature h²·f‴/6 meet near h = 1e-2 at about 1e-3 of the gradient.
    const largest = gradient.reduce((a, b) => Math.max(a, Math.abs(b)), 0);
    for (const i of [0, 13, 35]) {
      const moved = (by: number) => filter.map((v, j) => (j === i ? v + by : v));
      const slope = ((await at(moved(3e-3))) - (await at(moved(-3e-3)))) / 6e-3;
      expect(Math.abs(gradient[i] - slope), `weight ${i}: ${gradient[i]} and ${slope}`).toBeLessThan(1e-2 * largest);
    }
    tf.dispose([x, ones, zeros, w]);
  });
});

describe('refused shapes', () => {
  const fails = (f: () => unknown, message: string | RegExp) => {
    expect(() => tf.tidy(() => f() as tf.Tensor)).toThrow(RangeError);
    expect(() => tf.tidy(() => f() as tf.Tensor)).toThrow(message);
  };
  const norm = (shape: number[], scale: number[], groups: number, epsilon?: number) => () =>
    ops.groupNorm(tf.ones(shape), tf.ones(scale), tf.ones(scale), { groups, epsilon });

  test('groupNorm', () => {
    fails(norm([4], [4], 2), 'x has shape [4]');
    fails(norm([2, 4], [4], 3), 'groups is 3');
    fails(norm([2, 4], [4], 0), 'groups is 0');
    fails(norm([2, 4], [1], 2), 'scale has shape [1], but must be [4]');
    fails(norm([2, 4], [4], 2, -1), 'epsilon is -1');
    fails(() => ops.adaptiveGroupNorm(tf.ones([2, 4]), tf.ones([4]), tf.ones([4]), { groups: 2 }), 'must be [2,4]');
  });

  test('images', () => {
    fails(() => ops.averagePool(tf.ones([1, 3, 4, 1])), '3×4');
    fails(() => ops.averagePool(tf.ones([4, 4]) as unknown as tf.Tensor4D), 'averagePool: x has shape [4,4]');
    fails(() => ops.nearestUpsample(tf.ones([1, 3, 4, 1]), 1.5), 'factor is 1.5');
    fails(() => ops.minibatchStddev(tf.ones([6, 1, 1, 1])), 'a batch of 6');
    fails(() => ops.minibatchStddev(tf.ones([6, 1]) as unknown as tf.Tensor4D), 'x has shape [6,1]');
  });

  test('vectors', () => {
    fails(() => ops.attention(tf.ones([1, 2, 3]), tf.ones([1, 2, 4]), tf.ones([1, 2, 3])), '[1,2,4]');
    fails(() => ops.sinusoidalEmbedding(tf.ones([2]), 5), 'dim is 5');
    fails(() => ops.sinusoidalEmbedding(tf.ones([2]), 2), 'dim is 2');
    fails(() => ops.sinusoidalEmbedding(tf.ones([2, 1]) as unknown as tf.Tensor1D, 4), '[2,1]');
    fails(() => ops.sinusoidalEmbedding(tf.ones([2]), 4, { maxPeriod: 0 }), 'maxPeriod is 0');
    fails(() => ops.pixelNorm(tf.scalar(1)), 'scalar');
    fails(() => ops.gather([1], [1], 0), 'rank is 0');
  });
});

test('sinusoidal embeddings of either order, with either denominator', async () => {
  const t = tf.tensor1d([0, 2]);
  const frequencies = (shift: number) => [0, 1, 2].map((i) => 10000 ** (-i / (3 - shift)));
  for (const shift of [0, 1] as const)
    for (const cosineFirst of [false, true]) {
      const waves = [Math.sin, Math.cos].map((wave) => (at: number) => frequencies(shift).map((f) => wave(at * f)));
      if (cosineFirst) waves.reverse();
      const expected = [0, 2].flatMap((at) => waves.flatMap((wave) => wave(at)));
      const actual = await take(ops.sinusoidalEmbedding(t, 6, { cosineFirst, frequencyShift: shift }));
      expect(actual).toBeAllClose(expected, { rtol: 0, atol: 4 * 2 ** -23 });
    }
  expect(() => ops.sinusoidalEmbedding(t, 6, { frequencyShift: 2 as never })).toThrow(/frequencyShift is 2/);
  t.dispose();
});

import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import {
  adaptiveGroupNorm,
  attention,
  averagePool,
  groupNorm,
  key,
  leakyRelu,
  normal,
  pixelNorm,
  silu,
} from '@diffgan/ops';
import { compile, type EngineName, selectBackend } from '@diffgan/runtime';

const image = (x: tf.Tensor) => tf.reshape<tf.Rank.R4>(x, [2, 4, 4, 3]);
const grid = (x: tf.Tensor) => tf.reshape<tf.Rank.R2>(x, [12, 8]);
const indices = () => tf.tensor1d([0, 2, 1, 2], 'int32');
const filter = (...shape: [number, number, number, number]) => normal<tf.Rank.R4>(key(9), shape);

/** Everything that networks, losses and samplers use, on 96 numbers. Derived where tfjs can. */
const differentiable: Record<string, (x: tf.Tensor) => tf.Tensor> = {
  arithmetic: (x) => tf.div(tf.sub(tf.mul(x, 2), tf.neg(x)), tf.add(tf.square(x), 1)),
  'elementary functions': (x) =>
    tf.addN([
      tf.exp(x),
      tf.log(tf.add(tf.abs(x), 1)),
      tf.log1p(tf.abs(x)),
      tf.expm1(x),
      tf.sin(x),
      tf.cos(x),
      tf.atan(x),
      tf.erf(x),
    ]),
  'roots and powers': (x) =>
    tf.add(
      tf.sqrt(tf.add(tf.square(x), 1)),
      tf.add(tf.rsqrt(tf.add(tf.square(x), 1)), tf.pow(tf.add(tf.abs(x), 1), 1.5)),
    ),
  activations: (x) =>
    tf.addN([
      tf.sigmoid(x),
      tf.tanh(x),
      tf.relu(x),
      tf.elu(x),
      tf.softplus(x),
      tf.leakyRelu(x, 0.1),
      tf.relu6(x),
      tf.selu(x),
      tf.prelu(x, tf.scalar(0.3)),
    ]),
  // TensorFlow mistakes what it may join here; see rewrites.ts
  'convolution, bias and leakyRelu, and the sum used again': (x) => {
    const y = tf.add<tf.Tensor4D>(tf.conv2d(image(x), filter(3, 3, 3, 8), 1, 'same'), tf.linspace(-1, 1, 8));
    return tf.concat([averagePool(leakyRelu(y)), averagePool(y)], 3);
  },
  softmax: (x) => tf.add(tf.softmax(grid(x)), tf.logSoftmax(grid(x))),
  logSumExp: (x) => tf.logSumExp(grid(x), 1),
  'maximum and clip': (x) => tf.clipByValue(tf.maximum(tf.minimum(x, 0.7), tf.mul(x, 0.5)), -0.9, 0.6),
  reductions: (x) =>
    tf.add(
      tf.add(tf.sum(grid(x), 1), tf.mean(grid(x), 1)),
      tf.add(tf.max(grid(x), 1), tf.add(tf.min(grid(x), 1), tf.prod(grid(x), 1))),
    ),
  moments: (x) => tf.add(tf.moments(image(x), [1, 2]).mean, tf.moments(image(x), [1, 2]).variance),
  'reshape, transpose, expandDims, squeeze': (x) =>
    tf.squeeze(tf.expandDims(tf.transpose(image(x), [0, 3, 1, 2]), 1), [1]),
  slice: (x) => tf.slice(image(x), [0, 1, 0, 1], [2, 2, 4, 1]),
  'concat, stack, split, unstack': (x) => {
    const [a, b, c] = tf.split(grid(x), [2, 5, 1], 1);
    return tf.concat([tf.concat([b, a, c], 1), tf.stack(tf.unstack(grid(x)).reverse())], 0);
  },
  'split in equal parts': (x) => tf.mul(...(tf.split(grid(x), 2, 1) as [tf.Tensor, tf.Tensor])),
  pad: (x) =>
    tf.pad(
      image(x),
      [
        [0, 0],
        [1, 2],
        [0, 1],
        [0, 0],
      ],
      0.5,
    ),
  mirrorPad: (x) =>
    tf.mirrorPad(
      image(x),
      [
        [0, 0],
        [1, 1],
        [1, 1],
        [0, 0],
      ],
      'reflect',
    ),
  'tile and broadcastTo': (x) => tf.add(tf.tile(tf.slice(x, 0, 2), [3]), tf.broadcastTo(tf.slice(x, 0, 1), [6])),
  gather: (x) => tf.gather(grid(x), indices(), 1),
  unsortedSegmentSum: (x) => tf.unsortedSegmentSum(tf.slice(grid(x), 0, 4), indices(), 3),
  cumsum: (x) => tf.cumsum(grid(x), 1, true, true),
  reverse: (x) => tf.reverse(grid(x), 1),
  matMul: (x) => tf.add(tf.matMul(grid(x), grid(x), false, true), tf.matMul(tf.ones([12, 8]), tf.ones([8, 12]))),
  'batched matMul': (x) => tf.matMul(tf.reshape<tf.Rank.R3>(x, [2, 6, 8]), tf.reshape<tf.Rank.R3>(x, [2, 8, 6])),
  'fused matMul': (x) =>
    tf.fused.matMul({ a: grid(x), b: tf.ones([8, 3]), bias: tf.tensor1d([1, 2, 3]), activation: 'relu' }),
  conv2d: (x) => tf.conv2d(image(x), filter(3, 3, 3, 5), 1, 'same'),
  'conv2d, stride 2, valid': (x) => tf.conv2d(image(x), filter(2, 2, 3, 5), 2, 'valid'),
  'fused conv2d': (x) =>
    tf.fused.conv2d({
      x: image(x),
      filter: filter(3, 3, 3, 5),
      strides: 1,
      pad: 'same',
      bias: tf.ones([5]),
      activation: 'relu',
    }),
  conv2dTranspose: (x) => tf.conv2dTranspose(image(x), filter(3, 3, 5, 3), [2, 8, 8, 5], 2, 'same'),
  depthwiseConv2d: (x) => tf.depthwiseConv2d(image(x), filter(3, 3, 3, 2), 1, 'same'),
  pooling: (x) => tf.add(tf.avgPool(image(x), 2, 2, 'same'), tf.maxPool(image(x), 2, 2, 'same')),
  resizeNearestNeighbor: (x) => tf.image.resizeNearestNeighbor(image(x), [8, 8]),
  resizeBilinear: (x) => tf.image.resizeBilinear(image(x), [7, 5]),
  batchNorm: (x) =>
    tf.batchNorm(
      image(x),
      tf.tensor1d([0.1, 0.2, 0.3]),
      tf.tensor1d([1, 2, 3]),
      tf.tensor1d([0, 1, 2]),
      tf.tensor1d([2, 1, 1]),
    ),
  groupNorm: (x) => groupNorm(image(x), tf.ones([3]), tf.zeros([3]), { groups: 1, activation: 'silu' }),
  adaptiveGroupNorm: (x) => adaptiveGroupNorm(image(x), tf.ones([2, 3]), tf.zeros([2, 3]), { groups: 3 }),
  'silu, leakyRelu, pixelNorm, averagePool': (x) => averagePool(silu(leakyRelu(pixelNorm(image(x)))), 2),
  attention: (x) =>
    attention(...([0, 1, 2].map(() => tf.reshape(x, [2, 6, 8])) as [tf.Tensor3D, tf.Tensor3D, tf.Tensor3D])),
};

const plain: Record<string, (x: tf.Tensor) => tf.Tensor> = {
  where: (x) => tf.where(tf.greater(x, 0), tf.mul(x, 3), tf.square(x)),
  einsum: (x) => tf.einsum('ij,kj->ik', grid(x), grid(x)),
  losses: (x) => tf.losses.softmaxCrossEntropy(tf.softmax(tf.ones([12, 8])), grid(x)),
  stridedSlice: (x) => tf.stridedSlice(image(x), [0, 0, 0, 0], [2, 4, 4, 1], [1, 2, 1, 1]),
  rounding: (x) => tf.addN([tf.floor(x), tf.ceil(x), tf.round(x), tf.sign(x), tf.step(x), tf.mod(x, 0.3)]),
  comparison: (x) =>
    tf.logicalAnd(tf.logicalNot(tf.lessEqual(x, 0.5)), tf.logicalOr(tf.equal(x, x), tf.notEqual(x, 0))),
  'all and any': (x) => tf.concat([tf.all(tf.greater(grid(x), 0), 1), tf.any(tf.less(grid(x), -1), 1)]),
  'arguments of extremes': (x) => tf.add(tf.argMax(grid(x), 1), tf.argMin(grid(x), 1)),
  topk: (x) => tf.topk(grid(x), 3).values,
  'oneHot of a computed index': (x) => tf.oneHot(tf.argMax<tf.Tensor1D>(grid(x), 1), 8),
  'gather by a computed index': (x) => tf.gather(grid(x), tf.argMax<tf.Tensor1D>(grid(x), 0), 0),
  casts: (x) => tf.add(tf.cast(tf.cast(x, 'int32'), 'float32'), tf.cast(tf.cast(x, 'bool'), 'float32')),
  'made inside': (x) =>
    tf.addN([
      x,
      tf.range(0, 96),
      tf.linspace(0, 1, 96),
      tf.ones([96]),
      tf.onesLike(x),
      tf.zerosLike(x),
      tf.fill([96], -0),
    ]),
  isNaN: (x) => tf.isNaN(tf.div(tf.sub(x, x), tf.sub(x, x))),
  'seeded noise': (x) => tf.add(x, tf.randomNormal([96], 0, 1, 'float32', 5)),
};

async function expectSame(f: (x: tf.Tensor) => tf.Tensor, engine: EngineName): Promise<void> {
  const x = normal(key(4), [96]);
  const compiled = compile(f, { engine });
  const [expected, actual] = [tf.tidy(() => f(x)), compiled(x)];
  expect(actual.shape).toEqual(expected.shape);
  expect(actual.dtype).toBe(expected.dtype);
  // The same operations in the same order, but for fusions: a few roundings.
  expect(await actual.data()).toBeAllClose(await expected.data(), { rtol: 1e-5, atol: 2e-6 });
  compiled.dispose();
  tf.dispose([x, expected, actual]);
}

describe.each<EngineName>(['addon', 'binding'])('a graph of the %s', (engine) => {
  it.each(Object.entries(differentiable))('computes %s as tfjs does, and its gradient', async (_, f) => {
    await expectSame(f, engine);
    await expectSame((x) => tf.grad((x: tf.Tensor) => tf.sum(tf.square(f(x))))(x), engine);
  });

  it.each(Object.entries(plain))('computes %s as tfjs does', async (_, f) => {
    await expectSame(f, engine);
  });

  it('computes second derivatives as tfjs does', async () => {
    await expectSame((x) => {
      const inner = tf.grad((x: tf.Tensor) => tf.sum(silu(tf.conv2d(image(x), filter(3, 3, 3, 5), 1, 'same'))));
      return tf.grad((x: tf.Tensor) => tf.sum(tf.square(inner(x))))(x);
    }, engine);
  });

  it('takes tensors without values, and tensors of another backend', async () => {
    const f = compile((x: tf.Tensor, y: tf.Tensor) => [tf.concat([x, x]), tf.sum(x), tf.add(y, 1)], { engine });
    await selectBackend('cpu');
    const y = tf.tensor([1, 2]);
    await selectBackend('tensorflow');
    const empty = tf.zeros([0, 3]);
    const results = f(empty, y);
    expect(results.map(({ shape }) => shape)).toEqual([[0, 3], [], [2]]);
    expect(await Promise.all(results.slice(1).map((t) => t.array()))).toEqual([0, [2, 3]]);
    f.dispose();
    tf.dispose([empty, y, results]);
  });

  it('says when an index is out of range', () => {
    const f = compile((x: tf.Tensor, i: tf.Tensor) => tf.gather(x, tf.cast(i, 'int32')), { engine });
    const [x, i] = [tf.tensor([1, 2]), tf.tensor([5], [1], 'int32')];
    expect(() => f(x, i)).toThrow(/not in \[0, 2\)/);
    f.dispose();
    tf.dispose([x, i]);
  });
});

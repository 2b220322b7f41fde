import * as tf from '@tensorflow/tfjs-core';
import { input, layers, model as layersModel } from '@tensorflow/tfjs-layers';
import { describe, expect, test } from 'vitest';
import { describeModel, foldIn, key, normalArray, split } from '@diffgan/ops';
import { type Compile, ddganSampler, run } from '@diffgan/samplers';
import { vpSchedule } from '@diffgan/schedule';
import { vector } from '../../../test/vectors.ts';
import { valuesOf } from './values-of.ts';

const schedule = vpSchedule(4);

test('with the exact implicit generator of N(0, ¼) four steps keep the variance of the data', async () => {
  const s2 = 0.25;
  const d = schedule.alphaBar.map((a, i) => a * s2 + schedule.oneMinusAlphaBar[i]);
  const at = (values: Float64Array, position: tf.Tensor) =>
    tf.reshape(tf.gather(tf.tensor1d(Array.from(values)), tf.cast(position, 'int32')), [-1, 1]);
  const slope = schedule.alphaBar.map((a, i) => (Math.sqrt(a) * s2) / d[i]);
  const sigma = schedule.oneMinusAlphaBar.map((v, i) => Math.sqrt((s2 * v) / d[i]));
  // x_0 | x_t is N(slope·x_t, sigma²)
  const generator = (xt: tf.Tensor, z: tf.Tensor, position: tf.Tensor) =>
    tf.add(tf.mul(at(slope, position), xt), tf.mul(at(sigma, position), z));
  const samples = await run(ddganSampler(generator, schedule, { shape: [100, 1000], key: key(6), latentDim: 1000 }));
  const { expected } = vector<Record<'vp4', { ddgan: number }>>('sample.gaussianOracle');
  expect(expected.vp4.ddgan).toBeCloseTo(0.25, 8);
  const values = await samples.data<'float32'>();
  const actual = values.reduce((sum, x) => sum + x * x, 0) / values.length;
  // Five standard errors of the variance of 100 000 normal numbers: fails for one key in 1.7 million.
  expect([actual]).toBeAllClose([expected.vp4.ddgan], { rtol: 5 * Math.sqrt(2 / values.length), atol: 0 });
  samples.dispose();
});

test('two steps by hand: x_T, z and the noise come from the documented keys', async () => {
  const two = vpSchedule(2);
  const [latent2, noise2] = split(foldIn(key(3), 2));
  const [latent1] = split(foldIn(key(3), 1));
  const [x2, z2, xi2, z1] = [foldIn(key(3), 0), latent2, noise2, latent1].map((k) => normalArray(k, 6));
  const generate = (xt: number, z: number) => 0.5 * xt + 0.25 * z;
  const expected = Array.from(x2, (x, j) => {
    const mean = two.posteriorX0[1] * generate(x, z2[j]) + two.posteriorXt[1] * x;
    return generate(mean + Math.sqrt(two.betaTilde[1]) * xi2[j], z1[j]);
  });
  const generator = (xt: tf.Tensor, z: tf.Tensor) => tf.add(tf.mul(0.5, xt), tf.mul(0.25, z));
  const samples = await run(ddganSampler(generator, two, { shape: [2, 3], key: key(3), latentDim: 3 }));
  // About ten float32 roundings of numbers up to 4.
  expect(await samples.data()).toBeAllClose(expected, { rtol: 0, atol: 4e-6 });
  samples.dispose();
});

test('z has the length that a LayersModel declares', async () => {
  const seen: number[][] = [];
  const [xt, z, position] = [input({ shape: [3] }), input({ shape: [5] }), input({ shape: [] })];
  const generator = layersModel({
    inputs: [xt, z, position],
    outputs: layers.add().apply([xt, layers.dense({ units: 3 }).apply(z)] as never) as never,
  });
  const apply = generator.apply.bind(generator);
  generator.apply = (inputs, ...rest) => {
    seen.push((inputs as tf.Tensor[])[1].shape);
    return apply(inputs, ...rest);
  };
  const samples = await run(ddganSampler(generator as never, schedule, { shape: [2, 3] }));
  expect(samples.shape).toEqual([2, 3]);
  expect(seen).toEqual(new Array(4).fill([2, 5]));
  samples.dispose();
  generator.dispose();
});

test.each([undefined, 0, -1, 2.5, NaN])('latentDim %s is refused for a function', async (latentDim) => {
  const sampling = () => run(ddganSampler((xt) => xt, schedule, { shape: [1, 2], latentDim }));
  await expect(sampling()).rejects.toThrow(RangeError);
  await expect(sampling()).rejects.toThrow(`ddganSampler: latentDim is ${latentDim}`);
});

test('compiled, the chain gives the same samples from one call of a function of tensors, made once per generator', async () => {
  let [compiled, called] = [0, 0];
  const compile: Compile = (compute) => {
    compiled++;
    return (...inputs) => {
      called++;
      return tf.tidy(() => compute(...inputs));
    };
  };
  const generator = (xt: tf.Tensor, z: tf.Tensor, position: tf.Tensor, cond: tf.Tensor) =>
    tf.tidy(() => tf.add(tf.mul(0.5, tf.add(xt, cond)), tf.mul(z, tf.reshape(tf.add(position, 1), [-1, 1]))));
  const cond = tf.tensor2d([[0.5], [-1]]);
  const options = { shape: [2, 3], key: key(3), latentDim: 3, cond };
  const expected = await run(ddganSampler(generator, schedule, options));
  const events: number[] = [];
  for (let i = 0; i < 2; i++) {
    const samples = await run(ddganSampler(generator, schedule, { ...options, compile }), ({ t }) => events.push(t));
    expect(await samples.data()).toEqual(await expected.data());
    samples.dispose();
  }
  expect([compiled, called]).toEqual([1, 2]);
  expect(events).toEqual([4, 3, 2, 1, 4, 3, 2, 1]);
  const part = await run(ddganSampler(generator, schedule, { ...options, until: 2, compile }));
  const partly = await run(ddganSampler(generator, schedule, { ...options, until: 2 }));
  expect(await part.data()).toEqual(await partly.data());
  expect(compiled).toBe(2); // another chain
  tf.dispose([expected, cond, part, partly]);
});

test('an aborted or refused compiled chain leaves nothing behind', async () => {
  const compile: Compile =
    (compute) =>
    (...inputs) =>
      tf.tidy(() => compute(...inputs));
  const options = { shape: [2, 3], latentDim: 3, compile };
  const aborted = ddganSampler((xt) => tf.clone(xt), schedule, { ...options, signal: AbortSignal.abort() });
  await expect(run(aborted)).rejects.toThrow(/abort/);
  const wrong = ddganSampler((xt) => tf.concat([xt, xt]), schedule, options);
  await expect(run(wrong)).rejects.toThrow(/^ddganSampler: the network returned shape \[4,3\]/);
});

describe('a compiled chain', () => {
  const compile: Compile =
    (compute) =>
    (...inputs) =>
      tf.tidy(() => compute(...inputs));
  const options = { shape: [2, 3], latentDim: 3, compile };
  const half = (xt: tf.Tensor) => tf.mul(xt, 0.5);

  test('aborted at an event ends there, though all is computed', async () => {
    const controller = new AbortController();
    const seen: number[] = [];
    const before = tf.memory().numTensors;
    const sampling = run(ddganSampler(half, schedule, { ...options, signal: controller.signal }), ({ t }) => {
      seen.push(t);
      controller.abort();
    });
    await expect(sampling).rejects.toThrow(expect.objectContaining({ name: 'AbortError' }));
    expect(seen).toEqual([4]);
    expect(tf.memory().numTensors).toBe(before);
  });

  test('aborted at its last event does not hand out samples', async () => {
    const controller = new AbortController();
    const sampling = run(ddganSampler(half, schedule, { ...options, signal: controller.signal }), ({ t }) => {
      if (t === 1) controller.abort();
    });
    await expect(sampling).rejects.toThrow(expect.objectContaining({ name: 'AbortError' }));
  });

  test('names the step whose prediction was not finite, and refuses labels', async () => {
    const generator = describeModel(
      (xt: tf.Tensor, _z: tf.Tensor, position: tf.Tensor) =>
        tf.tidy(() => tf.add(half(xt), tf.reshape(tf.div(0, tf.sub(position, 1)), [-1, 1]))), // NaN at t = 2
      { name: 'spoiled', labels: 2 },
    );
    const before = tf.memory().numTensors;
    await expect(run(ddganSampler(generator, schedule, options))).rejects.toMatchObject({
      name: 'NotFiniteError',
      step: 2,
      network: 'spoiled',
    });
    const cond = tf.tensor1d([0, 2], 'int32');
    await expect(run(ddganSampler(generator, schedule, { ...options, cond }))).rejects.toThrow('cond[1] is 2');
    cond.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });

  test('and one step by step take given latents and noise', async () => {
    const [z, noise] = [tf.fill([2, 3], 0.25), tf.fill([2, 3], -0.5)];
    const generator = (xt: tf.Tensor, latent: tf.Tensor) => tf.tidy(() => tf.mul(0.5, tf.add(xt, latent)));
    const given = { shape: [2, 3], latentDim: 3, latent: () => z, noise: () => noise };
    const step = await run(ddganSampler(generator, schedule, given));
    const whole = await run(ddganSampler(generator, schedule, { ...given, compile }));
    expect(await valuesOf(whole)).toEqual(Array.from(await step.data()));
    expect(Array.from(await z.data())).toEqual(new Array(6).fill(0.25));
    const wrong = run(ddganSampler(generator, schedule, { ...given, latent: () => tf.scalar(1) }));
    await expect(wrong).rejects.toThrow('sampler: latent(4) has shape []; it must be [2,3]');
    tf.dispose([z, noise, step]);
  });
});

test('images and points are told apart by the shape or x_T that they start from', async () => {
  const options = { key: key(7), latentDim: 2 };
  const generator = (xt: tf.Tensor) => tf.tanh(xt);
  const images: tf.Tensor4D = await run(ddganSampler(generator, schedule, { ...options, shape: [1, 2, 2, 1] }));
  const xT = tf.zeros<tf.Rank.R2>([3, 2]);
  const points: tf.Tensor2D = await run(ddganSampler(generator, schedule, { ...options, xT }));
  const shape: readonly number[] = [1, 2, 3];
  const some = await run(ddganSampler(generator, schedule, { ...options, shape }));
  // @ts-expect-error a shape that is known only when it runs draws no images for sure
  const unsure: tf.Tensor4D = some;
  expect([images.rank, points.rank, unsure.rank]).toEqual([4, 2, 3]);
  tf.dispose([images, points, some, xT]);
});

test('a shape that the network does not draw is refused before anything is computed', async () => {
  const [xt, z, position] = [input({ shape: [2] }), input({ shape: [3] }), input({ shape: [] })];
  const generator = layersModel({ inputs: [xt, z, position], outputs: xt });
  const refused = (shape: number[]) => run(ddganSampler(generator, schedule, { shape }));
  await expect(refused([5, 3])).rejects.toThrow(
    new RangeError(
      'ddganSampler: the shape is [5, 3], but the network draws [B, 2]; give that, with the number of samples as B',
    ),
  );
  await expect(refused([5, 2, 1])).rejects.toThrow(/draws \[B, 2\]/);
  tf.dispose(await refused([5, 2]));
  generator.dispose();
});

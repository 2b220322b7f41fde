import * as tf from '@tensorflow/tfjs-core';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { groupNorm, key, normal } from '@diffgan/ops';
import {
  availablePrecision,
  compile,
  compileTrainStep,
  compileUpdate,
  type Precision,
  residentState,
} from '@diffgan/runtime';
import { newVariable } from './new-variable.ts';

/** Rounding to 8 bits of significance. */
const epsilon = 2 ** -8;

const largest = (values: ArrayLike<number>) => Math.max(...Array.from(values, Math.abs));

beforeEach(() => {
  vi.stubEnv('DIFFGAN_BFLOAT16', '1'); // also where the processor takes longer for it
});
afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

describe('bfloat16', () => {
  /** What a function of images and a filter gives in each precision. */
  const both = async (fn: (x: tf.Tensor4D, w: tf.Tensor4D) => tf.Tensor) => {
    const [x, w] = [normal<tf.Rank.R4>(key(1), [2, 16, 16, 8]), normal<tf.Rank.R4>(key(2), [3, 3, 8, 8])];
    const values: Float32Array[] = [];
    for (const precision of ['float32', 'bfloat16'] as const) {
      const f = compile(fn as (...inputs: tf.Tensor[]) => tf.Tensor, { precision });
      const y = f(x, w);
      expect(y.dtype).toBe('float32');
      values.push((await y.data()) as Float32Array);
      f.dispose();
      y.dispose();
    }
    tf.dispose([x, w]);
    return { exact: values[0], rounded: values[1], error: largest(values[0].map((v, i) => v - values[1][i])) };
  };

  it('computes convolutions as products of rounded numbers that add up in float32', async () => {
    const { exact, rounded } = await both((x, w) => tf.conv2d(x, w, 1, 'same'));
    const { rounded: terms } = await both((x, w) => tf.conv2d(tf.abs(x), tf.abs(w), 1, 'same'));
    // Each factor is off by half a unit at most, and so is the result: Σ|xw| · 2 · 2⁻⁹ and |y| · 2⁻⁹; a little more for their products.
    exact.forEach((value, i) =>
      expect(Math.abs(rounded[i] - value)).toBeLessThanOrEqual((1.02 * terms[i] + Math.abs(value)) * epsilon),
    );
    expect(rounded).not.toEqual(exact);
  });

  it('computes losses of what a product gave in float32', async () => {
    const output = await both((x, w) => tf.conv2d(x, w, 1, 'same'));
    const target = (x: tf.Tensor) => tf.mul(0.3, x);
    const { rounded: loss } = await both((x, w) =>
      tf.mean(tf.squaredDifference(tf.conv2d(x, w, 1, 'same'), target(x))),
    );
    const x = normal(key(1), [2, 16, 16, 8]);
    const targets = await x.data();
    x.dispose();
    const squares = output.rounded.map((value, i) => (value - Math.fround(0.3) * targets[i]) ** 2);
    const mean = squares.reduce((sum, square) => sum + square, 0) / squares.length;
    expect(loss[0]).toBeCloseTo(mean, 4); // the sum of 4096 numbers in float32
  });

  it('normalises images of bfloat16 by statistics in float32', async () => {
    const mean = (x: tf.Tensor) => tf.add(x, 8); // far from 0: squares of bfloat16 could not tell the variance
    const f = (x: tf.Tensor4D, w: tf.Tensor4D) =>
      groupNorm(tf.conv2d(mean(x) as tf.Tensor4D, w, 1, 'same'), tf.ones([8]), tf.zeros([8]), {
        ...{ groups: 2, activation: 'silu' },
      });
    const { exact, error } = await both(f);
    // The images are of the order of 100, rounded to 2⁻⁹ of that, and divided by a deviation of the order of 40; then rounded again.
    expect(error).toBeGreaterThan(0);
    expect(error).toBeLessThan(4 * epsilon * largest(exact));
  });

  it('gives the gradient of normalised images', async () => {
    const f = (x: tf.Tensor4D, w: tf.Tensor4D) =>
      tf.mean(
        tf.square(groupNorm(tf.conv2d(x, w, 1, 'same'), tf.ones([8]), tf.ones([8]), { groups: 2, activation: 'silu' })),
      );
    const { exact, error } = await both((x, w) => tf.grads(f as (...inputs: tf.Tensor[]) => tf.Tensor)([x, w])[1]);
    expect(error).toBeGreaterThan(0);
    expect(error).toBeLessThan(8 * epsilon * largest(exact)); // about eight roundings on the way there and back
  });

  it('gives the gradient of a convolution', async () => {
    const f = (x: tf.Tensor4D, w: tf.Tensor4D) => tf.mean(tf.square(tf.conv2d(x, w, 1, 'same')));
    const { exact, error } = await both((x, w) => tf.grads(f as (...inputs: tf.Tensor[]) => tf.Tensor)([x, w])[1]);
    // Rounding of inputs, output and weights, each by half a unit.
    expect(error).toBeGreaterThan(0);
    expect(error).toBeLessThan(4 * epsilon * largest(exact));
  });

  it('multiplies large matrices so, and small ones exactly', async () => {
    const product = async (size: number) => {
      const w = newVariable(() => tf.mul(tf.eye(size), 1 + 2 ** -10));
      const x = tf.ones([size, size]);
      const f = compile((x) => tf.matMul(x as tf.Tensor2D, w as tf.Tensor2D), {
        ...{ variables: 'constant', precision: 'bfloat16' },
      });
      const y = f(x);
      const [value] = await y.data();
      f.dispose();
      tf.dispose([w, x, y]);
      return value;
    };
    expect(await product(256)).toBe(1);
    expect(await product(255)).toBe(1 + 2 ** -10);
  });

  it('keeps the state of an update in float32', async () => {
    const [start, x] = [tf.fill([256, 256], 1 + 2 ** -20), tf.tidy(() => tf.mul(tf.eye(256), 4))];
    const state = residentState([start]);
    const step = compileUpdate(
      ([s], x) => {
        const product = tf.matMul(s, x);
        return { state: [tf.add(s, tf.mul(product, 2 ** -22))], outputs: [tf.sum(product)] };
      },
      { precision: 'bfloat16' },
    );
    const outputs = await step.run(state, x);
    const [value] = await state.read();
    // The product is 4; what is added to the state is far below what bfloat16 tells from 1.
    expect(await value.data()).toBeAllClose(new Float32Array(2 ** 16).fill(1 + 2 ** -19), { rtol: 0, atol: 0 });
    for (const thing of [state, step]) thing.dispose();
    tf.dispose([start, x, value, outputs]);
  });

  it('keeps weights and the numbers of Adam in float32', async () => {
    const w = newVariable(() => tf.ones([4, 4]));
    const x = tf.ones([4, 4]);
    const training = compileTrainStep((x) => tf.mean(tf.square(tf.matMul(x as tf.Tensor2D, w as tf.Tensor2D))), [w], {
      ...{ precision: 'bfloat16', learningRate: 1e-6, averageDecay: 0.5 },
    });
    await training.step([x]);
    const [[weights], [average]] = [await training.weights(), await training.average()];
    // Adam's first step is as long as the learning rate, which bfloat16 could not take from 1.
    expect(await weights.data()).toBeAllClose(new Float32Array(16).fill(1 - 1e-6), { rtol: 2 ** -23, atol: 0 });
    expect(await average.data()).toBeAllClose(new Float32Array(16).fill(1 - 5e-7), { rtol: 2 ** -23, atol: 0 });
    training.dispose();
    tf.dispose([w, x, weights, average]);
  });

  it('trains to the same bits each time, and close to float32', async () => {
    const train = async (precision: Precision) => {
      const w = newVariable(() => normal(key(3), [256, 256]));
      const x = normal(key(4), [256, 256]);
      const training = compileTrainStep((x) => tf.mean(tf.square(tf.matMul(x as tf.Tensor2D, w as tf.Tensor2D))), [w], {
        ...{ precision, learningRate: 0.01 },
      });
      const losses: number[] = [];
      for (let i = 0; i < 20; i++) losses.push(await training.step([x]));
      training.dispose();
      tf.dispose([w, x]);
      return losses;
    };
    const [exact, one, two] = [await train('float32'), await train('bfloat16'), await train('bfloat16')];
    expect(one).toEqual(two);
    expect(one).not.toEqual(exact);
    // Factors and products are rounded by half a unit, and the loss takes squares.
    exact.forEach((loss, i) => expect(Math.abs(one[i] / loss - 1)).toBeLessThan(2 * 1.5 * epsilon));
    expect(exact[19]).toBeLessThan(0.9 * exact[0]);
  });
});

describe('where bfloat16 is not used', () => {
  it('says why', () => {
    expect(availablePrecision('float32')).toEqual({ precision: 'float32' });
    expect(availablePrecision('bfloat16')).toEqual({ precision: 'bfloat16' });
    expect(availablePrecision('bfloat16', 'binding')).toEqual({
      precision: 'float32',
      why: expect.stringMatching(
        /^bfloat16 is not used: it takes the graph addon, .*; computing in float32$/,
      ) as string,
    });
    expect(availablePrecision('bfloat16', 'none').why).toMatch(/runs eagerly/);
    vi.stubEnv('DIFFGAN_BFLOAT16', '');
    vi.stubEnv('TF_ENABLE_ONEDNN_OPTS', '0');
    // The processor is asked first.
    expect(availablePrecision('bfloat16').why).toMatch(/no instructions|takes longer|TF_ENABLE_ONEDNN_OPTS/);
  });

  it('computes in float32 and says so once', () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => undefined);
    const x = tf.tensor([[1 + 2 ** -10]]);
    for (const engine of ['binding', 'binding', 'none'] as const) {
      const f = compile((x) => tf.neg(tf.matMul(x as tf.Tensor2D, tf.tensor2d([[1]]))), {
        engine,
        precision: 'bfloat16',
      });
      const y = f(x);
      expect(y.dataSync()).toBeAllClose([-1 - 2 ** -10], { rtol: 0, atol: 0 });
      y.dispose();
      f.dispose();
    }
    x.dispose();
    expect(warn.mock.calls.map(([line]: string[]) => line)).toEqual([
      availablePrecision('bfloat16', 'binding').why,
      availablePrecision('bfloat16', 'none').why,
    ]);
  });

  it('refuses what is none', () => {
    const none = { precision: 'float16' as Precision };
    const message = /precision is "float16", must be "float32" or "bfloat16"/;
    expect(() => compile((x: tf.Tensor) => x, none)).toThrow(message);
    expect(() => compileUpdate(() => ({ state: [], outputs: [] }), none)).toThrow(message);
    const w = newVariable(() => tf.scalar(1));
    expect(() => compileTrainStep(() => w, [w], none)).toThrow(message);
    w.dispose();
    expect(() => availablePrecision(none.precision)).toThrow(message);
  });
});

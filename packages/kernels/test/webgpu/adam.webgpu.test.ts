import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { buffersHeld, normals, runKernel, take } from '../run-kernel.ts';

type State = Record<'parameters' | 'm' | 'v' | 'average', ArrayLike<number>>;

const [beta1, beta2, learningRate, epsilon, decay, averaging] = [0.5, 0.9, 0.01, 1e-8, 0.001, 0.25];

/** The numbers of step `count`, bias correction among them. */
const hyperOf = (count: number) => [
  beta1,
  beta2,
  learningRate / (1 - beta1 ** count),
  1 / Math.sqrt(1 - beta2 ** count),
  epsilon,
  decay,
  averaging,
];

/** Kingma, Ba 2015, algorithm 1, with the decay of Loshchilov, Hutter 2019, in float64. */
function expectedStep({ parameters, m, v, average }: State, gradient: ArrayLike<number>, count: number): State {
  const next: Record<keyof State, number[]> = { parameters: [], m: [], v: [], average: [] };
  for (let i = 0; i < gradient.length; i++) {
    next.m.push(beta1 * m[i] + (1 - beta1) * gradient[i]);
    next.v.push(beta2 * v[i] + (1 - beta2) * gradient[i] ** 2);
    const [mHat, vHat] = [next.m[i] / (1 - beta1 ** count), next.v[i] / (1 - beta2 ** count)];
    next.parameters.push(parameters[i] * (1 - decay) - (learningRate * mHat) / (Math.sqrt(vHat) + epsilon));
    next.average.push(average[i] + averaging * (next.parameters[i] - average[i]));
  }
  return next;
}

describe('Adam in WGSL', () => {
  // Sizes that are and are not multiples of four, one after the other, and more than one workgroup.
  test.each([5, 8, 1, 1027])('takes two steps of %d parameters by the formula', async (size) => {
    let tensors: Record<string, tf.Tensor> = {
      parameters: normals([size], 1),
      m: tf.zeros([size]),
      v: tf.zeros([size]),
      average: normals([size], 2),
    };
    let expected = {
      parameters: await tensors.parameters.data(),
      m: new Float32Array(size),
      v: new Float32Array(size),
      average: await tensors.average.data(),
    } as State;
    for (const count of [1, 2]) {
      const gradient = normals([size], 10 + count);
      const hyper = tf.tensor1d(hyperOf(count));
      const outputs = runKernel('DiffganAdam', { ...tensors, gradient, hyper });
      expected = expectedStep(expected, await gradient.data(), count);
      tf.dispose([tensors, gradient, hyper]);
      tensors = Object.fromEntries(['parameters', 'm', 'v', 'average'].map((name, i) => [name, outputs[i]]));
      for (const [name, tensor] of Object.entries(tensors)) {
        expect(tensor.shape).toEqual([size]);
        // A dozen float32 roundings of numbers up to 4.
        expect(await tensor.data(), name).toBeAllClose(expected[name as keyof State], { rtol: 1e-6, atol: 1e-6 });
      }
    }
    tf.dispose(tensors);
  });

  test('a parameter without gradient stays where it is', async () => {
    const parameters = tf.tensor1d([1, -2, 3]);
    const [zero, hyper] = [tf.zeros([3]), tf.tensor1d([0.9, 0.999, 0.1, 1, 1e-8, 0, 1])];
    const inputs = { parameters, gradient: zero, m: zero, v: zero, average: zero, hyper };
    const [next, m, v, average] = await take(runKernel('DiffganAdam', inputs));
    expect([next, m, v, average].map(({ data }) => [...data])).toEqual([
      [1, -2, 3],
      [0, 0, 0],
      [0, 0, 0],
      [1, -2, 3],
    ]);
    tf.dispose([parameters, zero, hyper]);
  });

  test('leaves its inputs alone and no buffer behind but its results', async () => {
    const names = ['parameters', 'gradient', 'm', 'v', 'average'];
    const inputs = Object.fromEntries(names.map((name, i) => [name, tf.fill([8], i + 1)]));
    const hyper = tf.tensor1d(hyperOf(1));
    const before = buffersHeld();
    await take(runKernel('DiffganAdam', { ...inputs, hyper }));
    expect(buffersHeld()).toBe(before);
    for (const [i, name] of names.entries())
      expect(await inputs[name].data()).toBeAllClose(i + 1, { rtol: 0, atol: 0 });
    tf.dispose([inputs, hyper]);
  });
});

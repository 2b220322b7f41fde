import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { key, normal } from '@diffgan/ops';
import { compileTrainStep } from '@diffgan/runtime';
import { newVariable } from './new-variable.ts';

/** Adam by its formula, in float64, for the loss mean((w·x)²) of a vector w. */
function reference(w: number[], x: number[], steps: number, rate: number, weightDecay: number, averageDecay: number) {
  const [m, v, average, losses] = [w.map(() => 0), w.map(() => 0), [...w], [] as number[]];
  for (let t = 1; t <= steps; t++) {
    losses.push(w.reduce((sum, wi, i) => sum + (wi * x[i]) ** 2 / w.length, 0));
    for (let i = 0; i < w.length; i++) {
      const g = (2 * w[i] * x[i] ** 2) / w.length;
      m[i] = 0.9 * m[i] + 0.1 * g;
      v[i] = 0.999 * v[i] + 0.001 * g * g;
      const step = (rate * (m[i] / (1 - 0.9 ** t))) / (Math.sqrt(v[i] / (1 - 0.999 ** t)) + 1e-8);
      w[i] = w[i] * (1 - rate * weightDecay) - step;
      average[i] = averageDecay * average[i] + (1 - averageDecay) * w[i];
    }
  }
  return { w, average, losses };
}

describe('compileTrainStep', () => {
  it('follows AdamW and the moving average', async () => {
    const initial = [1, -2, 3, 0.5];
    const x = tf.tensor([1, 0.5, 2, -1]);
    // Two variables of different shapes, and one that the loss does not reach.
    const [a, b, idle] = [
      newVariable(() => tf.tensor([1, -2])),
      newVariable(() => tf.tensor([[3], [0.5]])),
      newVariable(() => tf.scalar(7)),
    ];
    const loss = (x: tf.Tensor) => tf.mean(tf.square(tf.mul(tf.concat([a, tf.reshape(b, [2])]), x)));
    const training = compileTrainStep(loss, [a, b, idle], { learningRate: 0.1, weightDecay: 0.1, averageDecay: 0.9 });
    const expected = reference(initial, [1, 0.5, 2, -1], 5, 0.1, 0.1, 0.9);
    const losses: number[] = [];
    for (let t = 0; t < 5; t++) losses.push(await training.step([x]));
    // float32 through five steps; Adam divides small numbers by small ones.
    expect(losses).toBeAllClose(expected.losses, { rtol: 1e-5 });
    const [weights, averages] = [await training.weights(), await training.average()];
    expect(weights.map(({ shape }) => shape)).toEqual([[2], [2, 1], []]);
    const joined = (tensors: tf.Tensor[]) =>
      tf.tidy(() => tf.concat(tensors.slice(0, 2).map((t) => tf.reshape(t, [-1]))));
    const [w, average] = [joined(weights), joined(averages)];
    expect(await w.data()).toBeAllClose(expected.w, { rtol: 1e-4, atol: 1e-5 });
    expect(await average.data()).toBeAllClose(expected.average, { rtol: 1e-4, atol: 1e-5 });
    expect(await weights[2].data()).toBeAllClose([7 * (1 - 0.01) ** 5]);
    expect(await a.data()).toBeAllClose([1, -2]);
    await training.assign();
    expect(await a.data()).toBeAllClose(expected.w.slice(0, 2), { rtol: 1e-4, atol: 1e-5 });
    training.dispose();
    tf.dispose([x, a, b, idle, weights, averages, w, average]);
  });

  it('takes the learning rate of each step, and 0 changes nothing', async () => {
    const [w, x] = [newVariable(() => tf.scalar(3)), tf.scalar(1)];
    const training = compileTrainStep((x) => tf.square(tf.mul(w, x)), [w]);
    expect(await training.step([x], { learningRate: 0 })).toBeCloseTo(9, 5);
    expect(await training.step([x], { learningRate: 0.5 })).toBeCloseTo(9, 5);
    expect(await training.step([x], { learningRate: 0 })).toBeCloseTo(6.25, 4);
    expect(() => training.average()).toThrow(/averageDecay/);
    training.dispose();
    tf.dispose([w, x]);
  });

  it('goes on after a step that failed', async () => {
    const [w, x, bad] = [newVariable(() => tf.tensor([1, 2])), tf.tensor([1, 1]), tf.tensor([1, 1, 1])];
    const training = compileTrainStep((x) => tf.sum(tf.square(tf.mul(w, x))), [w]);
    await expect(training.step([bad])).rejects.toThrow();
    expect(await training.step([x])).toBeCloseTo(5, 5);
    training.dispose();
    tf.dispose([w, x, bad]);
  });

  it('refuses what cannot be trained', async () => {
    const [w, i] = [newVariable(() => tf.zeros([2])), newVariable(() => tf.zeros([2], 'int32'))];
    const loss = () => tf.sum<tf.Tensor>(w);
    expect(() => compileTrainStep(loss, [])).toThrow(/no variables/);
    expect(() => compileTrainStep(loss, [i])).toThrow(/must be float32/);
    for (const options of [
      { beta1: 1 },
      { epsilon: 0 },
      { learningRate: -1 },
      { averageDecay: 1 },
      { weightDecay: -1 },
    ])
      expect(() => compileTrainStep(loss, [w], options)).toThrow(RangeError);
    const vector = compileTrainStep(() => tf.add(w, 1), [w]);
    await expect(vector.step([])).rejects.toThrow(/loss has 2 values, but must be a scalar/);
    vector.dispose();
    tf.dispose([w, i]);
  });

  it('trains a small network', async () => {
    const [w1, w2] = [newVariable(() => normal(key(1), [3, 8])), newVariable(() => normal(key(2), [8, 1]))];
    const x = normal(key(3), [16, 3]);
    const y = tf.tidy(() => tf.sum(x, 1, true));
    const net = (x: tf.Tensor) => tf.matMul(tf.relu(tf.matMul(x as tf.Tensor2D, w1)), w2);
    const training = compileTrainStep((x, y) => tf.mean(tf.square(tf.sub(net(x), y))), [w1, w2], {
      learningRate: 0.05,
    });
    const first = await training.step([x, y]);
    let last = first;
    for (let t = 0; t < 20; t++) last = await training.step([x, y]);
    expect(last).toBeLessThan(first / 4);
    training.dispose();
    tf.dispose([w1, w2, x, y]);
  });
});

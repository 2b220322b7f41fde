import * as tf from '@tensorflow/tfjs-core';
import { input, layers, model as layersModel } from '@tensorflow/tfjs-layers';
import { describe, expect, test } from 'vitest';
import { callModel, type Model } from '@diffgan/ops';

describe('callModel', () => {
  test('a function gets the inputs one by one', async () => {
    const [a, b] = [tf.tensor1d([1, 2]), tf.tensor1d([3, 4])];
    const sum = callModel((x, y) => tf.add(x, y), [a, b]);
    expect(await sum.data()).toBeAllClose([4, 6]);
    tf.dispose([a, b, sum]);
  });

  test('a LayersModel with one input and with two, differentiably', async () => {
    const [first, second] = [input({ shape: [2] }), input({ shape: [2] })];
    const two = layersModel({ inputs: [first, second], outputs: layers.add().apply([first, second]) as typeof first });
    const one = layersModel({ inputs: first, outputs: layers.reLU().apply(first) as typeof first });
    const x = tf.tensor2d([[1, -2]]);
    const outputs = [callModel(two, [x, x]), callModel(one, [x]), tf.grad((v) => callModel(one, [v]))(x)];
    const values = await Promise.all(outputs.map((y) => y.data()));
    expect(values.map((v) => [...v])).toEqual([
      [2, -4],
      [1, 0],
      [1, 0],
    ]);
    tf.dispose([x, ...outputs]);
    one.dispose();
    two.dispose();
  });

  test('dropout is active only in training', async () => {
    const first = input({ shape: [1000] });
    const drop = layersModel({
      inputs: first,
      outputs: layers.dropout({ rate: 0.5, seed: 1 }).apply(first) as typeof first,
    });
    const x = tf.ones([1, 1000]);
    const zeros = async (training: boolean) => {
      const y = callModel(drop, [x], { training });
      const count = (await y.data()).filter((v) => v === 0).length;
      y.dispose();
      return count;
    };
    expect(await zeros(false)).toBe(0);
    expect(await zeros(true)).toBeGreaterThan(300);
    tf.dispose(x);
    drop.dispose();
  });

  test('anything but one tensor is refused', () => {
    const pair: Model = { apply: () => [1, 2] };
    expect(() => callModel(pair, [])).toThrow('2 outputs');
    expect(() => callModel(pair, [])).toThrow(TypeError);
  });
});

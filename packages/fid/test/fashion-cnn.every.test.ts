import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { fashionCnn } from '@diffgan/fid';
import { readBytes, readSafetensors, type TensorData } from '@diffgan/files';
import { key, uniform } from '@diffgan/ops';

type Weights = Record<string, TensorData>;

/** ReLU of a 3 × 3 convolution with zero padding, in float64. */
function convolve(x: Float64Array, size: number, { [0]: kernel, [1]: bias }: [TensorData, TensorData]): Float64Array {
  const [, , inputs, outputs] = kernel.shape;
  const y = new Float64Array(size * size * outputs);
  for (let row = 0; row < size; row++)
    for (let column = 0; column < size; column++) {
      const at = (row * size + column) * outputs;
      for (let o = 0; o < outputs; o++) y[at + o] = bias.data[o];
      for (let tap = 0; tap < 9; tap++) {
        const [fromRow, fromColumn] = [row + Math.floor(tap / 3) - 1, column + (tap % 3) - 1];
        if (Math.min(fromRow, fromColumn) < 0 || Math.max(fromRow, fromColumn) >= size) continue;
        for (let i = 0; i < inputs; i++) {
          const value = x[(fromRow * size + fromColumn) * inputs + i];
          for (let o = 0; o < outputs; o++) y[at + o] += value * kernel.data[(tap * inputs + i) * outputs + o];
        }
      }
    }
  return y.map((v) => Math.max(v, 0));
}

function halve(x: Float64Array, size: number, channels: number): Float64Array {
  const half = size / 2;
  return Float64Array.from({ length: half * half * channels }, (_, at) => {
    const [row, column, c] = [Math.floor(at / channels / half), Math.floor(at / channels) % half, at % channels];
    const pixel = (dy: number, dx: number) => x[((2 * row + dy) * size + 2 * column + dx) * channels + c];
    return Math.max(pixel(0, 0), pixel(0, 1), pixel(1, 0), pixel(1, 1));
  });
}

function dense(x: Float64Array, kernel: TensorData, bias: TensorData): Float64Array {
  const width = bias.data.length;
  return Float64Array.from(bias.data, (b, o) => x.reduce((sum, v, i) => sum + v * kernel.data[i * width + o], b));
}

/** The network written out in float64. */
function network(weights: Weights, image: Float64Array) {
  const layer = (name: string): [TensorData, TensorData] => [weights[`${name}.kernel`], weights[`${name}.bias`]];
  const first = halve(convolve(convolve(image, 28, layer('conv1')), 28, layer('conv2')), 28, 32);
  const second = halve(convolve(convolve(first, 14, layer('conv3')), 14, layer('conv4')), 14, 64);
  const features = dense(second, ...layer('dense')).map((v) => Math.max(v, 0));
  return { features, logits: dense(features, ...layer('logits')) };
}

describe('fashionCnn', () => {
  it('computes what the weights say', async () => {
    const extractor = await fashionCnn();
    const images = uniform<tf.Rank.R4>(key(2), [2, 28, 28, 1], { min: -1, max: 1 });
    const [features, logits] = [extractor.features(images), extractor.logits(images)];
    expect([features.shape, logits.shape]).toEqual([
      [2, 128],
      [2, 10],
    ]);

    const file = new URL('../weights/fashion-cnn.safetensors', import.meta.url);
    const { tensors } = readSafetensors(await readBytes(file));
    const pixels = Float64Array.from(await images.data());
    const expected = [0, 1].map((i) => network(tensors, pixels.subarray(784 * i, 784 * (i + 1))));
    // float32 sums of up to 3136 products in five layers against float64, relative to the largest activation
    const closeTo = (list: Float64Array[]) => {
      const values = list.flatMap((v) => Array.from(v));
      return [values, { rtol: 0, atol: 1e-5 * Math.max(...values.map(Math.abs)) }] as const;
    };
    expect(await features.data()).toBeAllClose(...closeTo(expected.map((e) => e.features)));
    expect(await logits.data()).toBeAllClose(...closeTo(expected.map((e) => e.logits)));
    tf.dispose([images, features, logits]);
    extractor.dispose();
  });

  it('refuses other shapes', async () => {
    const extractor = await fashionCnn();
    const images = tf.zeros<tf.Rank.R4>([1, 32, 32, 3]);
    expect(() => extractor.features(images)).toThrow(/\[1, 32, 32, 3\].*\[batch, 28, 28, 1\]/);
    images.dispose();
    extractor.dispose();
  });
});

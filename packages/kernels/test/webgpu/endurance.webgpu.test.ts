import * as tf from '@tensorflow/tfjs-core';
import { expect, test, vi } from 'vitest';
import { adamRates, adamUpdate, type AdamVectors, attention, convolution, dense, groupNorm } from '@diffgan/ops';
import { buffersHeld, normals } from '../run-kernel.ts';

interface Held {
  pipelineCache: object;
  readSync(dataId: object): tf.TypedArray;
  memory(): { numBytesInGPU: number; numBytesAllocatedInGPU: number };
}

const channels = 8;
const shapes = [
  [3, 3, channels, channels],
  [channels],
  [channels],
  [channels],
  [channels, channels],
  [channels],
] as const;
const sizes = shapes.map((shape) => tf.util.sizeFromShape([...shape]));
const count = sizes.reduce((sum, size) => sum + size, 0);

/** Convolution, norm, attention and product, from all parameters in one vector. */
function loss(x: tf.Tensor4D, parameters: tf.Tensor): tf.Scalar {
  const pieces = tf.split(parameters, sizes).map((piece, i) => tf.reshape(piece, [...shapes[i]]));
  const [filter, bias, scale, shift, kernel, offset] = pieces;
  const h = groupNorm(convolution(x, filter as tf.Tensor4D, bias), scale, shift, { groups: 2, activation: 'silu' });
  const pixels = tf.reshape<tf.Rank.R3>(h, [2, -1, channels]);
  const mixed = tf.reshape<tf.Rank.R2>(attention(pixels, pixels, pixels), [-1, channels]);
  return tf.mean(tf.square(dense(mixed, kernel as tf.Tensor2D, offset)));
}

test('fifty training steps hold no more memory and compile no more shaders than three, and read nothing meanwhile', async () => {
  const backend = tf.backend() as unknown as Held;
  const read = vi.spyOn(backend, 'readSync');
  const x = normals([2, 4, 4, channels], 1) as tf.Tensor4D;
  const zeros = () => tf.zeros<tf.Rank.R1>([count]);
  let vectors: AdamVectors = {
    parameters: normals([count], 2) as tf.Tensor1D,
    m: zeros(),
    v: zeros(),
    average: zeros(),
  };
  const losses: number[] = [];
  const held: object[] = [];
  for (let step = 1; step <= 50; step++) {
    const { value, grad } = tf.valueAndGrad((p) => loss(x, p))(vectors.parameters);
    const options = { count: step, learningRate: 1e-2, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, averaging: 0.1 };
    const rates = tf.tensor1d(adamRates(options));
    const next = adamUpdate(vectors, grad as tf.Tensor1D, rates);
    tf.dispose([vectors, rates, grad]);
    vectors = next;
    losses.push((await value.data())[0]);
    value.dispose();
    const { numBytesInGPU, numBytesAllocatedInGPU } = backend.memory();
    const shaders = Object.keys(backend.pipelineCache).length;
    held.push({
      shaders,
      buffers: buffersHeld(),
      tensors: tf.memory().numTensors,
      numBytesInGPU,
      numBytesAllocatedInGPU,
    });
  }
  tf.dispose([x, vectors]);
  expect(held[49]).toEqual(held[2]);
  expect(losses[49]).toBeLessThan(losses[0] / 2);
  expect(read).not.toHaveBeenCalled();
});

import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { afterEach, expect, test } from 'vitest';
import { key, normal } from '@diffgan/ops';
import { compileTrainStep } from '@diffgan/runtime';
import { ddpmUnet, type DdpmUnetConfig } from '@diffgan/unet';
import { randomiseWeights } from './weights.ts';

const config: DdpmUnetConfig = {
  kind: 'ddpm-unet',
  ...{ imageSize: 4, channels: 1, baseChannels: 4, channelMultipliers: [1] },
  ...{ blocksPerLevel: 1, attentionResolutions: [] }, // there is attention in the middle
};

/** The output, the gradients of a loss and the losses of two training steps of a network that is the same each time. */
async function run(): Promise<{ output: tf.TypedArray; gradients: number[]; losses: number[] }> {
  const model = ddpmUnet(config, { key: null });
  randomiseWeights(model, key(1));
  // Of other positions WebGPU knows sine and cosine only to 2⁻¹¹.
  const [x, position, target] = [normal(key(2), [2, 4, 4, 1]), tf.zeros([2]), normal(key(3), [2, 4, 4, 1])];
  const apply = (...inputs: tf.Tensor[]) => model.apply(inputs, { training: true }) as tf.Tensor;
  const loss = (x: tf.Tensor, position: tf.Tensor) => tf.mean<tf.Scalar>(tf.square(tf.sub(apply(x, position), target)));
  const y = tf.tidy(() => apply(x, position));
  const variables = model.trainableWeights.map((weight) => weight.read() as tf.Variable);
  const { value, grads } = tf.variableGrads(() => loss(x, position), variables);
  const gradients = await Promise.all(variables.map(({ name }) => grads[name].data()));
  const training = compileTrainStep(loss, variables, { learningRate: 1e-3 });
  const losses = [await training.step([x, position]), await training.step([x, position])];
  const output = await y.data();
  training.dispose();
  tf.dispose([x, position, target, y, value, grads]);
  model.dispose();
  return { output, gradients: gradients.flatMap((values) => [...values]), losses };
}

afterEach(() => tf.setBackend('webgpu'));

test('a U-Net computes and learns with the WGSL kernels as with plain operations in JavaScript', async () => {
  const used = tf.getKernelsForBackend('webgpu').map(({ kernelName }) => kernelName);
  expect(used).toEqual(expect.arrayContaining(['DiffganAttentionGrad', 'DiffganConvolution', 'DiffganGroupNormGrad']));
  const actual = await run();
  await tf.setBackend('cpu');
  const expected = await run();
  const largest = (values: ArrayLike<number>) => Math.max(...Array.from(values, Math.abs));
  // Some tens of float32 roundings one after the other.
  expect(actual.output).toBeAllClose(expected.output, { rtol: 0, atol: 1e-5 * largest(expected.output) });
  expect(actual.gradients).toBeAllClose(expected.gradients, { rtol: 0, atol: 1e-5 * largest(expected.gradients) });
  // Adam divides by the size of a gradient, and so makes much of the last bits of small ones.
  expect(actual.losses).toBeAllClose(expected.losses, { rtol: 1e-4 });
});

import * as tf from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { expect } from 'vitest';
import { readSafetensors, type TensorData } from '@diffgan/files';
import { callModel } from '@diffgan/ops';
import { type LayoutName, weightsToSafetensors } from '@diffgan/unet';

// What tests against networks of PyTorch share. A golden file has the inputs, the "output", and gradients as "grad.<key>".

/** The content of a file that was imported with `?url&inline`. */
export const bytesOf = async (url: string): Promise<Uint8Array> =>
  new Uint8Array(await (await fetch(url)).arrayBuffer());

/** float32 keeps 6e-8 of a sum's terms, over tens of layers; WGSL promises sines only to 2^-11, the time embedding's. */
export const tolerance = (): number => (tf.getBackend() === 'webgpu' ? 1e-3 : 1e-4);

/** Of outputs near 1. */
const outputTolerance = (): number => (tf.getBackend() === 'webgpu' ? 1e-3 : 1e-5);

/** The tensors of a golden file. */
export class Golden {
  private constructor(private readonly tensors: Readonly<Record<string, TensorData>>) {}

  static async read(url: string): Promise<Golden> {
    return new Golden(readSafetensors(await bytesOf(url)).tensors);
  }

  has = (name: string): boolean => name in this.tensors;
  values = (name: string): Float32Array => this.tensors[name].data as Float32Array;
  tensor = (name: string): tf.Tensor => tf.tensor(this.values(name), [...this.tensors[name].shape]);
  keys = (): string[] => Object.keys(this.tensors);
}

/** The model's output for the inputs of a golden file against its "output". */
export async function expectOutput(model: LayersModel, golden: Golden, inputs: readonly string[]): Promise<void> {
  const output = tf.tidy(() => callModel(model, inputs.map(golden.tensor)));
  expect(await output.data()).toBeAllClose(golden.values('output'), { rtol: 0, atol: outputTolerance() });
  output.dispose();
}

/** The gradient of `loss` by the images "xt" against "grad.xt". */
export async function expectInputGradient(golden: Golden, loss: (xt: tf.Tensor) => tf.Scalar): Promise<void> {
  const gradient = tf.tidy(() => tf.grad(loss)(golden.tensor('xt')));
  const expected = golden.values('grad.xt');
  expect(await gradient.data()).toBeAllClose(expected, { rtol: 0, atol: tolerance() * largest(expected) });
  gradient.dispose();
}

const largest = (values: Float32Array): number => values.reduce((most, v) => Math.max(most, Math.abs(v)), 0);

/** Gradients of `loss` by the weights, in the names and axes of the layout, against those of the golden file; overwrites the weights. */
export async function expectGradients(
  model: LayersModel,
  golden: Golden,
  { layout, loss, prefix = 'grad' }: { layout: LayoutName; loss: () => tf.Scalar; prefix?: string },
): Promise<void> {
  const gradients = await gradientsOf(model, layout, loss);
  const keys = Object.keys(gradients).filter((key) => golden.has(`${prefix}.${key}`));
  const expected = keys.map((key) => golden.values(`${prefix}.${key}`));
  expect(keys.length).toBeGreaterThan(0);
  const most = Math.max(...expected.map(largest));
  keys.forEach((key, i) => {
    const atol = tolerance() * Math.max(largest(expected[i]), 1e-2 * most); // of the rest only what cancellation left
    expect(gradients[key], key).toBeAllClose(expected[i], { rtol: 0, atol });
  });
}

async function gradientsOf(
  model: LayersModel,
  layout: LayoutName,
  loss: () => tf.Scalar,
): Promise<Record<string, Float32Array>> {
  const variables = model.trainableWeights.map((weight) => weight.read() as tf.Variable);
  const { value, grads } = tf.tidy(() => tf.variableGrads(loss, variables));
  // The gradients take the place of the weights, so that the layout names and turns them.
  tf.tidy(() => {
    for (const [i, weight] of model.trainableWeights.entries())
      weight.write(grads[variables[i].name] ?? tf.zeros(weight.shape as number[]));
  });
  const { tensors } = readSafetensors(await weightsToSafetensors(model, { layout }));
  tf.dispose([value, grads]);
  return Object.fromEntries(Object.entries(tensors).map(([key, { data }]) => [key, data as Float32Array]));
}

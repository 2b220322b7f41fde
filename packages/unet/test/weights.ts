import * as tf from '@tensorflow/tfjs-core';
import type { LayersModel, LayerVariable } from '@tensorflow/tfjs-layers';
import { foldIn, type Key, uniformArray } from '@diffgan/ops';

/** The values of all weights by name, such as `stem.kernel`. */
export async function readWeights(model: LayersModel): Promise<Record<string, Float32Array>> {
  const values: Record<string, Float32Array> = {};
  for (const weight of model.weights)
    values[nameOf(weight)] = Float32Array.from((await weight.read().data()) as Float32Array);
  return values;
}

/** The name of a weight without what makes it unique in the process. */
export const nameOf = (weight: { originalName: string }): string => weight.originalName.replaceAll('/', '.');

/** Gives every weight random values, so that no convolution that starts at zero hides what comes before it. */
export function randomiseWeights(model: LayersModel, key: Key, size = 0.5): void {
  model.weights.forEach((weight, i) => {
    const values = uniformArray(foldIn(key, i), tf.util.sizeFromShape(weight.shape as number[]), {
      min: -size,
      max: size,
    });
    write(weight, values);
  });
}

function write(weight: LayerVariable, values: Float32Array): void {
  const tensor = tf.tensor(values, weight.shape as number[]);
  weight.write(tensor);
  tensor.dispose();
}

/** Moves the weights to `values` plus `length` times `direction`. */
export function writeWeights(
  model: LayersModel,
  values: Record<string, Float32Array>,
  { direction, length }: { direction: Record<string, ArrayLike<number>>; length: number },
): void {
  for (const weight of model.weights) {
    const name = nameOf(weight);
    const moved = values[name].map((value, i) => value + length * direction[name][i]);
    write(weight, moved);
  }
}

import * as tf from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';

/** A layer of a model, and what TensorFlow.js runs for it. */
export interface LayerOperations {
  /** Name and class, for messages. */
  layer: string;
  /** Names of the operations as a gradient sees them: kernels, or what a custom gradient is called. */
  operations: readonly string[];
}

/** What the layers of `model` make of `x`, and of what they made of it, while `run` calls it. */
export function layerOperations(model: LayersModel, run: (x: tf.Tensor) => tf.Tensor, x: tf.Tensor): LayerOperations[] {
  const found: LayerOperations[] = [];
  const dependent = new Set([x.id]);
  let seen = 0;
  /** Names of the operations since the last call that depend on x. */
  const newOperations = () => {
    const operations: string[] = [];
    for (; seen < tape().length; seen++) {
      const { kernelName, inputs, outputs } = tape()[seen];
      if (!Object.values(inputs).some(({ id }) => dependent.has(id))) continue;
      outputs.forEach(({ id }) => dependent.add(id));
      operations.push(kernelName);
    }
    return operations;
  };
  const watched = model.layers.map((layer): { call?: unknown } => {
    const call = layer.call.bind(layer);
    layer.call = (...given) => {
      newOperations(); // those before the layer
      const output = call(...given);
      found.push({ layer: `${layer.name} (${layer.getClassName()})`, operations: newOperations() });
      return output;
    };
    return layer;
  });
  try {
    // operations are on a tape inside of a gradient alone
    tf.tidy(() => void tf.grad((given: tf.Tensor) => tf.sum(run(given)))(x));
  } finally {
    for (const layer of watched) delete layer.call; // that of its class again
  }
  return found;
}

const tape = () => tf.engine().state.activeTape ?? [];

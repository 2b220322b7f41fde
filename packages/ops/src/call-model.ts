import * as tf from '@tensorflow/tfjs-core';
import type { DropoutPart } from './dropout.ts';

/** Anything with the `apply` of a tfjs LayersModel. */
export interface LayersModelLike {
  apply(
    inputs: tf.Tensor | tf.Tensor[],
    options?: { training?: boolean; dropoutSeed?: tf.Tensor; dropoutPart?: DropoutPart },
  ): unknown;
}

/** A network: a LayersModel, or any function from input tensors to one output tensor. */
export type Model = ((...inputs: tf.Tensor[]) => tf.Tensor) | LayersModelLike;

/** Options of `callModel`. */
export interface CallModelOptions {
  /** Whether dropout and the like are active in a LayersModel; plain functions do not see it. @defaultValue false */
  training?: boolean;
  /** What the dropout masks are computed from, made by `dropoutSeed`; a LayersModel with dropout needs it while training. */
  dropoutSeed?: tf.Tensor2D;
  /** Which rows of a larger batch the inputs have: they get the masks that they have there. @defaultValue all */
  dropoutPart?: DropoutPart;
}

/**
 * Calls a LayersModel or a function the same way, differentiably.
 *
 * @param inputs the input tensors; not disposed.
 * @returns the output tensor, owned by the caller.
 * @throws TypeError when the model is neither, or its output is not one tensor.
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { callModel } from '@diffgan/ops';
 * const y = callModel((x) => tf.mul(x, 2), [tf.ones([3])]);
 * ```
 */
export function callModel(
  model: Model,
  inputs: tf.Tensor[],
  { training = false, dropoutSeed, dropoutPart }: CallModelOptions = {},
): tf.Tensor {
  const output: unknown =
    typeof model === 'function'
      ? model(...inputs)
      : model.apply(inputs.length === 1 ? inputs[0] : inputs, { training, dropoutSeed, dropoutPart });
  if (!(output instanceof tf.Tensor))
    throw new TypeError(
      `callModel: the model returned ${Array.isArray(output) ? `${output.length} outputs` : typeof output}, but must return one tensor`,
    );
  return output as tf.Tensor;
}

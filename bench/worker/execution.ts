import type * as tf from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { compile, type Compiled, compileTrainStep, type TrainStep } from '@diffgan/runtime';
import type { Column } from '../columns.ts';

/** A function of tensors that a column runs in its own way. */
export type Run = Compiled<tf.Tensor[], tf.Tensor>;

/** How a column runs the functions of this project. */
export interface Execution {
  compile(fn: (...inputs: tf.Tensor[]) => tf.Tensor): Run;
  trainStep(loss: (...inputs: tf.Tensor[]) => tf.Tensor, model: LayersModel): TrainStep;
}

/** Adam's settings in all benchmarks. */
const adam = { learningRate: 2e-4, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 };

/** The execution of a column. Which parts of the native set-up it has is a matter of its process's environment. */
export function executionOf({ execution, precision }: Column): Execution {
  const options = execution === 'eager' ? ({ engine: 'none' } as const) : { precision };
  return {
    compile: (fn) => compile(fn, { ...options, variables: 'constant' }), // as a network that is only run has them
    trainStep: (loss, model) => {
      const variables = model.trainableWeights.map((weight) => weight.read() as tf.Variable);
      return compileTrainStep(loss, variables, { ...adam, ...options });
    },
  };
}

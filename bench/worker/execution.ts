import * as runtime from '@diffgan/runtime';
import { adam, TrainedNetwork } from '@diffgan/training';
import * as tf from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import type { Column } from '../columns.ts';

/** A function of tensors, and what it holds. */
export interface Compiled {
  (...inputs: tf.Tensor[]): tf.Tensor;
  dispose(): void;
}

/** Steps of Adam on one network. */
export interface TrainStep {
  /** Moves the weights and returns the loss before the step. */
  step(inputs: tf.Tensor[]): Promise<number>;
  dispose(): void;
}

/** How a column runs the functions of this project: the one place that knows. */
export interface Execution {
  compile(fn: (...inputs: tf.Tensor[]) => tf.Tensor): Compiled;
  trainStep(loss: (...inputs: tf.Tensor[]) => tf.Scalar, model: LayersModel): TrainStep;
}

/** Adam's settings in all benchmarks. */
export const adamOptions = { learningRate: 2e-4, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 };

// Until the compiler is part of the runtime, its columns say that they are missing.
interface Compiler {
  compile(fn: (...inputs: tf.Tensor[]) => tf.Tensor): Compiled;
  compileTrainStep(
    loss: (...inputs: tf.Tensor[]) => tf.Scalar,
    variables: tf.Variable[],
    options: typeof adamOptions,
  ): TrainStep;
}

/** The execution of a column. */
export function executionOf({ execution }: Column): Execution {
  return execution === 'compiled' ? compiled() : eager;
}

function compiled(): Execution {
  const { compile, compileTrainStep } = runtime as unknown as Partial<Compiler>;
  if (compile === undefined || compileTrainStep === undefined)
    throw new Error('this version of @diffgan/runtime does not compile');
  return {
    compile,
    trainStep: (loss, model) => compileTrainStep(loss, variablesOf(model), adamOptions),
  };
}

const eager: Execution = {
  compile: (fn) => Object.assign((...inputs: tf.Tensor[]) => tf.tidy(() => fn(...inputs)), { dispose: () => {} }),
  trainStep: (loss, model) => {
    const { learningRate, ...options } = adamOptions;
    const network = new TrainedNetwork(model, adam(options), 0);
    let count = 0;
    const step = async (inputs: tf.Tensor[]) => {
      const value = tf.tidy(() => {
        const { value, grads } = tf.variableGrads(() => loss(...inputs), network.variables);
        network.descend(grads, { count: ++count, learningRate });
        return value;
      });
      const [number] = await value.data();
      value.dispose();
      return number;
    };
    return { step, dispose: () => network.dispose() };
  },
};

const variablesOf = (model: LayersModel): tf.Variable[] =>
  model.trainableWeights.map((weight) => weight.read() as tf.Variable);

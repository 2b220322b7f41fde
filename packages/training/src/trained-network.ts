import * as tf from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import type { AdamVectors } from '@diffgan/ops';
import { withVariables } from '@diffgan/runtime';

/**
 * The vectors that make up the state of a network in training: weights, Adam's moments, running average of the weights, and the averages
 * of further decays by name, such as `'average@0.9999'`.
 */
export type NetworkVectors = AdamVectors & { [further: `average@${number}`]: tf.Tensor1D };

/** What can be trained: a model, or anything else with variables, such as a `GammaNetwork` of `@diffgan/objectives`. */
export type Trainable = LayersModel | { readonly variables: readonly tf.Variable[] };

/** A loss with what is found on the way. */
export interface MeasuredLoss {
  value: tf.Scalar;
  /** Numbers by name. */
  measures?: Record<string, tf.Scalar>;
  /** A number for each example. */
  examples?: tf.Tensor1D;
}

/** A loss, its gradient by all parameters as one vector, and what else was found. */
export interface LossGradient extends MeasuredLoss {
  gradient: tf.Tensor1D;
  measures: Record<string, tf.Scalar>;
}

/**
 * A model as a function of its weights: during training these are one vector, and the model's own variables wait.
 *
 * One vector keeps the number of operations per step independent of the number of layers, and pure functions of vectors are what
 * `compileUpdate` of `@diffgan/runtime` turns into one graph.
 *
 * @example
 * ```ts
 * const model = mlpCritic({ kind: 'mlp-critic', dim: 2, hidden: [8], timeWidth: 4 });
 * const inputs = [tf.ones([4, 2]), tf.zeros([4, 2]), tf.zeros([4])];
 * const loss = () => tf.mean<tf.Scalar>(tf.square(callModel(model, inputs)));
 * const network = new TrainedNetwork(model);
 * const vectors = network.start();
 * const { value, gradient } = network.gradient(vectors.parameters, loss);
 * const rates = adam().rates({ count: 1, learningRate: 1e-3 });
 * const next = adamUpdate(vectors, gradient, rates);
 * ```
 */
export class TrainedNetwork {
  /** The model's variables, in the order in which the vectors hold them. */
  readonly variables: tf.Variable[];
  readonly #sizes: number[];

  /** @param model stays the caller's. */
  constructor(readonly model: Trainable) {
    this.variables = variablesOf(model);
    this.#sizes = this.variables.map((variable) => variable.size);
  }

  /** The state before the first step: the model's weights, no moments, the weights as their average. The caller disposes it. */
  start(): NetworkVectors {
    return tf.tidy(() => {
      const parameters = joined(this.variables);
      const zeros = () => tf.zeros<tf.Rank.R1>([parameters.size]);
      return { parameters, m: zeros(), v: zeros(), average: tf.clone(parameters) };
    });
  }

  /** Runs `compute` with the weights in `parameters` in the place of the model's own. Gradients by `parameters` are not recorded. */
  with<T>(parameters: tf.Tensor1D, compute: () => T): T {
    const pieces = tf.split(parameters, this.#sizes).map((piece, i) => tf.reshape(piece, this.variables[i].shape));
    return withVariables(this.variables, pieces, compute);
  }

  /** `loss` of the model with the weights in `parameters`, and its gradient by them. Call it in a tidy. */
  gradient(parameters: tf.Tensor1D, loss: () => tf.Scalar | MeasuredLoss): LossGradient {
    let found: MeasuredLoss | undefined;
    const scalar = () => {
      const result = loss();
      found = result instanceof tf.Tensor ? { value: result } : result;
      alsoFound(found).forEach((tensor) => tf.keep(tensor)); // variableGrads tidies all but the loss
      return found.value;
    };
    const { value, grads } = this.with(parameters, () => tf.variableGrads(scalar, this.variables));
    const byVariable = this.variables.map((v) => (grads[v.name] as tf.Tensor | null) ?? tf.zerosLike(v));
    const { measures = {}, examples } = found!;
    const copies = Object.entries(measures).map(([name, measure]) => [name, tf.clone(measure)] as const);
    const result = {
      value,
      gradient: joined(byVariable),
      measures: Object.fromEntries(copies),
      ...(examples && { examples: tf.clone(examples) }),
    };
    tf.dispose(alsoFound(found!));
    return result;
  }

  /** Names of the weights whose part of a vector holds a value that is not finite. */
  notFinite(values: Float32Array): string[] {
    const { model } = this;
    const names = 'trainableWeights' in model ? model.trainableWeights.map(({ originalName }) => originalName) : [];
    let start = 0;
    return this.#sizes.flatMap((size, i) => {
      const part = values.subarray(start, (start += size));
      return part.every(Number.isFinite) ? [] : [names[i] ?? `variable ${i}`];
    });
  }
}

const alsoFound = ({ measures = {}, examples }: MeasuredLoss): tf.Tensor[] => [
  ...Object.values(measures),
  ...(examples ? [examples] : []),
];

const variablesOf = (model: Trainable): tf.Variable[] =>
  'trainableWeights' in model
    ? model.trainableWeights.map((weight) => weight.read() as tf.Variable)
    : [...model.variables];

function joined(tensors: tf.Tensor[]): tf.Tensor1D {
  return tf.concat1d(tensors.map((tensor) => tf.reshape(tensor, [tensor.size])));
}

/**
 * Writes a parameter vector (such as the running average of a training run) into a model of the same architecture.
 *
 * @param model gets the values; its variables stay the same objects.
 * @param vector all trainable weights one after the other; not disposed.
 * @throws RangeError if the number of parameters differs.
 * @example
 * ```ts
 * const config = { kind: 'mlp-critic', dim: 2, hidden: [8], timeWidth: 4 } as const;
 * const [model, copy] = [mlpCritic(config), mlpCritic(config, { key: key(1) })];
 * setParameters(copy, new TrainedNetwork(model).start().parameters);
 * ```
 */
export function setParameters(model: Trainable, vector: tf.Tensor1D): void {
  const variables = variablesOf(model);
  const sizes = variables.map((variable) => variable.size);
  const size = sizes.reduce((a, b) => a + b, 0);
  if (size !== vector.size)
    throw new RangeError(
      `setParameters: the vector has ${vector.size} parameters and ${'name' in model ? model.name : 'the target'} has ${size}; ` +
        'use a model of the same configuration',
    );
  tf.tidy(() =>
    tf.split(vector, sizes).forEach((piece, i) => variables[i].assign(tf.reshape(piece, variables[i].shape))),
  );
}

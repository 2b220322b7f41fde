import * as tf from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import type { AdamMoments, AdamStep, Optimizer } from './adam.ts';
import { ema } from './ema.ts';

/** The vectors that make up the state of a network in training. */
export type NetworkVectors = Record<'parameters' | 'm' | 'v' | 'average', tf.Tensor1D>;

/**
 * A model in training: its weights, Adam's moments and the running average, each as one vector.
 *
 * The vectors keep the number of operations per step independent of the number of layers: gradients are joined once, everything else
 * happens on vectors, and the result is cut into the model's variables.
 *
 * @example
 * ```ts
 * const network = new TrainedNetwork(model, adam(), 0.999);
 * const { value, grads } = tf.variableGrads(loss, network.variables);
 * network.descend(grads, { count: 1, learningRate: 1e-3 });
 * tf.dispose([value, grads]);
 * network.dispose();
 * ```
 */
export class TrainedNetwork {
  /** The model's variables, in the order in which the vectors hold them. */
  readonly variables: tf.Variable[];
  /** Current state; each vector belongs to this object. */
  vectors: NetworkVectors;
  readonly #sizes: number[];

  /**
   * @param model - stays the caller's.
   * @param optimizer - how gradients become updates.
   * @param emaDecay - decay of the running average.
   */
  constructor(
    readonly model: LayersModel,
    readonly optimizer: Optimizer,
    readonly emaDecay: number,
  ) {
    this.variables = model.trainableWeights.map((weight) => weight.read() as tf.Variable);
    this.#sizes = this.variables.map((variable) => variable.size);
    this.vectors = tf.tidy(() => {
      const parameters = joined(this.variables);
      return { parameters, ...optimizer.init(parameters.size), average: tf.clone(parameters) };
    });
    Object.values(this.vectors).forEach((vector) => tf.keep(vector));
  }

  /** Moves the model along `gradients` (as `tf.variableGrads` returns them; none counts as zero) and updates the average. */
  descend(gradients: tf.NamedTensorMap, step: AdamStep): void {
    const next = tf.tidy(() => {
      const gradient = joined(this.variables.map((v) => (gradients[v.name] as tf.Tensor | null) ?? tf.zerosLike(v)));
      const { parameters, ...moments } = this.optimizer.update(this.vectors.parameters, gradient, {
        ...this.vectors,
        ...step,
      });
      return { parameters, ...(moments satisfies AdamMoments), average: this.#averageWith(parameters, step.count) };
    });
    this.replace(next);
  }

  /** Takes over new vectors (ownership passes to this object), disposes the old ones and updates the model's variables. */
  replace(vectors: NetworkVectors): void {
    tf.dispose(this.vectors);
    this.vectors = vectors;
    Object.values(vectors).forEach((vector) => tf.keep(vector));
    assignParameters(this.variables, vectors.parameters, this.#sizes);
  }

  /** Disposes the vectors; the model stays. */
  dispose(): void {
    tf.dispose(this.vectors);
  }

  #averageWith(parameters: tf.Tensor1D, count: number): tf.Tensor1D {
    return ema(this.vectors.average, parameters, { count, decay: this.emaDecay });
  }
}

function joined(tensors: tf.Tensor[]): tf.Tensor1D {
  return tf.concat1d(tensors.map((tensor) => tf.reshape(tensor, [tensor.size])));
}

function assignParameters(variables: tf.Variable[], vector: tf.Tensor1D, sizes: number[]): void {
  tf.tidy(() =>
    tf.split(vector, sizes).forEach((piece, i) => variables[i].assign(tf.reshape(piece, variables[i].shape))),
  );
}

/**
 * Writes a parameter vector (such as the running average of a training run) into a model of the same architecture.
 *
 * @param model - gets the values; its variables stay the same objects.
 * @param vector - all trainable weights one after the other; not disposed.
 * @throws RangeError if the number of parameters differs.
 * @example
 * ```ts
 * setParameters(sampler, event.networks.generator.vectors.average);
 * ```
 */
export function setParameters(model: LayersModel, vector: tf.Tensor1D): void {
  const variables = model.trainableWeights.map((weight) => weight.read() as tf.Variable);
  const sizes = variables.map((variable) => variable.size);
  const size = sizes.reduce((a, b) => a + b, 0);
  if (size !== vector.size)
    throw new RangeError(
      `setParameters: the vector has ${vector.size} parameters and ${model.name} has ${size}; use a model of the same configuration`,
    );
  assignParameters(variables, vector, sizes);
}

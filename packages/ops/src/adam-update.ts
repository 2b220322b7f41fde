import * as tf from '@tensorflow/tfjs-core';
import { hasFusedKernel, runFusedKernel } from './fused-kernel.ts';

/** Everything that training keeps of a network: weights, moments of the gradient, running average of the weights; each one vector. */
export type AdamVectors = {
  parameters: tf.Tensor1D;
  /** First moment of the gradient. */
  m: tf.Tensor1D;
  /** Second moment of the gradient. */
  v: tf.Tensor1D;
  /** Running average of the parameters. */
  average: tf.Tensor1D;
};

/** What `adamRates` puts into numbers for one step. */
export interface AdamRatesOptions {
  /** Number of updates so far, this one included: 1, 2, … */
  count: number;
  /** Step size. */
  learningRate: number;
  /** Decay of the first moment. */
  beta1: number;
  /** Decay of the second moment. */
  beta2: number;
  /** Added to the root of the second moment, after its bias correction. */
  epsilon: number;
  /** Decoupled weight decay of AdamW, times the learning rate. @defaultValue 0 */
  weightDecay?: number;
  /** Share of the new parameters in the running average, 1 − decay. @defaultValue 1: the average is the parameters */
  averaging?: number;
}

/**
 * The numbers of one step of {@link adamUpdate}, in the order in which it takes them; a tensor of them is an argument of a compiled
 * step, where a number would be frozen.
 *
 * @returns `[beta1, beta2, learningRate/(1 − beta1^count), 1/√(1 − beta2^count), epsilon, learningRate·weightDecay, averaging]`.
 * @example
 * ```ts
 * import { adamRates } from '@diffgan/ops';
 * const rates = adamRates({ count: 1, learningRate: 1e-3, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 });
 * ```
 */
export function adamRates(options: AdamRatesOptions): Float32Array {
  const { count, learningRate, beta1, beta2, epsilon, weightDecay = 0, averaging = 1 } = options;
  const stepSize = learningRate / (1 - beta1 ** count);
  return Float32Array.of(
    beta1,
    beta2,
    stepSize,
    1 / Math.sqrt(1 - beta2 ** count),
    epsilon,
    learningRate * weightDecay,
    averaging,
  );
}

/**
 * One step of Adam (Kingma, Ba 2015, algorithm 1), with the weight decay of AdamW (Loshchilov, Hutter 2019) and the running average of
 * the result, on vectors that hold all parameters: one pass over memory where the backend has the fused kernel.
 *
 * @param vectors each [n]; not disposed.
 * @param gradient [n].
 * @param rates [7], of `adamRates`.
 * @returns the next vectors, owned by the caller.
 * @throws RangeError when the shapes do not fit.
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { adamRates, adamUpdate } from '@diffgan/ops';
 * const parameters = tf.tensor1d([1, 2]);
 * const vectors = { parameters, m: tf.zeros<tf.Rank.R1>([2]), v: tf.zeros<tf.Rank.R1>([2]), average: tf.clone(parameters) };
 * const rates = adamRates({ count: 1, learningRate: 0.01, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 });
 * const next = adamUpdate(vectors, tf.tensor1d([0.1, -3]), tf.tensor1d(rates)); // parameters [0.99, 2.01]
 * ```
 */
export function adamUpdate(vectors: AdamVectors, gradient: tf.Tensor1D, rates: tf.Tensor1D): AdamVectors {
  const { parameters, m, v, average } = vectors;
  for (const [name, tensor] of Object.entries({ m, v, average, gradient }))
    if (!tf.util.arraysEqual(tensor.shape, parameters.shape))
      throw new RangeError(
        `adamUpdate: ${name} has shape [${tensor.shape}], but must be like parameters [${parameters.shape}]`,
      );
  if (rates.size !== 7)
    throw new RangeError(`adamUpdate: rates has shape [${rates.shape}], but must be [7], of adamRates`);
  return tf.tidy(() => {
    const inputs = { ...vectors, gradient, hyper: rates };
    if (!hasFusedKernel('DiffganAdam')) return composite(inputs);
    const next = runFusedKernel<tf.Tensor1D>('DiffganAdam', inputs);
    return { parameters: next[0], m: next[1], v: next[2], average: next[3] };
  });
}

function composite({
  parameters,
  m,
  v,
  average,
  gradient,
  hyper,
}: AdamVectors & Record<string, tf.Tensor1D>): AdamVectors {
  const [beta1, beta2, stepSize, rsqrtBias2, epsilon, decay, averaging] = tf.unstack(hyper);
  /** old + share·(fresh − old) */
  const blend = (old: tf.Tensor1D, fresh: tf.Tensor1D, share: tf.Tensor): tf.Tensor1D =>
    tf.add(old, tf.mul(share, tf.sub(fresh, old)));
  const mNext = blend(m, gradient, tf.sub(1, beta1));
  const vNext = blend(v, tf.square(gradient), tf.sub(1, beta2));
  const root = tf.add(tf.mul(tf.sqrt(vNext), rsqrtBias2), epsilon);
  const kept = tf.mul(parameters, tf.sub(1, decay));
  const next = tf.sub<tf.Tensor1D>(kept, tf.mul(stepSize, tf.div(mNext, root)));
  return { parameters: next, m: mNext, v: vNext, average: blend(average, next, averaging) };
}

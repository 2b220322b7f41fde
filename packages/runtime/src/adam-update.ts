import * as tf from '@tensorflow/tfjs-core';

/** Parameters, first and second moments and the moving average of the parameters: flat vectors of one length. */
export interface AdamState {
  parameters: tf.Tensor;
  m: tf.Tensor;
  v: tf.Tensor;
  average: tf.Tensor;
}

/**
 * One step of Adam over a flat vector, by the fused kernel of the backend where there is one.
 *
 * @param hyper [7]: β1, β2, step size, 1/√(1 − β2^t), ε, decay, averaging.
 */
export function adamUpdate(state: AdamState, gradient: tf.Tensor, hyper: tf.Tensor): AdamState {
  if (!tf.getKernel('DiffganAdam', tf.getBackend())) return composite(state, gradient, hyper);
  const inputs = { ...state, gradient, hyper };
  const [parameters, m, v, average] = tf.engine().runKernel('DiffganAdam', inputs) as unknown as tf.Tensor[];
  return { parameters, m, v, average };
}

function composite({ parameters, m, v, average }: AdamState, gradient: tf.Tensor, hyper: tf.Tensor): AdamState {
  const [beta1, beta2, stepSize, rsqrtBias2, epsilon, decay, averaging] = tf.unstack(hyper);
  const towards = (from: tf.Tensor, to: tf.Tensor, share: tf.Tensor) => tf.add(from, tf.mul(share, tf.sub(to, from)));
  const newM = towards(m, gradient, tf.sub(1, beta1));
  const newV = towards(v, tf.square(gradient), tf.sub(1, beta2));
  const step = tf.div(tf.mul(stepSize, newM), tf.add(tf.mul(tf.sqrt(newV), rsqrtBias2), epsilon));
  const newParameters = tf.sub(tf.mul(parameters, tf.sub(1, decay)), step);
  return { parameters: newParameters, m: newM, v: newV, average: towards(average, newParameters, averaging) };
}

/** Options of Adam. */
export interface AdamOptions {
  /** @defaultValue 0.9 */
  beta1?: number;
  /** @defaultValue 0.999 */
  beta2?: number;
  /** Added to the root of the corrected second moment. @defaultValue 1e-8 */
  epsilon?: number;
  /** Decoupled weight decay (AdamW): parameters shrink by learningRate·weightDecay in each step. @defaultValue 0 */
  weightDecay?: number;
  /** Decay of the moving average of the parameters (EMA); 0 keeps none. @defaultValue 0 */
  averageDecay?: number;
}

/** The numbers that `adamUpdate` takes, for step t = 1, 2, …; bias corrections in float64. */
export function adamHyper(t: number, learningRate: number, options: Required<AdamOptions>): number[] {
  const { beta1, beta2, epsilon, weightDecay, averageDecay } = options;
  const stepSize = learningRate / (1 - beta1 ** t);
  return [beta1, beta2, stepSize, 1 / Math.sqrt(1 - beta2 ** t), epsilon, learningRate * weightDecay, 1 - averageDecay];
}

import * as tf from '@tensorflow/tfjs-core';
import { callModel, exp, type Key, key as newKey, type Model, sigmoid, softplus, split } from '@diffgan/ops';
import { antitheticTimes } from './antithetic-times.ts';
import { checkSameShape } from './check-batch.ts';
import type { Gamma } from './gamma-network.ts';
import { sumPerExample } from './per-example.ts';
import { standardNormal } from './standard-normal.ts';

/** Options of {@link vdmLoss}. */
export interface VdmLossOptions {
  /**
   * T, the number of steps of a discrete chain.
   * @defaultValue continuous time, the limit T → ∞
   */
  steps?: number;
  /** A time in [0, 1] for each example, rounded up to a step's with `steps`; antithetic times of `key` if not given. */
  t?: tf.Tensor1D | ArrayLike<number>;
  /** The noise ε of z_t, of the shape of `x0`; drawn from `key` if not given. Not disposed. */
  noise?: tf.Tensor;
  /** The noise of z_0 in the reconstruction, of the shape of `x0`; drawn from `key` if not given. Not disposed. */
  noise0?: tf.Tensor;
  /**
   * Key of times and noise.
   * @defaultValue `key(0)`
   */
  key?: Key;
  /**
   * How many levels a pixel has; level k is the value 2(k + ½) / levels − 1. 0 is for data that are no pixels, such as points: the bound
   * is then one on the negative logarithm of a density, p(x | z_0) = N(x; z_0/α_0, e^γ_0 I), and may be negative.
   * @defaultValue `256`
   */
  levels?: number;
  /**
   * A weight of the diffusion term for each SNR `[B]` and time `[B]`: `[B]`. 2/γ'(t) gives the simple loss.
   * @defaultValue 1, the bound
   */
  weight?: (snr: tf.Tensor1D, t: tf.Tensor1D) => tf.Tensor1D;
  /**
   * Whether the model runs in training mode, with dropout.
   * @defaultValue `false`
   */
  training?: boolean;
  /** What a model with dropout computes its masks from, made by `dropoutSeed` of `@diffgan/ops`, a new one for each step. */
  dropoutSeed?: tf.Tensor2D;
}

/** The three terms of the bound, each `[B]` in nats: summed over the dimensions. */
export interface VdmLoss {
  /** KL(q(z_1 | x) ‖ N(0, I)). */
  prior: tf.Tensor1D;
  /** −log p(x | z_0); of densities its mean over z_0, D/2 (log 2πe + γ_0). */
  reconstruction: tf.Tensor1D;
  /** An estimate of the sum, or integral, of the steps' divergences from one time per example. */
  diffusion: tf.Tensor1D;
}

/**
 * The loss of a variational diffusion model, an unbiased estimate of a bound on −log p(x): prior + reconstruction + diffusion.
 *
 * With z_t = α_t x + σ_t ε, α_t² = σ(−γ(t)), σ_t² = σ(γ(t)), the diffusion term is ½ γ'(t) ‖ε − ε̂(z_t, γ(t))‖² in continuous time
 * and ½ T (e^(γ(t) − γ(s)) − 1) ‖ε − ε̂‖², s = t − 1/T, in T steps.
 *
 * @param model noise prediction ε̂ of the shape of `x0` from `[z_t, γ_t]`, γ_t as float32 `[B]`
 * @param gamma the noise schedule, such as {@link gammaNetwork}
 * @param x0 data `[B, …]` in [−1, 1], each value that of a level; not disposed
 * @returns the terms `[B]`; the caller reduces and disposes them. Differentiable in the weights of the model and of the schedule
 * @throws RangeError if a shape disagrees with that of `x0`, or `steps`, `levels` or a time is out of range
 *
 * Source: Kingma, Salimans, Poole, Ho 2021 (arXiv:2107.00630), sections 3 and 4.
 *
 * @example
 * ```ts
 * import { gammaNetwork, vdmLoss } from '@diffgan/objectives';
 * import { key } from '@diffgan/ops';
 * import * as tf from '@tensorflow/tfjs-core';
 *
 * const gamma = gammaNetwork({ kind: 'linear' });
 * const model = (zt: tf.Tensor) => tf.zerosLike(zt);
 * const { prior, reconstruction, diffusion } = vdmLoss(model, gamma, tf.zeros([8, 2]), { key: key(7) });
 * ```
 */
export function vdmLoss(model: Model, gamma: Gamma, x0: tf.Tensor, options: VdmLossOptions = {}): VdmLoss {
  const { steps, key = newKey(0), levels = 256, weight, training = false, dropoutSeed } = options;
  checkOptions(x0, options);
  const [batch] = x0.shape;
  const [keyOfTimes, keyOfNoise, keyOfNoise0] = split(key, 3);
  return tf.tidy(() => {
    const noise = standardNormal('vdmLoss', x0, { noise: options.noise, key: keyOfNoise });
    const noise0 = standardNormal('vdmLoss', x0, { noise: options.noise0, key: keyOfNoise0 });
    const t = timesOf(options.t ?? antitheticTimes(batch, { key: keyOfTimes }), steps);
    const s = steps === undefined ? [] : [tf.relu(tf.sub<tf.Tensor1D>(t, 1 / steps))];
    const gammas = gamma.at(tf.concat<tf.Tensor1D>([t, tf.tensor1d([0, 1]), ...s]));
    const [gammaT, gamma0, gamma1, gammaS] = tf.split(gammas, [batch, 1, 1, ...s.map(() => batch)]);

    const column = tf.reshape(gammaT, [batch, ...x0.shape.slice(1).map(() => 1)]);
    const zt = tf.add(tf.mul(signal(column), x0), tf.mul(signal(tf.neg(column)), noise));
    const epsHat = callModel(model, [zt, gammaT], { training, dropoutSeed });
    checkSameShape('vdmLoss', 'the prediction', epsHat, x0);
    const error = sumPerExample(tf.square(tf.sub(noise, epsHat)));
    const rate = steps === undefined ? gamma.slope(t) : tf.mul(steps, tf.expm1(tf.sub(gammaT, gammaS)));
    const diffusion = tf.mul<tf.Tensor1D>(tf.mul(0.5, rate), error);
    return {
      prior: priorOf(x0, gamma1),
      reconstruction: levels === 0 ? densityTerm(x0, gamma0) : reconstructionOf(x0, gamma0, { noise0, levels }),
      diffusion: weight ? tf.mul<tf.Tensor1D>(weight(exp(tf.neg(gammaT)) as tf.Tensor1D, t), diffusion) : diffusion,
    };
  });
}

/** α = √σ(−γ), without the infinite slope of a root at 0. */
const signal = (gamma: tf.Tensor) => exp(tf.mul(-0.5, softplus(gamma)));

/** Times on the device; in a chain of T steps the end of the step that they lie in. 1e-3 of a step is left to rounding. */
function timesOf(t: tf.Tensor1D | ArrayLike<number>, steps?: number): tf.Tensor1D {
  const times = t instanceof tf.Tensor ? t : tf.tensor1d(Float32Array.from(t));
  if (steps === undefined) return times;
  return tf.div(tf.maximum(1, tf.ceil(tf.sub(tf.mul(times, steps), 1e-3))), steps);
}

/** ½ Σ (α_1² x² + σ_1² − log σ_1² − 1). */
function priorOf(x0: tf.Tensor, gamma1: tf.Tensor): tf.Tensor1D {
  const noise = tf.sub(tf.add(sigmoid(gamma1), softplus(tf.neg(gamma1))), 1); // log σ² = −softplus(−γ)
  const all = tf.add(tf.mul(sigmoid(tf.neg(gamma1)), tf.square(x0)), noise);
  return tf.mul(0.5, sumPerExample(all));
}

/** −Σ log softmax_k(−½ (z_0/α_0 − x(k))² / e^γ_0) at the level of x, where (z_0/α_0 − x(k)) / e^(γ_0/2) = ε + (x − x(k)) e^(−γ_0/2). */
function reconstructionOf(
  x0: tf.Tensor,
  gamma0: tf.Tensor,
  { noise0, levels }: { noise0: tf.Tensor; levels: number },
): tf.Tensor1D {
  const valueOf = (k: tf.Tensor) => tf.sub(tf.mul(2 / levels, tf.add(k, 0.5)), 1);
  const nearest = tf.clipByValue(tf.round(tf.sub(tf.mul(levels / 2, tf.add(x0, 1)), 0.5)), 0, levels - 1);
  const sharpness = exp(tf.mul(-0.5, gamma0));
  const score = (value: tf.Tensor, x: tf.Tensor, noise: tf.Tensor) =>
    tf.mul(-0.5, tf.square(tf.add(noise, tf.mul(sharpness, tf.sub(x, value)))));
  const all = score(valueOf(tf.range(0, levels)), tf.expandDims(x0, -1), tf.expandDims(noise0, -1)); // [B, …, levels]
  return sumPerExample(tf.sub(tf.logSumExp(all, -1), score(valueOf(nearest), x0, noise0)));
}

/** E −log N(x; z_0/α_0, e^γ_0 I) = D/2 (log 2πe + γ_0). */
function densityTerm(x0: tf.Tensor, gamma0: tf.Tensor): tf.Tensor1D {
  const [batch] = x0.shape;
  const each = tf.mul(x0.size / batch / 2, tf.add(Math.log(2 * Math.PI * Math.E), gamma0));
  return tf.mul(tf.ones<tf.Rank.R1>([batch]), each);
}

function checkOptions(x0: tf.Tensor, { steps, t, levels = 256 }: VdmLossOptions): void {
  if (x0.rank < 1) throw new RangeError('vdmLoss: x0 is a scalar; its first axis must be the batch');
  if (steps !== undefined && (!Number.isInteger(steps) || steps < 1))
    throw new RangeError(`vdmLoss: steps is ${steps}; give a whole number ≥ 1, or nothing for continuous time`);
  if (!Number.isInteger(levels) || levels < 0)
    throw new RangeError(`vdmLoss: levels is ${levels}; give a whole number ≥ 1, or 0 for data that are no pixels`);
  if (t === undefined) return;
  const length = t instanceof tf.Tensor ? t.size : t.length;
  if (length !== x0.shape[0])
    throw new RangeError(`vdmLoss: t has ${length} times; give one for each of the ${x0.shape[0]} examples`);
  const wrong = t instanceof tf.Tensor ? undefined : Array.from(t).find((time) => !(time >= 0 && time <= 1));
  if (wrong !== undefined) throw new RangeError(`vdmLoss: a time is ${wrong}; continuous time runs from 0 to 1`);
}

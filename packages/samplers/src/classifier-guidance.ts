import type { Prediction } from '@diffgan/objectives';
import { callModel, gradientOf, type Model } from '@diffgan/ops';
import type { NoiseSchedule } from '@diffgan/schedule';
import * as tf from '@tensorflow/tfjs-core';

/** Options of {@link classifierGuidance}. */
export interface ClassifierGuidanceOptions {
  /** w, the weight of the classifier: 0 ignores it, 1 samples the posterior of an unconditional model. */
  w: number;
  /** The schedule the sampler runs on: it tells the noise level of a position. */
  schedule: NoiseSchedule;
  /**
   * `'eps'` shifts the score: ε̂ − w √(1 − ᾱ_t) ∇log p(c | x_t), for every sampler. `'mean'` shifts the mean of an ancestral step
   * by w β_t ∇log p(c | x_t); for {@link ddpmSampler} without clipping.
   * @defaultValue `'eps'`
   */
  form?: 'eps' | 'mean';
  /**
   * What the model predicts; so does the guided one.
   * @defaultValue `'eps'`
   */
  predicts?: Prediction;
  /**
   * Whether the model is conditional, too, and takes `cond` as its last input. Weight w on a conditional model equals w + 1 on
   * an unconditional one.
   * @defaultValue `false`
   */
  conditional?: boolean;
}

/**
 * A model guided by a classifier of noisy images: its prediction is shifted along ∇_{x_t} log p(c | x_t). The class is `cond`, int32
 * `[B]`, of the sampler's options.
 *
 * @param model - a prediction of the shape of x_t from `[x_t, position]` (or `[x_t, position, cond]`, if `conditional`)
 * @param classifier - logits `[B, classes]` from `[x_t, position]`, differentiable in x_t
 * @returns a model of `[x_t, position, cond]`
 * @throws RangeError if `form` or `predicts` is unknown or `w` is not finite; (when called) TypeError without `cond`
 *
 * Source: Dhariwal, Nichol 2021 (arXiv:2105.05233), algorithms 1 (`'mean'`) and 2 (`'eps'`).
 *
 * @example
 * ```ts
 * import { classifierGuidance, ddimSampler, run } from '@diffgan/samplers';
 * import { vpSchedule } from '@diffgan/schedule';
 * import * as tf from '@tensorflow/tfjs';
 *
 * const schedule = vpSchedule(10);
 * const model = (xt: tf.Tensor) => tf.zerosLike(xt);
 * const classifier = (xt: tf.Tensor) => tf.concat([xt, tf.neg(xt)], 1); // logits of two classes
 * const guided = classifierGuidance(model, classifier, { w: 1, schedule });
 * const cond = tf.tensor1d([0, 1], 'int32');
 * const samples = await run(ddimSampler(guided, schedule, { shape: [2, 1], cond })); // the first larger than the second
 * ```
 */
export function classifierGuidance(
  model: Model,
  classifier: Model,
  options: ClassifierGuidanceOptions,
): (...inputs: tf.Tensor[]) => tf.Tensor {
  const { w, conditional = false } = options;
  if (!Number.isFinite(w)) throw new RangeError(`classifierGuidance: w is ${w}; give a finite number`);
  const factors = shifts(options);
  return (xt, position, cond) => {
    if (!cond) throw new TypeError('classifierGuidance: no condition; give the sampler the classes as cond, int32 [B]');
    return tf.tidy(() => {
      const gradient = gradientOf((x) => logProbability(callModel(classifier, [x, position]), cond), xt);
      const prediction = callModel(model, conditional ? [xt, position, cond] : [xt, position]);
      const factor = tf.reshape(interpolated(factors, options.schedule.positions, position), [
        -1,
        ...new Array<number>(xt.rank - 1).fill(1),
      ]);
      return tf.add(prediction, tf.mul(tf.mul(w, factor), gradient));
    });
  };
}

/** What the gradient is multiplied by at each step, in the space of the prediction. */
function shifts({ schedule, form = 'eps', predicts = 'eps' }: ClassifierGuidanceOptions): Float64Array {
  const { alpha, beta, alphaBar, oneMinusAlphaBar } = schedule;
  const noise = (i: number) => Math.sqrt(oneMinusAlphaBar[i]);
  // How each prediction moves when ε̂ moves by −√(1 − ᾱ_t).
  const inSpace: Record<Prediction, (i: number) => number> = {
    eps: (i) => -noise(i),
    x0: (i) => oneMinusAlphaBar[i] / Math.sqrt(alphaBar[i]),
    v: (i) => -noise(i) / Math.sqrt(alphaBar[i]),
    mean: (i) => beta[i] / Math.sqrt(alpha[i]),
  };
  const inForm = { eps: () => 1, mean: (i: number) => Math.sqrt(alpha[i]) };
  if (!Object.hasOwn(inSpace, predicts))
    throw new RangeError(`classifierGuidance: predicts is '${predicts}'; use one of eps, x0, v, mean`);
  if (!Object.hasOwn(inForm, form)) throw new RangeError(`classifierGuidance: form is '${form}'; use one of eps, mean`);
  return beta.map((_, i) => inForm[form](i) * inSpace[predicts](i));
}

/** log softmax at the given class, summed over the batch: examples do not mix. */
function logProbability(logits: tf.Tensor, classes: tf.Tensor): tf.Tensor {
  const oneHot = tf.oneHot(tf.cast(classes, 'int32'), logits.shape[1]!);
  return tf.sum(tf.mul(tf.cast(oneHot, 'float32'), tf.logSoftmax(logits)));
}

/** The value at each of the positions `at`, which may lie between those of the steps. */
function interpolated(values: Float64Array, positions: ArrayLike<number>, at: tf.Tensor): tf.Tensor {
  const last = positions[positions.length - 1];
  const table = new Float32Array(last + 2).fill(values[values.length - 1]);
  for (let p = 0, i = 0; p <= last; p++) {
    while (i < values.length - 2 && positions[i + 1] < p) i++;
    const share = values.length === 1 ? 0 : (p - positions[i]) / (positions[i + 1] - positions[i]);
    table[p] = values.length === 1 ? values[0] : values[i] + Math.max(0, share) * (values[i + 1] - values[i]);
  }
  const low = tf.cast(tf.floor(at), 'int32');
  const [below, above] = [low, tf.add(low, tf.scalar(1, 'int32'))].map((i) => tf.gather(tf.tensor1d(table), i));
  const share = tf.sub(at, tf.floor(at));
  return tf.add(tf.mul(tf.sub(1, share), below), tf.mul(share, above));
}

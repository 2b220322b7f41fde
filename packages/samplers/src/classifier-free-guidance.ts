import * as tf from '@tensorflow/tfjs-core';
import { callModel, describeModel, type Model, modelFacts } from '@diffgan/ops';

/** Options of {@link classifierFreeGuidance}. */
export type ClassifierFreeGuidanceOptions = {
  /** The condition ∅ that stands for none: a number that fills a tensor like `cond`, or that tensor itself (not disposed). */
  nullCond: number | tf.Tensor;
  /**
   * Whether both predictions come from one call with a batch twice as large, instead of two calls.
   * @defaultValue `true`
   */
  batched?: boolean;
} & (
  | {
      /** ε̃ = (1 + w) ε̂_c − w ε̂_∅: 0 is conditional, −1 unconditional. */
      w: number;
      scale?: undefined;
    }
  | {
      w?: undefined;
      /** The same as 1 + w: ε̃ = ε̂_∅ + scale (ε̂_c − ε̂_∅). 1 is conditional, 0 unconditional. */
      scale: number;
    }
);

/**
 * A conditional model guided by itself without condition: (1 + w) ε̂(x_t, c) − w ε̂(x_t, ∅). The same rule holds for models that
 * predict x_0, v or the mean. Where the model has twice the channels of x_t, the second half, its variance, stays the conditional one.
 *
 * @param model a prediction of the shape of x_t from `[x_t, position, cond]`, trained with ∅ in the place of some conditions
 * @param options `nullCond`, exactly one of `w` and `scale`, `batched`
 * @returns a model of `[x_t, position, cond]`
 * @throws TypeError unless exactly one of `w` and `scale` is given, RangeError if it is not finite; (when called) TypeError without
 * `cond`
 *
 * Source: Ho, Salimans 2022 (arXiv:2207.12598), eq. 6.
 *
 * @example
 * ```ts
 * import { classifierFreeGuidance, ddimSampler, run } from '@diffgan/samplers';
 * import { vpSchedule } from '@diffgan/schedule';
 * import * as tf from '@tensorflow/tfjs-core';
 *
 * const model = (xt: tf.Tensor, _position: tf.Tensor, cond: tf.Tensor) => tf.mul(xt, tf.reshape(cond, [-1, 1]));
 * const guided = classifierFreeGuidance(model, { w: 0.5, nullCond: 0 });
 * const cond = tf.tensor1d([0.2, 0.4]);
 * const samples = await run(ddimSampler(guided, vpSchedule(10), { shape: [2, 3], cond })); // [2, 3]
 * ```
 */
export function classifierFreeGuidance(
  model: Model,
  options: ClassifierFreeGuidanceOptions,
): (...inputs: tf.Tensor[]) => tf.Tensor {
  const { w, scale, nullCond, batched = true } = options;
  if ((w === undefined) === (scale === undefined))
    throw new TypeError('classifierFreeGuidance: give either w or scale = 1 + w');
  const s = scale ?? 1 + w;
  if (!Number.isFinite(s))
    throw new RangeError(`classifierFreeGuidance: the guidance is ${w ?? scale}; give a finite number`);
  const guided = (...[xt, position, cond]: tf.Tensor[]) => {
    if (!cond) throw new TypeError('classifierFreeGuidance: no condition; give the sampler cond');
    return tf.tidy(() => {
      const none = typeof nullCond === 'number' ? tf.fill(cond.shape, nullCond, cond.dtype) : nullCond;
      const [given, without] = batched
        ? tf.split(callModel(model, [tf.concat([xt, xt]), tf.concat([position, position]), tf.concat([cond, none])]), 2)
        : [cond, none].map((c) => callModel(model, [xt, position, c]));
      const mix = (c: tf.Tensor, n: tf.Tensor) => tf.add(n, tf.mul(s, tf.sub(c, n)));
      const channels = xt.shape[xt.rank - 1];
      if (given.shape[given.rank - 1] !== 2 * channels) return mix(given, without);
      const [[prediction, spread], [predictionNone]] = [given, without].map((y) => tf.split(y, 2, -1));
      return tf.concat([mix(prediction, predictionNone), spread], -1);
    });
  };
  return describeModel(guided, modelFacts(model));
}

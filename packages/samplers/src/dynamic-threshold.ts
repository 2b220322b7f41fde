import * as tf from '@tensorflow/tfjs-core';

/** Options of {@link dynamicThreshold}. */
export interface DynamicThresholdOptions {
  /**
   * Share of the elements of a sample that stay below the threshold s.
   * @defaultValue `0.995`
   */
  percentile?: number;
  /**
   * Upper limit of s. At 1, this is plain clipping.
   * @defaultValue none
   */
  max?: number;
}

/**
 * Dynamic thresholding of x̂_0, against the saturation that strong guidance causes: each sample is clipped to [−s, s] and divided by
 * s, where s ≥ 1 is the given percentile of its |x̂_0|. A value for `clip` of any diffusion sampler.
 *
 * @returns a function from x̂_0 `[B, …]` to its thresholded copy in [−1, 1] (beyond it, if `max` cuts s); it disposes nothing
 * @throws RangeError unless 0 < `percentile` ≤ 1 and `max` ≥ 1
 *
 * Source: Saharia et al. 2022 (arXiv:2205.11487), section 2.3.
 *
 * @example
 * ```ts
 * import { ddimSampler, dynamicThreshold, run } from '@diffgan/samplers';
 * import { vpSchedule } from '@diffgan/schedule';
 * import * as tf from '@tensorflow/tfjs-core';
 *
 * const model = (xt: tf.Tensor) => tf.zerosLike(xt);
 * const options = { shape: [2, 8, 8, 1], clip: dynamicThreshold({ percentile: 0.99 }) };
 * const samples = await run(ddimSampler(model, vpSchedule(10), options)); // [2, 8, 8, 1]
 * ```
 */
export function dynamicThreshold(options: DynamicThresholdOptions = {}): (x0: tf.Tensor) => tf.Tensor {
  const { percentile = 0.995, max = Infinity } = options;
  if (!(percentile > 0 && percentile <= 1))
    throw new RangeError(`dynamicThreshold: percentile is ${percentile}; it must lie in (0, 1]`);
  if (!(max >= 1)) throw new RangeError(`dynamicThreshold: max is ${max}; it must be at least 1`);
  return (x0) =>
    tf.tidy(() => {
      const ones = new Array<number>(x0.rank - 1).fill(1);
      const magnitudes = tf.reshape(tf.abs(x0), [x0.shape[0], -1]);
      const s = tf.reshape(tf.minimum(tf.maximum(quantile(magnitudes, percentile), 1), max), [-1, ...ones]);
      return tf.div(tf.minimum(tf.maximum(x0, tf.neg(s)), s), s);
    });
}

/** The quantile of each row, interpolated linearly between its elements. */
function quantile(rows: tf.Tensor, share: number): tf.Tensor {
  const fromTop = (1 - share) * (rows.shape[1]! - 1);
  const below = Math.min(Math.floor(fromTop) + 1, rows.shape[1]! - 1);
  const { values } = tf.topk(rows, below + 1);
  const [high, low] = [Math.floor(fromTop), below].map((i) => tf.slice(values, [0, i], [-1, 1]));
  const weight = fromTop - Math.floor(fromTop);
  return tf.add(tf.mul(1 - weight, high), tf.mul(weight, low));
}

import * as tf from '@tensorflow/tfjs-core';
import { foldIn, type Key, key as newKey, type Model } from '@diffgan/ops';
import type { NoiseSchedule } from '@diffgan/schedule';
import { type BoundOptions, vlbTerm } from './vlb-term.ts';

/** Options of {@link vlbTerms}. */
export interface VlbTermsOptions extends BoundOptions {
  /** The noise of x_t for each t, of the shape of `x0`. It is not disposed. */
  noise?: (t: number) => tf.Tensor;
  /**
   * Key of the noise, used when `noise` is not given: x_t is drawn with `foldIn(key, t)`.
   * @defaultValue `key(0)`
   */
  key?: Key;
}

/**
 * All terms of the variational bound of each example, in nats: column t − 1 holds L_{t−1}, so column 0 is L_0, the decoder. Their
 * sum plus {@link priorKl} bounds −log p(x_0); {@link bitsPerDim} turns it into bits per dimension. T calls of the model.
 *
 * @param model prediction from `[x_t, position]`, position = t − 1 as float32 `[B]`: of the shape of `x0`, with twice the
 * channels if the variance is learned
 * @param x0 data `[B, …]` on the grey levels in [−1, 1]; not disposed
 * @returns nats `[B, T]`; the caller reduces and disposes them. Differentiable in the model's weights
 * @throws RangeError if an option is unknown, or a noise or the prediction has a wrong shape
 *
 * Source: Ho, Jain, Abbeel 2020 (arXiv:2006.11239), eqs. 5 and 13.
 *
 * @example
 * ```ts
 * import { key } from '@diffgan/ops';
 * import { vlbTerms } from '@diffgan/objectives';
 * import { vpSchedule } from '@diffgan/schedule';
 * import * as tf from '@tensorflow/tfjs-core';
 *
 * const guessZero = (xt: tf.Tensor) => tf.zerosLike(xt);
 * vlbTerms(guessZero, vpSchedule(4), tf.zeros([2, 28, 28, 1]), { key: key(7) }); // [2, 4]
 * ```
 */
export function vlbTerms(
  model: Model,
  schedule: NoiseSchedule,
  x0: tf.Tensor,
  options: VlbTermsOptions = {},
): tf.Tensor2D {
  const { noise, key = newKey(0), ...bound } = options;
  return tf.tidy(() => {
    const terms = Array.from({ length: schedule.steps }, (_, i) => {
      const t = new Array<number>(x0.shape[0]).fill(i + 1);
      return vlbTerm(model, schedule, x0, { ...bound, t, noise: noise?.(i + 1), key: foldIn(key, i + 1) });
    });
    return tf.stack(terms, 1);
  }) as tf.Tensor2D;
}

import { gather, type Steps } from '@diffgan/ops';
import type { NoiseSchedule } from '@diffgan/schedule';
import * as tf from '@tensorflow/tfjs-core';
import { checkBatch, checkSameShape } from './check-batch.ts';

/** Options of {@link epsToX0}. */
export interface EpsToX0Options {
  /** x_t, of the shape of `eps`. It is not disposed. */
  xt: tf.Tensor;
  /**
   * Whether to clip the prediction to [−1, 1], the range of images: samplers do, losses do not.
   * @defaultValue `false`
   */
  clip?: boolean;
}

/**
 * The x̂_0 that a noise prediction implies: x̂_0 = (x_t − √(1 − ᾱ_t) ε̂) / √ᾱ_t.
 *
 * @param eps - predicted noise ε̂, `[B, …]`; not disposed
 * @param t - one step in 1…T per example: numbers, or a tensor `[B]` (whose values are not checked)
 * @returns x̂_0 of the shape of `eps`; the caller disposes it. Differentiable in `eps` and `xt`
 * @throws RangeError if `t` does not hold B steps in 1…T or `xt` has another shape than `eps`
 *
 * Source: Ho, Jain, Abbeel 2020 (arXiv:2006.11239), eq. 15.
 *
 * @example
 * ```ts
 * import { epsToX0 } from '@diffgan/objectives';
 * import { linearSchedule } from '@diffgan/schedule';
 * import * as tf from '@tensorflow/tfjs-core';
 *
 * epsToX0(linearSchedule(), tf.tensor2d([[0.6]]), [500], { xt: tf.tensor2d([[0.9]]) }); // [[1.1559…]]
 * ```
 */
export function epsToX0<T extends tf.Tensor>(schedule: NoiseSchedule, eps: T, t: Steps, options: EpsToX0Options): T {
  const { xt, clip = false } = options;
  checkBatch('epsToX0', schedule, eps, t);
  checkSameShape('epsToX0', 'xt', xt, eps);
  return tf.tidy(() => {
    const inverseSignal = gather(
      schedule.alphaBar.map((a) => 1 / Math.sqrt(a)),
      t,
      eps.rank,
    );
    const noiseToSignal = gather(
      schedule.snr.map((snr) => 1 / Math.sqrt(snr)),
      t,
      eps.rank,
    );
    const x0 = tf.sub<T>(tf.mul(inverseSignal, xt), tf.mul(noiseToSignal, eps));
    return clip ? tf.clipByValue(x0, -1, 1) : x0;
  });
}

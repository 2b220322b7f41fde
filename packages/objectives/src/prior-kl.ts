import * as tf from '@tensorflow/tfjs-core';
import type { NoiseSchedule } from '@diffgan/schedule';
import { sumPerExample } from './per-example.ts';

/**
 * L_T, the first term of the variational bound: KL(q(x_T | x_0) ‖ N(0, I)) = ½ Σ (ᾱ_T x_0² − ᾱ_T − log(1 − ᾱ_T)), per example.
 * About 1e-5 bits per dimension for the linear schedule of 1000 steps.
 *
 * @param x0 data `[B, …]`; not disposed
 * @returns nats `[B]`; the caller reduces and disposes them
 *
 * Source: Ho, Jain, Abbeel 2020 (arXiv:2006.11239), eq. 5.
 *
 * @example
 * ```ts
 * import { priorKl } from '@diffgan/objectives';
 * import { linearSchedule } from '@diffgan/schedule';
 * import * as tf from '@tensorflow/tfjs-core';
 *
 * priorKl(linearSchedule(), tf.tensor2d([[-1, -0.2, 0.4, 0.9]])); // [0.0000405…]
 * ```
 */
export function priorKl(schedule: NoiseSchedule, x0: tf.Tensor): tf.Tensor1D {
  const alphaBar = schedule.alphaBar[schedule.steps - 1];
  const constant = -alphaBar - Math.log1p(-alphaBar);
  return tf.tidy(() => sumPerExample(tf.mul(0.5, tf.add(tf.mul(alphaBar, tf.square(x0)), constant))));
}

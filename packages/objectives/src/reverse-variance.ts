import * as tf from '@tensorflow/tfjs-core';
import { exp, gather, type Steps } from '@diffgan/ops';
import type { NoiseSchedule } from '@diffgan/schedule';
import { checkBatch } from './check-batch.ts';

/** How the variance of a reverse step is chosen; see {@link reverseVariance}. */
export type VarianceKind = 'fixedSmall' | 'fixedLarge' | 'learned' | 'learnedRange';

const kinds: readonly string[] = ['fixedSmall', 'fixedLarge', 'learned', 'learnedRange'] satisfies VarianceKind[];

/** Options of {@link reverseVariance}. */
export interface ReverseVarianceOptions {
  /** What the network says about the variance, `[B, …]`, see {@link splitOutput}; learned variances need it. It is not disposed. */
  output?: tf.Tensor;
  /**
   * Rank of the result if there is no `output`: 4 for images, 2 for vectors.
   * @defaultValue `4`
   */
  rank?: number;
}

/** Variance of a reverse step. */
export interface ReverseVariance {
  /** σ². */
  variance: tf.Tensor;
  /** log σ². */
  logVariance: tf.Tensor;
}

/**
 * The variance of p(x_{t−1} | x_t), with its logarithm.
 *
 * | kind | log σ² |
 * | --- | --- |
 * | `fixedSmall` | log β̃_t, right for data that is one point |
 * | `fixedLarge` | log β_t, right for data of unit variance |
 * | `learned` | what the network outputs |
 * | `learnedRange` | f log β_t + (1 − f) log β̃_t with f = (output + 1)/2 |
 *
 * At t = 1 log β̃_1 = −∞ is replaced by log β̃_2, and so is the fixed log β_1: this is the scale of the decoder; samplers add no
 * noise there.
 *
 * @param t one step in 1…T per example: numbers, or a tensor `[B]` (whose values are not checked)
 * @returns two tensors, which the caller disposes: of the shape of `output` if learned, else `[B, 1, …]`
 * @throws RangeError if `kind` is unknown, `t` does not hold B steps in 1…T, or a learned variance has no `output`
 *
 * Source: Ho, Jain, Abbeel 2020 (arXiv:2006.11239), section 3.2; Nichol, Dhariwal 2021 (arXiv:2102.09672), eq. 15.
 *
 * @example
 * ```ts
 * import { reverseVariance } from '@diffgan/objectives';
 * import { vpSchedule } from '@diffgan/schedule';
 *
 * reverseVariance('fixedSmall', vpSchedule(4), [2, 3]).variance; // [[[[0.4408…]]], [[[0.8842…]]]]
 * ```
 */
export function reverseVariance(
  kind: VarianceKind,
  schedule: NoiseSchedule,
  t: Steps,
  options: ReverseVarianceOptions = {},
): ReverseVariance {
  const { output, rank = 4 } = options;
  if (!kinds.includes(kind)) throw new RangeError(`reverseVariance: kind is '${kind}'; use one of ${kinds.join(', ')}`);
  const logSmall = schedule.logBetaTildeClipped;
  if (kind === 'fixedSmall' || kind === 'fixedLarge') {
    const log = kind === 'fixedSmall' ? logSmall : schedule.logVarLarge;
    return tf.tidy(() => ({ variance: gather(log.map(Math.exp), t, rank), logVariance: gather(log, t, rank) }));
  }
  if (!output)
    throw new RangeError(`reverseVariance: ${kind} has no output; give what the network says of the variance`);
  checkBatch('reverseVariance', schedule, output, t);
  return tf.tidy(() => {
    if (kind === 'learned') return { variance: exp(output), logVariance: tf.clone(output) };
    const small = gather(logSmall, t, output.rank);
    const span = gather(
      schedule.beta.map((b, i) => Math.log(b) - logSmall[i]),
      t,
      output.rank,
    );
    const logVariance = tf.add(small, tf.mul(span, tf.mul(tf.add(output, 1), 0.5)));
    return { variance: exp(logVariance), logVariance };
  });
}

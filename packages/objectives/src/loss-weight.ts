import type * as tf from '@tensorflow/tfjs-core';
import { gather, type Steps } from '@diffgan/ops';
import type { NoiseSchedule } from '@diffgan/schedule';

/** Weight of the squared error at step t in 1…T, for the `weight` option of {@link simpleLoss}. */
export type LossWeight = (schedule: NoiseSchedule, t: number) => number;

/** The weights of a batch, float32 `[B]`. */
export function weightsOf(weight: LossWeight, schedule: NoiseSchedule, t: Steps): tf.Tensor {
  const weights = Float64Array.from(schedule.beta, (_, i) => weight(schedule, i + 1));
  return gather(weights, t, 1);
}

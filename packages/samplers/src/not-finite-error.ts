/**
 * Thrown by samplers when a network returns NaN or an infinite number, which would otherwise be clipped to a pixel like any other.
 *
 * @example
 * ```ts
 * import '@tensorflow/tfjs-backend-cpu';
 * import { ddimSampler, NotFiniteError, run } from '@diffgan/samplers';
 * import { vpSchedule } from '@diffgan/schedule';
 * import * as tf from '@tensorflow/tfjs-core';
 *
 * const spoiled = (xt: tf.Tensor) => tf.mul(xt, NaN);
 * try {
 *   await run(ddimSampler(spoiled, vpSchedule(4), { shape: [1, 2] }));
 * } catch (error) {
 *   if (error instanceof NotFiniteError) error.step; // 4
 * }
 * ```
 */
export class NotFiniteError extends Error {
  override readonly name = 'NotFiniteError';

  /**
   * @param message what happened
   * @param step the first step t whose prediction was not finite; undefined if predictions were
   * @param network what the network is called, if it has a name
   */
  constructor(
    message: string,
    readonly step?: number,
    readonly network?: string,
  ) {
    super(message);
  }
}

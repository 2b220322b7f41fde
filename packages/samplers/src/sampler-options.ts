import type { Key } from '@diffgan/ops';
import type { Tensor } from '@tensorflow/tfjs-core';

/** Where a reverse chain starts: a shape to draw x_T ~ N(0, I) in, or x_T itself. */
export type SamplerStart =
  | {
      /** Shape of the samples with the batch first, e.g. `[16, 28, 28, 1]`. */
      shape: readonly number[];
      xT?: undefined;
    }
  | {
      shape?: undefined;
      /** The noise to start from, `[B, …]`. It is not disposed. */
      xT: Tensor;
    };

/**
 * Options of every sampler.
 *
 * All randomness comes from `key`: x_T uses `foldIn(key, 0)`; step t uses `split(foldIn(key, t))`, whose first half draws the
 * latent z (where the model has one) and whose second half draws the noise of x_{t−1}. So the same key gives the same samples
 * on every backend, and the noise of one step does not depend on how many steps came before it.
 */
export type SamplerOptions = SamplerStart & {
  /**
   * Key of all random draws.
   * @defaultValue `key(0)`
   */
  key?: Key;
  /** Ends sampling with the signal's reason before the next step; all tensors are freed. */
  signal?: AbortSignal;
  /**
   * Whether events carry the current prediction of x_0.
   * @defaultValue `false`
   */
  preview?: boolean;
};

/** What a sampler yields after each step. */
export interface SamplerStep {
  type: 'step';
  /** The step just taken, from x_t to x_{t−1}: T first, 1 last. */
  t: number;
  /** How many steps came before it: 0 first, T − 1 last. */
  index: number;
  /** T, the number of steps. */
  total: number;
  /** x̂_0 as predicted at this step, if `options.preview`; whoever receives the event disposes it. */
  preview?: Tensor;
}

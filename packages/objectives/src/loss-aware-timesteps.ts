import type { Key } from '@diffgan/ops';
import { drawTimesteps } from './draw-timesteps.ts';

/** Options of {@link lossAwareTimesteps}. */
export interface LossAwareTimestepsOptions {
  /**
   * How many recent losses of each step count.
   * @defaultValue `10`
   */
  history?: number;
  /**
   * Share of uniform draws, in [0, 1]: no step is ever forgotten.
   * @defaultValue `0.001`
   */
  uniform?: number;
}

/** Recent losses of every step; plain data that updates do not change. */
export interface LossHistory {
  /** The losses of step t from index (t − 1)·history, in the order of a ring. */
  readonly losses: Float64Array;
  /** How many losses each step has seen. */
  readonly counts: Float64Array;
}

/** Steps drawn for a batch. */
export interface WeightedTimesteps {
  /** Steps in 1…T. */
  t: Int32Array;
  /** 1/(T p_t): multiplied with these, the mean loss is an unbiased estimate of that with uniform steps. */
  weight: Float64Array;
}

/** Draws steps in proportion to the size of their losses. */
export interface TimestepSampler {
  /** The empty history. */
  init(): LossHistory;
  /** p_t for t = 1…T; uniform until every step has a full history. */
  probabilities(state: LossHistory): Float64Array;
  /** Draws `batch` steps. */
  sample(state: LossHistory, key: Key, batch: number): WeightedTimesteps;
  /** The history with one more loss for each of the steps `t`. */
  update(state: LossHistory, t: ArrayLike<number>, losses: ArrayLike<number>): LossHistory;
}

/**
 * Importance sampling of steps: p_t ∝ √E[L_t²] over the last losses of step t, which makes the estimate of the variational bound
 * much less noisy than uniform steps do.
 *
 * @param steps T, a whole number ≥ 1
 * @returns pure functions on a {@link LossHistory}
 * @throws RangeError if `steps` or `history` is not a whole number ≥ 1 or `uniform` is outside [0, 1]; later, if a batch is not a
 * whole number ≥ 1, or steps and losses differ in number, a step is outside 1…T or a loss is not finite
 *
 * Source: Nichol, Dhariwal 2021 (arXiv:2102.09672), section 3.3.
 *
 * @example
 * ```ts
 * import { key } from '@diffgan/ops';
 * import { lossAwareTimesteps } from '@diffgan/objectives';
 *
 * const sampler = lossAwareTimesteps(2, { history: 1, uniform: 0 });
 * const state = sampler.update(sampler.init(), [1, 2], [3, 1]);
 * sampler.probabilities(state); // Float64Array [0.75, 0.25]
 * const { t, weight } = sampler.sample(state, key(7), 64); // weight is 2/3 where t is 1, else 2
 * ```
 */
export function lossAwareTimesteps(steps: number, options: LossAwareTimestepsOptions = {}): TimestepSampler {
  const { history = 10, uniform = 0.001 } = options;
  checkWhole('steps', steps);
  checkWhole('history', history);
  if (!(uniform >= 0 && uniform <= 1))
    throw new RangeError(`lossAwareTimesteps: uniform is ${uniform}; the share must lie in [0, 1]`);

  const probabilities = ({ losses, counts }: LossHistory) => {
    const equal = new Float64Array(steps).fill(1 / steps);
    if (counts.some((count) => count < history)) return equal;
    const sizes = equal.map((_, i) => Math.hypot(...losses.subarray(i * history, (i + 1) * history)));
    const total = sizes.reduce((a, b) => a + b);
    return total > 0 ? sizes.map((size) => ((1 - uniform) * size) / total + uniform / steps) : equal;
  };

  return {
    init: () => ({ losses: new Float64Array(steps * history), counts: new Float64Array(steps) }),
    probabilities,
    sample(state, key, batch) {
      checkWhole('batch', batch);
      const p = probabilities(state);
      const t = drawTimesteps(p, key, batch);
      return { t, weight: Float64Array.from(t, (step) => 1 / (steps * p[step - 1])) };
    },
    update(state, t, losses) {
      if (t.length !== losses.length)
        throw new RangeError(
          `lossAwareTimesteps: ${t.length} steps but ${losses.length} losses; give one loss per step`,
        );
      const next = { losses: state.losses.slice(), counts: state.counts.slice() };
      for (let i = 0; i < t.length; i++) {
        checkLoss(steps, t[i], losses[i]);
        const row = t[i] - 1;
        next.losses[row * history + (next.counts[row]++ % history)] = losses[i];
      }
      return next;
    },
  };
}

function checkWhole(name: string, value: number): void {
  if (!Number.isSafeInteger(value) || value < 1)
    throw new RangeError(`lossAwareTimesteps: ${name} is ${value}; give a whole number ≥ 1`);
}

function checkLoss(steps: number, t: number, loss: number): void {
  if (!Number.isInteger(t) || t < 1 || t > steps)
    throw new RangeError(`lossAwareTimesteps: step ${t} is not a whole number from 1 to ${steps}`);
  if (!Number.isFinite(loss))
    throw new RangeError(`lossAwareTimesteps: the loss of step ${t} is ${loss}; leave out batches that diverged`);
}

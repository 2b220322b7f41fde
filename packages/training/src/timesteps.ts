import { drawTimesteps, lossAwareTimesteps, type LossAwareTimestepsOptions } from '@diffgan/objectives';
import { type Key, randintArray } from '@diffgan/ops';
import type { HostVectors } from './run-state.ts';

/** Steps drawn for a batch. */
export interface DrawnTimesteps {
  /** Steps in 1…T. */
  t: Int32Array;
  /** 1/(T p_t), which make a mean of losses what it is with uniform steps. */
  weight: Float32Array;
}

/** How a trainer draws the diffusion steps of its examples. */
export interface Timesteps {
  draw(batch: number, key: Key): DrawnTimesteps;
  /** Learns from a number for each example, if it does. */
  observe?(t: Int32Array, values: Float32Array): void;
  /** What it has learned. */
  host?: HostVectors;
}

/** All steps alike. */
export const uniformTimesteps = (steps: number): Timesteps => ({
  draw: (batch, key) => ({ t: randintArray(key, batch, 1, steps + 1), weight: new Float32Array(batch).fill(1) }),
});

/** Steps with the probabilities that `probabilities` gives when a batch is drawn. */
export const weightedTimesteps = (probabilities: () => ArrayLike<number>): Timesteps => ({
  draw(batch, key) {
    const p = probabilities();
    const t = drawTimesteps(p, key, batch);
    return { t, weight: Float32Array.from(t, (step) => 1 / (p.length * p[step - 1])) };
  },
});

/** Steps in proportion to the size of their losses. */
export function timestepsByLoss(steps: number, options: LossAwareTimestepsOptions): Timesteps {
  const sampler = lossAwareTimesteps(steps, options);
  let history = sampler.init();
  return {
    draw(batch, key) {
      const { t, weight } = sampler.sample(history, key, batch);
      return { t, weight: Float32Array.from(weight) };
    },
    observe(t, losses) {
      // Losses that left the numbers end the run elsewhere.
      if (losses.every(Number.isFinite)) history = sampler.update(history, t, losses);
    },
    host: {
      // Losses come from float32, and counts stay far below 2^24.
      save: () => ({
        'timesteps.losses': Float32Array.from(history.losses),
        'timesteps.counts': Float32Array.from(history.counts),
      }),
      restore(vectors) {
        history = {
          losses: Float64Array.from(vectors['timesteps.losses']),
          counts: Float64Array.from(vectors['timesteps.counts']),
        };
      },
    },
  };
}

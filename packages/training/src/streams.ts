import { foldIn, type Key } from '@diffgan/ops';

/**
 * Where the randomness of a run comes from: streams below a key, as numbers for `foldIn`.
 *
 *     key of the run ┬ data: which examples make up a batch
 *                    ├ validation ─ number of a batch ─ as a step
 *                    └ steps ┬ number of a step ─ the draws of that trainer
 *                            └ number of a batch ─ examples + share: how they are varied
 *
 * The numbers are part of what makes a run repeatable: they never change.
 */
export const streams = {
  run: { data: 0, steps: 1, validation: 2 },
  /** Below the number of a batch; shares of it count from there. */
  examples: 2 ** 31,
  variations: { flips: 0, moves: 1 },
  conditions: { labels: 0, dropout: 1 },
  /** Below the key of a network's draws, from which it draws directly too; small numbers are the shares of a batch. */
  ddgan: { critics: 2 ** 16, conditions: 2 ** 17, mixtures: 2 ** 18, augmentation: 2 ** 19 },
  criticAugmentation: { moved: 0, cut: 1, rows: 2, columns: 3, tops: 4, lefts: 5 },
  /** Below the key of an update: of the student, or of the fake denoiser and the critic. */
  distil: {
    start: 0,
    latents: 1,
    levels: 2,
    noise: 3,
    earlierLatents: 4,
    earlierNoise: 5,
    conditions: 6,
    updates: 2 ** 16,
  },
  ddpm: { conditions: 2 ** 17 },
  vdm: { times: 0, noise: 1, firstNoise: 2, conditions: 3 },
  classifier: { times: 0, noise: 1, conditions: 2 },
} as const;

/** The key of a share of a batch, the first of which draws as the whole batch would. */
export const ofShare = (key: Key, share: number): Key => (share === 0 ? key : foldIn(key, share));

/**
 * Where the randomness of a run comes from: streams below the key of its seed, as numbers for `foldIn`. They never change.
 *
 * A denoiser, a classifier and a generator are each the network of a run, so they begin alike.
 */
export const streams = {
  seed: { training: 0, generator: 1, denoiser: 1, classifier: 1, critic: 2, samples: 3, noise: 4, gamma: 5, fake: 6 },
  /** Below the key of the seed of toy data, from which the points to learn from are drawn directly. */
  toyData: { test: 1 },
} as const;

/** Where the randomness of the example comes from, as numbers for `foldIn`. */
export const streams = {
  /** Below the key of the seed. */
  seed: {
    data: 0,
    denoiser: 1,
    classifier: 2,
    denoiserTraining: 3,
    classifierTraining: 4,
    langevin: 5,
    samples: 6,
  },
  /** Below the key of a chain, whose moves count from 1. */
  chain: { start: 0 },
  /** Of a round of exact draws, which has two numbers. */
  round: { draws: 0, chances: 1 },
} as const;

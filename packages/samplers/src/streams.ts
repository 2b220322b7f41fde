/**
 * Where the randomness of a sampler comes from: streams below a key, as numbers for `foldIn`; 1…T are the steps.
 *
 *     key of a sample or a batch ┬ start: x_T ─ levels: which level a pixel of a variational model takes
 *                                ├ number of a step ─ two halves: latent z, noise of x_{t−1}
 *                                └ beyond the steps: what a chain that others share begins or ends with
 *
 * The numbers are part of what makes a sample repeatable: they never change.
 */
export const streams = {
  start: 0,
  /** Below the key of the start. */
  levels: 1,
} as const;

/** The stream after those of all steps. */
export const beyond = (steps: number): number => steps + 1;

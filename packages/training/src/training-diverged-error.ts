/**
 * Training left the numbers: a loss or a weight is NaN or infinite.
 *
 * @example
 * ```ts
 * const model = mlpDenoiser({ kind: 'mlp-denoiser', dim: 2, hidden: [8], timeWidth: 8 });
 * const data = gaussians25(100, key(0));
 * try {
 *   await run(trainDdpm(model, linearSchedule(10), { data, steps: 2, batch: 10 }));
 * } catch (error) {
 *   if (error instanceof TrainingDivergedError) console.error(error.message); // names the step, the loss and the last checkpoint
 *   else throw error;
 * }
 * ```
 */
export class TrainingDivergedError extends Error {
  override readonly name = 'TrainingDivergedError';
}

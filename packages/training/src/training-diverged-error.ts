/**
 * Training left the numbers: a loss or a weight is NaN or infinite.
 *
 * @example
 * ```ts fragment
 * try {
 *   await run(trainDdpm(model, schedule, options));
 * } catch (error) {
 *   if (error instanceof TrainingDivergedError) console.error(error.message); // names the step, the loss and the last checkpoint
 * }
 * ```
 */
export class TrainingDivergedError extends Error {
  override readonly name = 'TrainingDivergedError';
}

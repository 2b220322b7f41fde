/**
 * A checkpoint could not be written, for instance because the disk is full; what was saved before is still there.
 *
 * @example
 * ```ts
 * const model = mlpDenoiser({ kind: 'mlp-denoiser', dim: 2, hidden: [8], timeWidth: 8 });
 * const data = gaussians25(100, key(0));
 * try {
 *   await run(trainDdpm(model, linearSchedule(10), { data, steps: 2, batch: 10 }));
 * } catch (error) {
 *   if (error instanceof CheckpointWriteError) console.error(error.message); // names the file, why, and what to go on from
 *   else throw error;
 * }
 * ```
 */
export class CheckpointWriteError extends Error {
  override readonly name = 'CheckpointWriteError';
  /** What the system called it, such as `'ENOSPC'`. */
  readonly code: string | undefined;

  /**
   * @param message names the file.
   * @param options with the failure of the system as `cause`.
   */
  constructor(message: string, options: { cause: unknown }) {
    super(message, options);
    this.code = codeOf(options.cause);
  }
}

/** The code of a failure, or of what caused it. */
function codeOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  return 'code' in error ? String(error.code) : codeOf(error.cause);
}

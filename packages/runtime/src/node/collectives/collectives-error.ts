/** Why processes cannot go on together. */
export type CollectivesProblem = 'unavailable' | 'port' | 'missing' | 'gone' | 'late' | 'mismatch';

/**
 * Processes cannot begin together, or go on: `problem` says why, `ranks` who is meant, as far as that is known.
 *
 * @example
 * ```ts
 * const lost = (error: unknown) => (error instanceof CollectivesError && error.problem === 'gone' ? error.ranks : []);
 * console.log(lost(new CollectivesError('gone', 'process 1 is gone', [1]))); // [1]
 * ```
 */
export class CollectivesError extends Error {
  override readonly name = 'CollectivesError';

  constructor(
    readonly problem: CollectivesProblem,
    message: string,
    readonly ranks: readonly number[] = [],
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

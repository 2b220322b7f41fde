/**
 * What `@diffgan/runs` throws, without the rest of it.
 *
 * @module @diffgan/runs/errors
 */
/** The user asked for something that cannot be done; the message says what and what to do instead. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** The reason of work that was stopped on purpose. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
}

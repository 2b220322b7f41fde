/**
 * A function cannot become a graph. `message` says what it does that a graph cannot, and what to do about it.
 *
 * @example
 * ```ts
 * import { compile, CompileError } from '@diffgan/runtime';
 * const f = compile((x) => tf.mul(x, x.dataSync()[0]));
 * try {
 *   f(tf.ones([2]));
 * } catch (error) {
 *   if (!(error instanceof CompileError)) throw error;
 *   console.log(error.why, error.wayOut);
 * }
 * ```
 */
export class CompileError extends Error {
  override readonly name = 'CompileError';
  /** What the function does, one clause without a full stop. */
  readonly why: string;
  /** What to do about it, one clause without a full stop. */
  readonly wayOut: string;

  constructor(why: string, wayOut: string, options?: ErrorOptions) {
    super(`This function cannot be compiled: ${why}. ${wayOut}.`, options);
    this.why = why;
    this.wayOut = wayOut;
  }
}

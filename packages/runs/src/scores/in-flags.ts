import { UsageError } from '../errors.ts';

/** How the advice of the libraries is followed on the command line. */
const flags: readonly [RegExp, string][] = [
  [/give `size`/, 'give --size'],
  [/with `background`, such as 'white'/, 'with --background white'],
  [/pass range: '\[0, 1\]'/g, 'pass --range 0..1'],
  [/pass range: '\[0, 255\]'/g, 'pass --range 0..255'],
  [/pass range: '\[-1, 1\]'/g, 'pass --range -1..1'],
  [/leave range out/, 'leave --range out'],
];

/**
 * An error whose message names options of a library, in those of the evaluate command.
 *
 * @example
 * ```ts
 * inFlags(new RangeError('images differ in size; give `size`')); // a UsageError: … give --size
 * ```
 */
export function inFlags(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const message = flags.reduce((text, [advice, flag]) => text.replace(advice, flag), error.message);
  return message === error.message ? error : new UsageError(message, { cause: error });
}

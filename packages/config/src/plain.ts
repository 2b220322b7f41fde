import * as v from 'valibot';
import type { Optional, Schema } from './schema.ts';
import { show } from './show.ts';
import { suggest } from './suggest.ts';

type Message = (issue: v.BaseIssue<unknown>) => string;

/** A schema all of whose checks say the same: what the value is, and what is allowed. */
function plain<T>(allowed: string, make: (message: Message) => v.GenericSchema<unknown, T>): Schema<T> {
  return Object.assign(
    make(({ input }) => `is ${show(input)}; it must be ${allowed}`),
    { allowed },
  );
}

/**
 * An integer from `min` to `max`, both included, which `multipleOf` divides.
 *
 * @example
 * ```ts
 * integer(4, 64, { multipleOf: 4 }).allowed; // 'a multiple of 4 from 4 to 64'
 * ```
 */
export function integer(min: number, max: number, { multipleOf = 1 }: { multipleOf?: number } = {}): Schema<number> {
  const kind = multipleOf === 1 ? 'an integer' : multipleOf === 2 ? 'an even integer' : `a multiple of ${multipleOf}`;
  return plain(`${kind} from ${min} to ${max}`, (m) =>
    v.pipe(v.number(m), v.integer(m), v.minValue(min, m), v.maxValue(max, m), v.multipleOf(multipleOf, m)),
  );
}

/** Bounds of {@link number}: `above` and `below` exclude the bound, `min` and `max` include it. */
export interface Bounds {
  above?: number;
  min?: number;
  below?: number;
  max?: number;
}

/**
 * A finite number.
 *
 * @example
 * ```ts
 * number({ min: 0, below: 1 }).allowed; // 'a number of at least 0 and below 1'
 * ```
 */
export function number({ above, min, below, max }: Bounds = {}): Schema<number> {
  const bounds = [
    ...(above === undefined ? [] : [`above ${above}`]),
    ...(min === undefined ? [] : [`of at least ${min}`]),
    ...(below === undefined ? [] : [`below ${below}`]),
    ...(max === undefined ? [] : [`of at most ${max}`]),
  ];
  return plain(['a number', bounds.join(' and ')].filter(Boolean).join(' '), (m) =>
    v.pipe(
      v.number(m),
      v.finite(m),
      ...(above === undefined ? [] : [v.gtValue<number, number, Message>(above, m)]),
      ...(min === undefined ? [] : [v.minValue<number, number, Message>(min, m)]),
      ...(below === undefined ? [] : [v.ltValue<number, number, Message>(below, m)]),
      ...(max === undefined ? [] : [v.maxValue<number, number, Message>(max, m)]),
    ),
  );
}

/**
 * True or false.
 *
 * @example
 * ```ts
 * boolean().allowed; // 'true or false'
 * ```
 */
export const boolean = (): Schema<boolean> => plain('true or false', (m) => v.boolean(m));

/**
 * A text that a rule fits, which `allowed` says in words: `it must be …`.
 *
 * @example
 * ```ts
 * const colour = textLike('a colour such as #3b82c4', (text) => /^#[0-9a-f]{6}$/.test(text));
 * parse(colour, '#ffffff', (problem) => new RangeError(problem)); // '#ffffff'
 * ```
 */
export const textLike = (allowed: string, fits: (text: string) => boolean): Schema<string> =>
  plain(allowed, (m) => v.pipe(v.string(m), v.check(fits, m)));

const MAX_TEXT = 4096; // the longest path of Linux

/**
 * A text that can be the path of a file.
 *
 * @example
 * ```ts
 * parse(text(), 'runs/mine', (problem) => new RangeError(problem)); // 'runs/mine'
 * ```
 */
export const text = (): Schema<string> =>
  plain('a text', (m) =>
    v.pipe(
      v.string(m),
      v.minLength(1, m),
      v.maxLength(MAX_TEXT, m),
      v.check((value) => !value.includes('\0'), m),
    ),
  );

/**
 * One of some values; of names, the nearest is suggested.
 *
 * @example
 * ```ts
 * oneOf('convolution', 'plain').allowed; // 'one of "convolution", "plain"'
 * ```
 */
export function oneOf<const T extends readonly (string | number)[]>(...values: T): Schema<T[number]> {
  const names = values.filter((value) => typeof value === 'string');
  const list = values.map(show).join(', ');
  const allowed = values.length > 1 ? `one of ${list}` : list;
  return Object.assign(
    v.picklist<T, Message>(values, ({ input }) => `is ${show(input)}; it must be ${allowed}${suggest(input, names)}`),
    { allowed, names },
  );
}

/**
 * A list of `min` to `max` values of one kind.
 *
 * @example
 * ```ts
 * listOf(integer(1, 9), { min: 1, max: 3 }).allowed; // 'a list of 1 to 3 values, each an integer from 1 to 9'
 * ```
 */
export function listOf<T>(item: Schema<T>, { min, max }: { min: number; max: number }): Schema<readonly T[]> {
  const count = min === max ? min : `${min} to ${max}`;
  return plain(`a list of ${count} values, each ${item.allowed}`, (m) =>
    // the length first: a long list costs no more than a look
    v.pipe(v.array(v.unknown(), m), v.minLength(min, m), v.maxLength(max, m), v.array(item), v.readonly()),
  );
}

/**
 * Two values of one kind.
 *
 * @example
 * ```ts
 * pairOf(integer(1, 9)).allowed; // 'a pair of values, each an integer from 1 to 9'
 * ```
 */
export const pairOf = <T>(item: Schema<T>): Schema<readonly [T, T]> =>
  plain(`a pair of values, each ${item.allowed}`, (m) =>
    v.pipe(v.array(v.unknown(), m), v.length(2, m), v.tuple([item, item]), v.readonly()),
  );

/**
 * For a key that an object may lack.
 *
 * @example
 * ```ts
 * const training = object<{ minutes?: number }>({ minutes: optional(number({ above: 0 })) });
 * parse(training, {}, (problem) => new RangeError(problem)); // {}
 * ```
 */
export const optional = <T>(schema: Schema<T>): Optional<T> => v.optional(schema);

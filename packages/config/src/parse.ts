import * as v from 'valibot';
import type { Schema } from './schema.ts';

/**
 * The value, once it is known to be what the schema is for: a fresh copy with the keys that the schema has.
 *
 * @param schema what the value may be.
 * @param value from outside, such as a parsed JSON file; nothing about it is taken for granted.
 * @param refuse makes the error of a sentence that names what is wrong by its path, shows its value and says what is allowed.
 * @throws what `refuse` makes.
 * @example
 * ```ts
 * import { integer, object, parse } from '@diffgan/config';
 *
 * const schema = object<{ batch: number }>({ batch: integer(1, 64) });
 * parse(schema, JSON.parse('{ "batch": 32 }'), (problem) => new RangeError(problem)).batch; // 32
 * parse(schema, { bacth: 32 }, (problem) => new RangeError(problem)); // RangeError: bacth is unknown; did you mean "batch"?
 * ```
 */
export function parse<T>(schema: Schema<T>, value: unknown, refuse: (problem: string) => Error): T {
  const { success, output, issues } = v.safeParse(schema, value, { abortEarly: true });
  if (success) return output;
  const [{ message, path }] = issues;
  throw refuse(`${nameOf(path)} ${message}`);
}

const nameOf = (path: readonly v.IssuePathItem[] = []): string =>
  path.length === 0 ? 'the configuration' : path.map(({ key }, i) => step(key, i === 0)).join('');

const step = (key: unknown, first: boolean): string =>
  typeof key === 'number' ? `[${key}]` : `${first ? '' : '.'}${String(key).slice(0, 60)}`;

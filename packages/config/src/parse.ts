import * as v from 'valibot';
import type { Schema } from './schema.ts';

/**
 * The value, once it is known to be what the schema is for: a fresh copy with the keys that the schema has.
 *
 * @param schema what the value may be.
 * @param value from outside, such as a parsed JSON file; nothing about it is taken for granted.
 * @param refuse makes the error of a sentence that names what is wrong by its path, shows its value and says what is allowed; the path is
 *   told once more, such as `networks.generator.widths[2]`.
 * @throws what `refuse` makes.
 * @example
 * ```ts
 * import { integer, object, parse } from '@diffgan/config';
 *
 * const schema = object<{ batch: number }>({ batch: integer(1, 64) });
 * parse(schema, JSON.parse('{ "batch": 32 }'), (problem) => new RangeError(problem)).batch; // 32
 * // of { bacth: 32 } it throws 'bacth is unknown; did you mean "batch"?'
 * ```
 */
export function parse<T>(schema: Schema<T>, value: unknown, refuse: (problem: string, path: string) => Error): T {
  const { success, output, issues } = v.safeParse(schema, value, { abortEarly: true });
  if (success) return output;
  const [{ message, path }] = issues;
  const where = pathOf(path);
  throw refuse(`${where || 'the configuration'} ${message}`, where);
}

const pathOf = (path: readonly v.IssuePathItem[] = []): string => path.map(({ key }, i) => step(key, i === 0)).join('');

const step = (key: unknown, first: boolean): string =>
  typeof key === 'number' ? `[${key}]` : `${first ? '' : '.'}${String(key).slice(0, 60)}`;

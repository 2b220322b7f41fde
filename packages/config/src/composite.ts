import * as v from 'valibot';
import { oneOf } from './plain.ts';
import type { AnySchema, ChoiceSchema, Fields, ObjectSchema, Optional, Schema, ValueOf } from './schema.ts';
import { show } from './show.ts';
import { suggest } from './suggest.ts';

/** A value of JSON that is neither plain nor a list. */
const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A schema that nothing fits: the message says why of the value, or of one of its keys. */
const refusal = (message: string, key?: string) =>
  v.pipe(
    v.unknown(),
    v.rawCheck(({ dataset: { value: input }, addIssue }) =>
      addIssue({ message, ...(key !== undefined && { path: [pathItem(input, key)] }) }),
    ),
    v.never(),
  );

const pathItem = (input: unknown, key: string): v.UnknownPathItem => ({
  type: 'unknown',
  origin: 'key',
  input,
  key,
  value: undefined,
});

const refuseOther = (allowed: string, value: unknown, names: readonly string[] = []) =>
  refusal(mustBe(allowed, value, names));

const mustBe = (allowed: string, value: unknown, names: readonly string[] = []): string =>
  `is ${show(value)}; it must be ${allowed}${suggest(value, names)}`;

/**
 * An object with these keys and no others.
 *
 * @example
 * ```ts
 * const training = object<{ batch: number; minutes?: number }>({
 *   batch: integer(1, 64),
 *   minutes: optional(number({ above: 0 })),
 * });
 * ```
 */
export function object<T extends object>(fields: Fields<T>): ObjectSchema<T> {
  const allowed = 'an object';
  const schemas = fields as Readonly<Record<string, AnySchema | Optional<unknown>>>;
  const whole = v.strictObject(schemas, ({ path }) => missing(schemas[path?.[0].key as string]));
  const schema = v.lazy((value: unknown) => {
    if (!isObject(value)) return refuseOther(allowed, value);
    const unknown = Object.keys(value).find((key) => !Object.hasOwn(schemas, key));
    // before all else: a misspelt key is the reason why another is missing
    return unknown === undefined ? whole : refusal(unknownKey(unknown, Object.keys(schemas)), unknown);
  });
  return Object.assign(schema as v.GenericSchema<unknown, T>, { allowed, fields });
}

const missing = (schema: AnySchema | Optional<unknown>) =>
  `is missing; it must be ${'allowed' in schema ? schema.allowed : ''}`;

const unknownKey = (key: string, keys: readonly string[]): string =>
  `is unknown${suggest(key, keys) || `; the keys are ${keys.join(', ')}`}`;

/** What is wrong of an object whose keys are all right on their own. */
export interface Misfit {
  /** The key that should change; none where it is the whole object. */
  field?: string;
  /** What must be, and how to get there; it goes on after the name of the field and its value. */
  problem: string;
}

/**
 * An object whose keys must also fit together, which `rules` check in turn.
 *
 * @example
 * ```ts
 * const range = object<{ low: number; high: number }>({ low: number(), high: number() });
 * const rising = together(range, ({ low, high }) =>
 *   low < high ? undefined : { field: 'high', problem: `it must be more than low, ${low}` },
 * );
 * ```
 */
export const together = <T extends object>(
  schema: ObjectSchema<T>,
  ...rules: ((value: T) => Misfit | undefined)[]
): ObjectSchema<T> =>
  v.pipe(
    schema,
    v.rawCheck(({ dataset, addIssue }) => {
      if (!dataset.typed) return;
      const input = dataset.value as Readonly<Record<string, unknown>>;
      for (const rule of rules) {
        const misfit = rule(dataset.value);
        if (misfit === undefined) continue;
        const { field, problem } = misfit;
        if (field === undefined) addIssue({ message: problem });
        else addIssue({ message: `is ${show(input[field])}; ${problem}`, path: [pathItem(input, field)] });
        return;
      }
    }),
  );

/**
 * An object of one of several kinds, which the value of `tag` tells apart.
 *
 * @example
 * ```ts
 * const schedule = kinds('name', {
 *   cosine: object<{ name: 'cosine'; steps: number }>({ name: oneOf('cosine'), steps: integer(1, 1000) }),
 *   betas: object<{ name: 'betas'; betas: readonly number[] }>({
 *     name: oneOf('betas'),
 *     betas: listOf(number({ above: 0, below: 1 }), { min: 1, max: 1000 }),
 *   }),
 * });
 * ```
 */
export function kinds<S extends Readonly<Record<string, AnySchema>>>(
  tag: string,
  schemas: S,
): ChoiceSchema<ValueOf<S[keyof S]>> {
  const names = oneOf(...Object.keys(schemas));
  const allowed = `an object whose ${tag} is ${names.allowed}`;
  return choice<ValueOf<S[keyof S]>>(allowed, Object.values(schemas), (value) => {
    if (!isObject(value)) return refuseOther(allowed, value);
    const kind = Object.hasOwn(value, tag) ? value[tag] : undefined;
    if (typeof kind === 'string' && Object.hasOwn(schemas, kind)) return schemas[kind];
    return refusal(mustBe(names.allowed, kind, names.names), tag);
  });
}

/**
 * A plain value, or an object or a list.
 *
 * @example
 * ```ts
 * const penalty = either(number({ min: 0 }), object<{ weight: number }>({ weight: number({ min: 0 }) }));
 * parse(penalty, { weight: 2 }, (problem) => new RangeError(problem)); // { weight: 2 }
 * ```
 */
export function either<A, B>(plain: Schema<A>, composite: Schema<B>): ChoiceSchema<A | B> {
  const allowed = `${plain.allowed}, or ${composite.allowed}`;
  return choice<A | B>(allowed, [plain, composite], (value) => {
    if (typeof value === 'object' && value !== null) return composite;
    return v.is(plain, value) ? plain : refuseOther(allowed, value, plain.names);
  });
}

/**
 * A list or an object.
 *
 * @example
 * ```ts
 * const betas = listOrObject(
 *   listOf(number({ above: 0, below: 1 }), { min: 1, max: 1000 }),
 *   object<{ steps: number }>({ steps: integer(1, 1000) }),
 * );
 * parse(betas, [0.1, 0.2], (problem) => new RangeError(problem)); // [0.1, 0.2]
 * ```
 */
export function listOrObject<A, B>(list: Schema<A>, other: Schema<B>): ChoiceSchema<A | B> {
  const allowed = `${list.allowed}, or ${other.allowed}`;
  return choice<A | B>(allowed, [list, other], (value) => {
    if (Array.isArray(value)) return list;
    return isObject(value) ? other : refuseOther(allowed, value);
  });
}

/**
 * A plain value or null.
 *
 * @example
 * ```ts
 * parse(orNull(integer(1, 9)), null, (problem) => new RangeError(problem)); // null
 * ```
 */
export function orNull<T>(plain: Schema<T>): ChoiceSchema<T | null> {
  const allowed = `${plain.allowed}, or null`;
  const none = Object.assign(v.null(), { allowed: 'null' });
  return choice<T | null>(allowed, [plain, none], (value) => {
    if (value === null) return none;
    return v.is(plain, value) ? plain : refuseOther(allowed, value, plain.names);
  });
}

const choice = <T>(
  allowed: string,
  choices: readonly AnySchema[],
  pick: (value: unknown) => v.GenericSchema<unknown>,
): ChoiceSchema<T> => Object.assign(v.lazy(pick) as v.GenericSchema<unknown, T>, { allowed, choices });

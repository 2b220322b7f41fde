import { nearestName } from '@diffgan/config';

/** What a value of a configuration may be. */
export interface Check {
  /** For people: `an integer from 1 to 64`. */
  readonly allowed: string;
  /** What is wrong with `value`, which lies at `path`; undefined if nothing is. */
  readonly problem: (this: void, value: unknown, path: string) => string | undefined;
  /** What the settings below it are; none for plain values. */
  readonly settings?: (path: string) => Setting[];
}

/** A key of an object. */
export interface Field {
  check: Check;
  /** What it is for, in a sentence. */
  about: string;
  required: boolean;
}

/** A setting as help lists it. */
export interface Setting {
  path: string;
  allowed: string;
  about: string;
}

/** The checks of all keys of `T`. */
export type Fields<T> = { readonly [K in keyof T]-?: Field };

export const required = (check: Check, about: string): Field => ({ check, about, required: true });
export const optional = (check: Check, about: string): Field => ({ check, about, required: false });

/** A value as a message shows it: short, whatever it is. */
export function show(value: unknown): string {
  const text = value === undefined ? 'missing' : JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}

/** A check of plain values. */
export const plain = (allowed: string, fits: (value: unknown) => boolean): Check => ({
  allowed,
  problem: (value, path) => (fits(value) ? undefined : `${path} is ${show(value)}; it must be ${allowed}`),
});

/** A number; `above` and `below` exclude the bound, `min` and `max` include it. */
export function number({ min, max, above, below }: Partial<Record<'min' | 'max' | 'above' | 'below', number>> = {}) {
  const bounds = [
    ...(above === undefined ? [] : [`above ${above}`]),
    ...(min === undefined ? [] : [`of at least ${min}`]),
    ...(below === undefined ? [] : [`below ${below}`]),
    ...(max === undefined ? [] : [`of at most ${max}`]),
  ];
  const inside = (value: number) =>
    value > (above ?? -Infinity) &&
    value >= (min ?? -Infinity) &&
    value < (below ?? Infinity) &&
    value <= (max ?? Infinity);
  const fits = (value: unknown) => typeof value === 'number' && Number.isFinite(value) && inside(value);
  return plain(['a number', bounds.join(' and ')].filter(Boolean).join(' '), fits);
}

/** An integer from `min` to `max`. */
export const integer = (min: number, max: number): Check =>
  plain(
    `an integer from ${min} to ${max}`,
    (value) => Number.isInteger(value) && Number(value) >= min && Number(value) <= max,
  );

export const boolean = plain('true or false', (value) => typeof value === 'boolean');

const MAX_TEXT = 4096; // the longest path of Linux

export const text = plain(
  'a text',
  (value) => typeof value === 'string' && value.length > 0 && value.length <= MAX_TEXT && !value.includes('\0'),
);

/** One of some values; of names, the nearest is suggested. */
export function oneOf(...values: readonly (string | number | boolean | null)[]): Check {
  const allowed = values.map((value) => show(value)).join(', ');
  const { problem } = plain(values.length > 1 ? `one of ${allowed}` : allowed, (value) =>
    values.includes(value as string),
  );
  const names = values.filter((value) => typeof value === 'string');
  return {
    allowed: values.length > 1 ? `one of ${allowed}` : allowed,
    problem(value, path) {
      const found = problem(value, path);
      return found && typeof value === 'string' ? `${found}${suggest(value, names)}` : found;
    },
  };
}

/** A list of `min` to `max` values of one kind. */
export function listOf(item: Check, { min, max }: { min: number; max: number }): Check {
  const allowed = `a list of ${min === max ? min : `${min} to ${max}`} values, each ${item.allowed}`;
  const { problem } = plain(allowed, (value) => Array.isArray(value) && value.length >= min && value.length <= max);
  return {
    allowed,
    problem: (value, path) =>
      problem(value, path) ?? firstOf(value as readonly unknown[], (part, i) => item.problem(part, `${path}[${i}]`)),
  };
}

/** An object with these keys and no others. */
export const object = <T extends object>(fields: Fields<T>): Check => ({
  allowed: 'an object',
  problem(value, path) {
    if (!isObject(value)) return `${path || 'the configuration'} is ${show(value)}; it must be an object`;
    const table: Readonly<Record<string, Field>> = fields;
    const keys = Object.keys(table);
    const unknown = Object.keys(value).find((key) => !Object.hasOwn(table, key));
    if (unknown !== undefined) return unknownKey(unknown, keys, path);
    return firstOf(keys, (key) => {
      const { check, about, required: needed } = table[key];
      if (Object.hasOwn(value, key)) return check.problem(value[key], at(path, key));
      return needed ? `${at(path, key)} is missing; it is ${check.allowed}: ${about}` : undefined;
    });
  },
  settings: (path) =>
    Object.entries<Field>(fields).flatMap(([key, { check, about }]) => {
      const own = { path: at(path, key), allowed: check.allowed, about };
      return [own, ...(check.settings?.(own.path) ?? [])];
    }),
});

/** An object of one of several kinds, which the value of `tag` tells apart. */
export function kinds(tag: string, checks: Readonly<Record<string, Check>>): Check {
  const kind = oneOf(...Object.keys(checks));
  return {
    allowed: `an object whose ${tag} is ${kind.allowed}`,
    problem(value, path) {
      if (!isObject(value)) return `${path} is ${show(value)}; it must be an object whose ${tag} is ${kind.allowed}`;
      const own = Object.hasOwn(value, tag) ? value[tag] : undefined;
      return kind.problem(own, at(path, tag)) ?? checks[own as string].problem(value, path);
    },
    settings: (path) =>
      Object.entries(checks).flatMap(([name, check]) =>
        (check.settings?.(path) ?? []).map((setting) => ({ ...setting, about: `[${name}] ${setting.about}` })),
      ),
  };
}

/** A plain value or an object. */
export const either = (plainCheck: Check, objectCheck: Check): Check => ({
  allowed: `${plainCheck.allowed}, or ${objectCheck.allowed}`,
  problem: (value, path) => (isObject(value) || Array.isArray(value) ? objectCheck : plainCheck).problem(value, path),
  ...(objectCheck.settings && { settings: objectCheck.settings }),
});

/** A list or an object. */
export const listOrObject = (listCheck: Check, objectCheck: Check): Check => ({
  allowed: `${listCheck.allowed}, or ${objectCheck.allowed}`,
  problem: (value, path) => (Array.isArray(value) ? listCheck : objectCheck).problem(value, path),
  ...(objectCheck.settings && { settings: objectCheck.settings }),
});

/** A value of JSON that is neither plain nor a list. */
export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function unknownKey(key: string, keys: readonly string[], path: string): string {
  const near = suggest(key, keys);
  return `${at(path, key.slice(0, 60))} is unknown${near || `; ${path || 'a run'} has ${keys.join(', ')}`}`;
}

const at = (path: string, key: string): string => (path === '' ? key : `${path}.${key}`);

/** `; did you mean "batch"?` */
function suggest(word: string, names: readonly string[]): string {
  const near = word.length > 40 ? undefined : nearestName(word, names);
  return near === undefined ? '' : `; did you mean "${near}"?`;
}

function firstOf<T>(items: readonly T[], problem: (item: T, i: number) => string | undefined): string | undefined {
  for (const [i, item] of items.entries()) {
    const found = problem(item, i);
    if (found !== undefined) return found;
  }
  return undefined;
}

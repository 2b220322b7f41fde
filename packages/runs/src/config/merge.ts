/** What a JSON file can hold. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;

/** An object of JSON. */
export interface JsonObject {
  readonly [key: string]: Json;
}

const tags = ['name', 'kind', 'style'];

/**
 * `changes` on top of `base`: objects are merged key by key, null takes a key away, all else replaces what was there (JSON Merge Patch,
 * RFC 7396). So does an object with another `name`, `kind` or `style`, since its other keys are different things.
 */
export function merge(base: Json | undefined, changes: Json): Json {
  if (!isJsonObject(changes)) return changes;
  const under = isJsonObject(base) && !isAnother(base, changes) ? base : {};
  const keys = new Set([...Object.keys(under), ...Object.keys(changes)]);
  const entries = [...keys].flatMap((key): [string, Json][] => {
    if (!Object.hasOwn(changes, key)) return [[key, under[key]]];
    const own = Object.hasOwn(under, key) ? under[key] : undefined;
    return changes[key] === null ? [] : [[key, merge(own, changes[key])]];
  });
  return Object.fromEntries(entries); // defines keys, so that `__proto__` is one like any other
}

/**
 * Whether a value of JSON is an object.
 *
 * @example
 * ```ts
 * isJsonObject({ batch: 64 }); // true
 * isJsonObject([64]); // false
 * ```
 */
export const isJsonObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * A copy of settings that were written in TypeScript, as JSON would bring them back.
 *
 * @example
 * ```ts
 * toJson({ batch: 64, images: undefined }); // { batch: 64 }
 * ```
 */
export const toJson = (value: object): JsonObject => JSON.parse(JSON.stringify(value)) as JsonObject;

const isAnother = (base: JsonObject, changes: JsonObject): boolean =>
  tags.some((tag) => Object.hasOwn(changes, tag) && Object.hasOwn(base, tag) && base[tag] !== changes[tag]);

import type * as v from 'valibot';

/** A schema of whatever. */
export type AnySchema = Omit<Schema<unknown>, 'accepts'>;

/**
 * What values of type `T` may be: a schema of valibot whose messages are sentences for people.
 *
 * It is one of exactly `T`: a schema of more values, or of fewer, is another type, so that one that has drifted from the type it is for
 * does not compile.
 */
export interface Schema<T> extends v.GenericSchema<unknown, T> {
  /** For people: `an integer from 1 to 64`. */
  readonly allowed: string;
  /** The names among its values, of which the nearest is suggested. */
  readonly names?: readonly string[];
  /** For the compiler alone. */
  readonly accepts?: (value: T) => void;
}

/** A key that an object may lack. */
export type Optional<T> = v.OptionalSchema<Schema<T>, undefined>;

/** The schemas of the keys of `T`. */
export type Fields<T> = {
  readonly [K in keyof T]-?: object extends Pick<T, K> ? Optional<Exclude<T[K], undefined>> : Schema<T[K]>;
};

/** An object with these keys and no others. */
export interface ObjectSchema<T> extends Schema<T> {
  readonly fields: Fields<T>;
}

/** One of several schemas, of which the value itself tells the one that it is for. */
export interface ChoiceSchema<T> extends Schema<T> {
  readonly choices: readonly AnySchema[];
}

/** The object whose keys have these schemas; what the source says of a key is said of it, too. */
export type ObjectOf<F extends v.ObjectEntries> = Flat<
  Values<F, Exclude<keyof F, OptionalKeys<F>>> & Partial<Values<F, OptionalKeys<F>>>
>;

/** Written over a parameter K, as Pick is, so that a key keeps what the source says of it. */
type Values<F extends v.ObjectEntries, K extends keyof F> = { [P in K]: v.InferOutput<F[P]> };

type Flat<T> = { [K in keyof T]: T[K] };

type OptionalKeys<F> = { [K in keyof F]: F[K] extends { readonly type: 'optional' } ? K : never }[keyof F];

/** The values that a schema is for. */
export type ValueOf<S> = S extends v.GenericSchema<unknown, infer T> ? T : never;

import { expectTypeOf, it } from 'vitest';
import {
  boolean,
  integer,
  listOf,
  number,
  object,
  type ObjectOf,
  oneOf,
  optional,
  type ValueOf,
} from '@diffgan/config';

interface Wanted {
  name: 'a' | 'b';
  batch?: number;
  widths: readonly number[];
}

const fields = { name: oneOf('a', 'b'), batch: optional(number()), widths: listOf(integer(1, 2), { min: 0, max: 3 }) };

it('a schema that has drifted from its type does not compile', () => {
  object<Wanted>(fields);
  // @ts-expect-error: a name is missing
  object<Wanted>({ ...fields, name: oneOf('a') });
  // @ts-expect-error: a name too many
  object<Wanted>({ ...fields, name: oneOf('a', 'b', 'c') });
  // @ts-expect-error: another type
  object<Wanted>({ ...fields, batch: optional(boolean()) });
  // @ts-expect-error: not to be left out
  object<Wanted>({ ...fields, name: optional(oneOf('a', 'b')) });
  // @ts-expect-error: may be left out
  object<Wanted>({ ...fields, batch: number() });
  // @ts-expect-error: a key is missing
  object<Wanted>({ name: fields.name, batch: fields.batch });
  // @ts-expect-error: a key too many
  object<Wanted>({ name: fields.name, batch: fields.batch, widths: fields.widths, more: number() });
});

it('the type of an object comes from its fields', () => {
  expectTypeOf<ObjectOf<typeof fields>>().toEqualTypeOf<{
    name: 'a' | 'b';
    batch?: number;
    widths: readonly number[];
  }>();
  expectTypeOf<ValueOf<ReturnType<typeof object<Wanted>>>>().toEqualTypeOf<Wanted>();
});

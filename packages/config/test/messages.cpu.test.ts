import { describe, expect, it } from 'vitest';
import {
  type AnySchema,
  boolean,
  either,
  integer,
  kinds,
  listOf,
  listOrObject,
  number,
  object,
  oneOf,
  optional,
  orNull,
  pairOf,
  parse,
  type Schema,
  text,
  textLike,
  together,
} from '@diffgan/config';

class Refused extends Error {}

const problem = (schema: AnySchema, value: unknown): string | undefined => {
  try {
    parse(schema as Schema<unknown>, value, (message) => new Refused(message));
    return undefined;
  } catch (error) {
    expect(error).toBeInstanceOf(Refused);
    return (error as Error).message;
  }
};

const at = (schema: Schema<never> | AnySchema, value: unknown) =>
  problem(object<{ x: unknown }>({ x: schema as Schema<unknown> }), { x: value });

describe('plain values', () => {
  it.each<[AnySchema, unknown[], [unknown, string][]]>([
    [
      integer(1, 64),
      [1, 64],
      [
        [0, 'x is 0; it must be an integer from 1 to 64'],
        [65, 'x is 65; it must be an integer from 1 to 64'],
        [1.5, 'x is 1.5; it must be an integer from 1 to 64'],
        ['1', 'x is "1"; it must be an integer from 1 to 64'],
        [NaN, 'x is NaN; it must be an integer from 1 to 64'],
        [Infinity, 'x is Infinity; it must be an integer from 1 to 64'],
        [null, 'x is null; it must be an integer from 1 to 64'],
        [[3], 'x is [3]; it must be an integer from 1 to 64'],
      ],
    ],
    [integer(4, 8, { multipleOf: 2 }), [4, 6, 8], [[5, 'x is 5; it must be an even integer from 4 to 8']]],
    [integer(4, 16, { multipleOf: 4 }), [4, 16], [[6, 'x is 6; it must be a multiple of 4 from 4 to 16']]],
    [
      number(),
      [-1e300, 0, 0.1],
      [
        [Infinity, 'x is Infinity; it must be a number'],
        ['1', 'x is "1"; it must be a number'],
      ],
    ],
    [
      number({ min: 0, below: 1 }),
      [0, 0.999],
      [
        [1, 'x is 1; it must be a number of at least 0 and below 1'],
        [-0.1, 'x is -0.1; it must be a number of at least 0 and below 1'],
      ],
    ],
    [
      number({ above: 0, max: 1 }),
      [1e-9, 1],
      [
        [0, 'x is 0; it must be a number above 0 and of at most 1'],
        [2, 'x is 2; it must be a number above 0 and of at most 1'],
      ],
    ],
    [boolean(), [true, false], [[1, 'x is 1; it must be true or false']]],
    [
      text(),
      ['a', 'a'.repeat(4096)],
      [
        ['', 'x is ""; it must be a text'],
        ['a\0', 'x is "a\\u0000"; it must be a text'],
        ['a'.repeat(4097), `x is "${'a'.repeat(56)}…; it must be a text`],
      ],
    ],
    [
      textLike('a date such as 2026-01-31', (value) => /^\d{4}-\d\d-\d\d$/.test(value)),
      ['2026-01-31'],
      [
        ['today', 'x is "today"; it must be a date such as 2026-01-31'],
        [20260131, 'x is 20260131; it must be a date such as 2026-01-31'],
      ],
    ],
    [
      oneOf('linear', 'cosine', 1),
      ['linear', 1],
      [
        ['cosin', 'x is "cosin"; it must be one of "linear", "cosine", 1; did you mean "cosine"?'],
        ['zzzzzzzzz', 'x is "zzzzzzzzz"; it must be one of "linear", "cosine", 1'],
        [2, 'x is 2; it must be one of "linear", "cosine", 1'],
      ],
    ],
    [oneOf('a'), ['a'], [[7, 'x is 7; it must be "a"']]],
    [orNull(integer(1, 2)), [null, 1], [[3, 'x is 3; it must be an integer from 1 to 2, or null']]],
    [
      listOf(integer(1, 9), { min: 1, max: 3 }),
      [[1], [1, 2, 3]],
      [
        [[], 'x is []; it must be a list of 1 to 3 values, each an integer from 1 to 9'],
        [[1, 2, 3, 4], 'x is [1,2,3,4]; it must be a list of 1 to 3 values, each an integer from 1 to 9'],
        [[1, 0], 'x[1] is 0; it must be an integer from 1 to 9'],
        [
          { length: 1, 0: 1 },
          'x is {"0":1,"length":1}; it must be a list of 1 to 3 values, each an integer from 1 to 9',
        ],
      ],
    ],
    [
      pairOf(integer(1, 9)),
      [[1, 9]],
      [
        [[1], 'x is [1]; it must be a pair of values, each an integer from 1 to 9'],
        [[1, 2, 3], 'x is [1,2,3]; it must be a pair of values, each an integer from 1 to 9'],
        [[1, '2'], 'x[1] is "2"; it must be an integer from 1 to 9'],
      ],
    ],
    [
      either(oneOf('auto', 'none'), object<{ every: number }>({ every: integer(1, 9) })),
      ['auto', { every: 3 }],
      [
        ['aut', 'x is "aut"; it must be one of "auto", "none", or an object; did you mean "auto"?'],
        [5, 'x is 5; it must be one of "auto", "none", or an object'],
        [{ every: 0 }, 'x.every is 0; it must be an integer from 1 to 9'],
        [[], 'x is []; it must be an object'],
      ],
    ],
    [
      listOrObject(listOf(integer(1, 9), { min: 1, max: 3 }), object<{ every: number }>({ every: integer(1, 9) })),
      [[1, 2], { every: 3 }],
      [
        [[0], 'x[0] is 0; it must be an integer from 1 to 9'],
        [{ evry: 1 }, 'x.evry is unknown; did you mean "every"?'],
        [5, 'x is 5; it must be a list of 1 to 3 values, each an integer from 1 to 9, or an object'],
      ],
    ],
  ])('%#', (schema, right, wrong) => {
    for (const value of right) expect(at(schema, value)).toBeUndefined();
    for (const [value, message] of wrong) expect(at(schema, value)).toBe(message);
    expect(at(schema, undefined)).toBe(`x is missing; it must be ${schema.allowed}`);
    expect(problem(object<{ x: unknown }>({ x: schema }), {})).toBe(`x is missing; it must be ${schema.allowed}`);
    expect(problem(object<{ x?: unknown }>({ x: optional(schema as Schema<unknown>) }), {})).toBeUndefined();
  });
});

describe('objects', () => {
  const schema = object<{ batch: number; adam?: { beta1?: number } }>({
    batch: integer(1, 64),
    adam: optional(object<{ beta1?: number }>({ beta1: optional(number({ min: 0, below: 1 })) })),
  });

  it('come back as copies', () => {
    const given = { batch: 3, adam: { beta1: 0.5 } };
    const known = parse(schema, given, (message) => new Refused(message));
    expect(known).toEqual(given);
    expect(known).not.toBe(given);
    expect(known.adam).not.toBe(given.adam);
  });

  it.each([
    [{ batch: 1, adam: { bta1: 0 } }, 'adam.bta1 is unknown; did you mean "beta1"?'],
    [{ bacth: 1 }, 'bacth is unknown; did you mean "batch"?'],
    [{ batch: 1, zzzzzzzzzz: 1 }, 'zzzzzzzzzz is unknown; the keys are batch, adam'],
    [{ batch: 1, ['x'.repeat(1e5)]: 1 }, `${'x'.repeat(60)} is unknown; the keys are batch, adam`],
    [JSON.parse('{"batch":1,"__proto__":{"batch":2}}'), '__proto__ is unknown; the keys are batch, adam'],
    [{ batch: 1, constructor: 1 }, 'constructor is unknown; the keys are batch, adam'],
    [{ batch: 1, adam: [] }, 'adam is []; it must be an object'],
    [{ batch: 1, adam: null }, 'adam is null; it must be an object'],
    [{}, 'batch is missing; it must be an integer from 1 to 64'],
    [[], 'the configuration is []; it must be an object'],
    [5, 'the configuration is 5; it must be an object'],
    [undefined, 'the configuration is missing; it must be an object'],
    [() => 1, 'the configuration is function; it must be an object'],
  ])('%#', (value, message) => {
    expect(problem(schema, value)).toBe(message);
  });

  it('of several kinds', () => {
    const either = kinds('name', {
      linear: object<{ name: 'linear'; scale: number }>({ name: oneOf('linear'), scale: number() }),
      cosine: object<{ name: 'cosine' }>({ name: oneOf('cosine') }),
    });
    expect(problem(either, { name: 'linear', scale: 1 })).toBeUndefined();
    expect(problem(either, { name: 'cosine', scale: 1 })).toBe('scale is unknown; the keys are name');
    expect(problem(either, { name: 'cosin' })).toBe(
      'name is "cosin"; it must be one of "linear", "cosine"; did you mean "cosine"?',
    );
    for (const name of ['constructor', '__proto__', 1, null, ['linear'], undefined])
      expect(problem(either, { name })).toMatch(/^name is .*; it must be one of "linear", "cosine"/);
    expect(problem(either, {})).toBe('name is missing; it must be one of "linear", "cosine"');
    expect(problem(either, 'linear')).toMatch(/it must be an object whose name is one of "linear", "cosine"$/);
    expect(problem(either, [])).toMatch(/it must be an object whose name is/);
  });

  it('whose keys must fit together', () => {
    const pair = together(
      object<{ low: number; high: number }>({ low: number(), high: number() }),
      ({ low, high }) => (low < high ? undefined : { field: 'high', problem: `it must be more than low, ${low}` }),
      ({ high }) => (high < 10 ? undefined : { problem: 'is too much; lower both' }),
    );
    expect(problem(pair, { low: 1, high: 2 })).toBeUndefined();
    expect(problem(pair, { low: 2, high: 2 })).toBe('high is 2; it must be more than low, 2');
    expect(problem(pair, { low: 2, high: 20 })).toBe('the configuration is too much; lower both');
    expect(at(pair, { low: 2, high: 20 })).toBe('x is too much; lower both');
    expect(problem(pair, { low: 'a', high: 'b' })).toBe('low is "a"; it must be a number');
  });
});

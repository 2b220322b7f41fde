/** Tolerances of `toBeAllClose`: |actual − expected| ≤ atol + rtol·|expected|. */
export interface Closeness {
  rtol?: number;
  atol?: number;
}

/** Compares element by element and reports the worst offender with its numbers. */
export function allClose(
  actual: ArrayLike<number>,
  expected: ArrayLike<number> | number,
  { rtol = 1e-5, atol = 1e-6 }: Closeness = {},
): { pass: boolean; message: () => string } {
  const want = (i: number) => (typeof expected === 'number' ? expected : expected[i]);
  if (typeof expected !== 'number' && actual.length !== expected.length)
    return { pass: false, message: () => `length ${actual.length}, expected ${expected.length}` };
  let worst = -1;
  let worstExcess = -Infinity;
  for (let i = 0; i < actual.length; i++) {
    const excess = Math.abs(actual[i] - want(i)) - (atol + rtol * Math.abs(want(i)));
    if (!(excess <= worstExcess)) {
      worstExcess = excess;
      worst = i;
      if (Number.isNaN(excess)) break;
    }
  }
  return {
    pass: worst === -1 || worstExcess <= 0,
    message: () =>
      `element ${worst}: actual ${actual[worst]}, expected ${want(worst)}, off by ` +
      `${Math.abs(actual[worst] - want(worst))} (rtol ${rtol}, atol ${atol})`,
  };
}

declare module 'vitest' {
  // eslint-disable-next-line @typescript-eslint/no-explicit-any, @typescript-eslint/no-unused-vars -- vitest's own signature
  interface Matchers<T = any> {
    /** Element-wise comparison of array-likes with relative and absolute tolerance. */
    toBeAllClose(expected: ArrayLike<number> | number, closeness?: Closeness): void;
  }
}

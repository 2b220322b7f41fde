import type { Closeness } from './matchers.ts';
import file from './vectors.json';

/** A reference value of vectors.json with its tolerances, in the form `toBeAllClose` takes. */
export interface Vector<E> {
  expected: E;
  /** For float64 numbers. */
  float64: Closeness;
  /** For float32 tensors. */
  float32: Closeness;
}

/** The reference value with the given id; `E` is the type of its `expected` field. */
export function vector<E>(id: string): Vector<E> {
  const found = file.vectors.find((v) => v.id === id);
  if (!found) throw new RangeError(`vectors.json has no '${id}'`);
  const { expected, tol64, tol32, floor } = found;
  // tol·(|e| + floor)/2 never exceeds the file's tol·max(|e|, floor).
  const closeness = (tol: number) => ({ rtol: tol / 2, atol: (tol * floor) / 2 });
  return { expected: expected as E, float64: closeness(tol64), float32: closeness(tol32) };
}

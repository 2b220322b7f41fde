import type { Matrix } from './pivoted-cholesky.ts';
import { tridiagonalEigenvalues } from './tridiagonal-eigenvalues.ts';

/**
 * The singular values of a matrix, descending.
 *
 * Householder reflections from both sides make the matrix bidiagonal. The singular values of a bidiagonal matrix are the
 * non-negative eigenvalues of the tridiagonal matrix with zero diagonal and its elements interleaved beside it (Golub and
 * Kahan), so nothing is squared: the error is a few ε times the largest singular value.
 *
 * @see Golub, Kahan: Calculating the singular values and pseudo-inverse of a matrix, 1965
 */
export function singularValues(matrix: Matrix): Float64Array {
  const columns = matrix.rows >= matrix.columns ? columnsOf(matrix) : rowsOf(matrix);
  const n = columns.length;
  if (n === 0) return new Float64Array(0);
  const beside = bidiagonalise(columns).subarray(0, 2 * n - 1);
  return tridiagonalEigenvalues(new Float64Array(2 * n), beside)
    .reverse()
    .slice(0, n)
    .map((value) => Math.max(value, 0));
}

const columnsOf = ({ rows, columns, data }: Matrix): Float64Array[] =>
  Array.from({ length: columns }, (_, j) => Float64Array.from({ length: rows }, (_, i) => data[i * columns + j]));

const rowsOf = ({ rows, columns, data }: Matrix): Float64Array[] =>
  Array.from({ length: rows }, (_, i) => data.slice(i * columns, (i + 1) * columns));

/** Diagonal and superdiagonal, interleaved, of the bidiagonal form of a tall matrix given as columns (overwritten). */
function bidiagonalise(columns: Float64Array[]): Float64Array {
  const n = columns.length;
  const interleaved = new Float64Array(2 * n);
  for (let k = 0; k < n; k++) {
    interleaved[2 * k] = reflectColumns(columns, k);
    if (k + 1 < n) interleaved[2 * k + 1] = reflectRows(columns, k);
  }
  return interleaved;
}

/** Zeros column k below row k and applies the reflection to the later columns; returns the new diagonal element. */
function reflectColumns(columns: Float64Array[], k: number): number {
  const { vector, length, scale } = reflection(columns[k].subarray(k));
  if (scale === 0) return length;
  for (let j = k + 1; j < columns.length; j++) {
    const column = columns[j].subarray(k);
    const factor = scale * dot(vector, column);
    for (let i = 0; i < column.length; i++) column[i] -= factor * vector[i];
  }
  return length;
}

/** Zeros row k right of column k + 1 and applies the reflection to the later rows; returns the superdiagonal element. */
function reflectRows(columns: Float64Array[], k: number): number {
  const later = columns.slice(k + 1);
  const { vector, length, scale } = reflection(Float64Array.from(later, (column) => column[k]));
  if (scale === 0) return length;
  const product = new Float64Array(columns[0].length);
  later.forEach((column, j) => {
    for (let i = k + 1; i < column.length; i++) product[i] += vector[j] * column[i];
  });
  later.forEach((column, j) => {
    const factor = scale * vector[j];
    for (let i = k + 1; i < column.length; i++) column[i] -= factor * product[i];
  });
  return length;
}

interface Reflection {
  /** v of the reflection 1 − scale · v vᵀ. */
  readonly vector: Float64Array;
  /** The one element that is left of the vector; its sign does not matter for singular values. */
  readonly length: number;
  /** 2 / vᵀv, or 0 when there is nothing to do. */
  readonly scale: number;
}

function reflection(x: Float64Array): Reflection {
  const norm = Math.sqrt(dot(x, x));
  if (norm === 0 || x.length === 1) return { vector: x, length: x[0], scale: 0 };
  const vector = x.slice();
  const length = x[0] > 0 ? -norm : norm; // the sign that avoids cancellation in x[0] − length
  vector[0] -= length;
  return { vector, length, scale: 2 / dot(vector, vector) };
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}

/** A dense matrix of float64, row by row. */
export interface Matrix {
  readonly rows: number;
  readonly columns: number;
  readonly data: Float64Array;
}

/**
 * A factor L of a symmetric positive semidefinite matrix, A = L Lᵀ, with as many columns as A has rank.
 *
 * The largest remaining diagonal element is eliminated first, and the factorisation ends where what remains is rounding
 * noise (n ε times the largest diagonal element). Singular matrices need no added ε, and the rows keep their order.
 *
 * @param a the n · n values of A; only the lower triangle is read
 */
export function pivotedCholesky(a: Float64Array, n: number): Matrix {
  const columns: Float64Array[] = [];
  const remaining = Float64Array.from({ length: n }, (_, i) => a[i * n + i]);
  const noise = n * Number.EPSILON * Math.max(0, ...remaining);
  const done = new Uint8Array(n);
  while (columns.length < n) {
    const pivot = largest(remaining, done);
    if (!(remaining[pivot] > noise)) break;
    columns.push(eliminate(a, columns, { n, pivot, remaining, done }));
  }
  const rank = columns.length;
  const data = new Float64Array(n * rank);
  columns.forEach((column, k) => column.forEach((value, i) => (data[i * rank + k] = value)));
  return { rows: n, columns: rank, data };
}

function largest(values: Float64Array, done: Uint8Array): number {
  let best = -1;
  for (let i = 0; i < values.length; i++) if (!done[i] && (best < 0 || values[i] > values[best])) best = i;
  return best;
}

interface Elimination {
  readonly n: number;
  readonly pivot: number;
  readonly remaining: Float64Array;
  readonly done: Uint8Array;
}

function eliminate(a: Float64Array, columns: Float64Array[], { n, pivot, remaining, done }: Elimination): Float64Array {
  const root = Math.sqrt(remaining[pivot]);
  const column = new Float64Array(n);
  for (let i = 0; i < n; i++) if (!done[i]) column[i] = a[Math.max(i, pivot) * n + Math.min(i, pivot)];
  for (const earlier of columns) {
    const factor = earlier[pivot];
    for (let i = 0; i < n; i++) if (!done[i]) column[i] -= factor * earlier[i];
  }
  for (let i = 0; i < n; i++) {
    column[i] = i === pivot ? root : column[i] / root;
    if (!done[i]) remaining[i] -= column[i] * column[i];
  }
  done[pivot] = 1;
  return column;
}

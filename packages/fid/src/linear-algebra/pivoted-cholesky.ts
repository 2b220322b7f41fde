import { addressOf, type LinearAlgebra, type StoredMatrix } from './linear-algebra.ts';

/** An upper triangular factor with A = RᵀR up to the order of features. */
export interface CholeskyFactor {
  /** As many rows as A has rank; what lies below the diagonal is undefined. */
  readonly factor: StoredMatrix;
  /** Column k of the factor belongs to feature order[k] of A. */
  readonly order: Int32Array;
}

const block = 64;

/**
 * Factor of a symmetric positive semidefinite matrix, A = RᵀR, with as many rows as A has rank.
 *
 * The largest remaining diagonal element is eliminated first, and the factorisation ends where what remains is rounding
 * noise (n ε times the largest diagonal element). Singular matrices need no added ε.
 *
 * @param a the n · n values of A; only the upper triangle is read
 * @returns yields the fraction done
 * @see Higham: Analysis of the Cholesky decomposition of a semi-definite matrix, 1990
 */
export function* pivotedCholesky(
  algebra: LinearAlgebra,
  a: Float64Array,
  n: number,
): Generator<number, CholeskyFactor> {
  const matrix = algebra.matrix(n, n);
  for (let i = 0; i < n; i++) algebra.row(matrix, i).set(a.subarray(i * n, (i + 1) * n));
  const { kernels } = algebra;
  const { address, stride } = matrix;
  const [order, remaining, panels] = [n, n, block * stride].map((count) => algebra.allocate(count));
  algebra.integers(order, n).set(Int32Array.from({ length: n }, (_, i) => i));
  const noise = n * Number.EPSILON * largestOnDiagonal(a, n);
  let rank = 0;
  for (let end = Math.min(block, n); rank < n; end = Math.min(rank + block, n)) {
    const found = kernels.cholesky_panel(address, stride, n, rank, end, noise, order, remaining);
    const [begin, left] = [rank, stride - end];
    rank += found;
    if (rank < end || rank === n) break;
    kernels.pack(addressOf(matrix, begin, end), stride, panels, block, left);
    kernels.multiply(panels, panels, addressOf(matrix, end, end), stride, left, left, block, 1, 1);
    yield 1 - ((n - rank) / n) ** 3;
  }
  return { factor: { ...matrix, rows: rank }, order: algebra.integers(order, n).slice() };
}

function largestOnDiagonal(a: Float64Array, n: number): number {
  let most = 0;
  for (let i = 0; i < n; i++) most = Math.max(most, a[i * (n + 1)]);
  return most;
}

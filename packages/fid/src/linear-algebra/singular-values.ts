import { addressOf, type LinearAlgebra, padded, type StoredMatrix } from './linear-algebra.ts';
import { tridiagonalEigenvalues } from './tridiagonal-eigenvalues.ts';

const block = 32;

/**
 * The singular values of a matrix with at most as many rows as columns, descending. The matrix is overwritten.
 *
 * Householder reflections from both sides make the matrix bidiagonal. The singular values of a bidiagonal matrix are the
 * non-negative eigenvalues of the tridiagonal matrix with zero diagonal and its elements interleaved beside it (Golub and
 * Kahan), so nothing is squared: the error is a few ε times the largest singular value.
 *
 * @returns yields the fraction done
 * @see Golub, Kahan: Calculating the singular values and pseudo-inverse of a matrix, 1965
 */
export function* singularValues(algebra: LinearAlgebra, matrix: StoredMatrix): Generator<number, Float64Array> {
  const n = matrix.rows;
  if (n === 0) return new Float64Array(0);
  const beside = yield* bidiagonalise(algebra, matrix);
  return tridiagonalEigenvalues(new Float64Array(2 * n), beside.subarray(0, 2 * n - 1))
    .reverse()
    .slice(0, n)
    .map((value) => Math.max(value, 0));
}

/** Diagonal and subdiagonal, interleaved, of the bidiagonal form. */
function* bidiagonalise(algebra: LinearAlgebra, matrix: StoredMatrix): Generator<number, Float64Array> {
  const { kernels } = algebra;
  const { address, rows, stride } = matrix;
  const heights = padded(rows);
  const beside = algebra.allocate(2 * rows);
  const [w, panelsW] = [0, 0].map(() => algebra.allocate(2 * block * heights));
  const [z, panelsZ] = [0, 0].map(() => algebra.allocate(2 * block * stride));
  for (let begin = 0; begin < rows; begin += block) {
    const end = Math.min(begin + block, rows);
    kernels.bidiagonal_panel(address, stride, rows, heights, begin, end, w, z, beside);
    yield 1 - ((rows - end) / rows) ** 3;
    if (end === rows) break;
    const [down, right, inner] = [heights - end, stride - end, 2 * block];
    kernels.pack(w + 8 * end, heights, panelsW, inner, down);
    kernels.pack(z + 8 * end, stride, panelsZ, inner, right);
    kernels.multiply(panelsW, panelsZ, addressOf(matrix, end, end), stride, down, right, inner, 0, 1);
  }
  return algebra.numbers(beside, 2 * rows).slice();
}

import { type LinearAlgebra, padded, type StoredMatrix } from './linear-algebra.ts';
import type { CholeskyFactor } from './pivoted-cholesky.ts';

const block = 128;

/**
 * R₁R₂ᵀ of two factors, where columns that belong to the same feature meet.
 *
 * @returns yields the fraction done
 */
export function* factorProduct(
  algebra: LinearAlgebra,
  a: CholeskyFactor,
  b: CholeskyFactor,
): Generator<number, StoredMatrix> {
  const { kernels } = algebra;
  const n = a.order.length;
  const [rows, columns] = [a.factor.rows, b.factor.rows];
  const product = algebra.matrix(rows, columns);
  const [panelsA, panelsB] = [rows, columns].map((count) => algebra.allocate(block * padded(count)));
  const index = algebra.allocate(block);
  const positions = positionsOf(b.order);
  for (let begin = 0; begin < n; begin += block) {
    const count = Math.min(block, n - begin);
    const height = Math.min(rows, begin + count); // below, the triangle has only zeros in these columns
    const here = algebra.integers(index, count);
    for (let k = 0; k < count; k++) here[k] = begin + k;
    kernels.pack_triangle(a.factor.address, a.factor.stride, index, panelsA, count, height);
    for (let k = 0; k < count; k++) here[k] = positions[a.order[begin + k]];
    kernels.pack_triangle(b.factor.address, b.factor.stride, index, panelsB, count, columns);
    const { address, stride } = product;
    kernels.multiply(panelsA, panelsB, address, stride, padded(height), padded(columns), count, 0, 0);
    yield (begin + count) / n;
  }
  return product;
}

/** Which column of a factor belongs to each feature. */
function positionsOf(order: Int32Array): Int32Array {
  const positions = new Int32Array(order.length);
  order.forEach((feature, k) => (positions[feature] = k));
  return positions;
}

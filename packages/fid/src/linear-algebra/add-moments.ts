import { LinearAlgebra, padded, type StoredMatrix } from './linear-algebra.ts';

/** Sums over vectors x, of differences from a vector s. */
export interface MomentSums {
  /** s */
  readonly shift: Float64Array;
  /** Σ(x − s); changed. */
  readonly sum: Float64Array;
  /** Upper triangle of Σ(x − s)(x − s)ᵀ, row after row; changed. */
  readonly scatter: Float64Array;
}

/** Memory of the products, kept for the next: some MB at 2048 features. */
interface Workspace {
  readonly algebra: LinearAlgebra;
  readonly rows: StoredMatrix;
  readonly panels: number;
  readonly shift: number;
  readonly sum: number;
  readonly strip: StoredMatrix;
}

const stripHeight = 64;

let kept: Workspace | undefined;

function workspace(count: number, dim: number): Workspace {
  if (kept !== undefined && kept.rows.rows >= count && kept.rows.columns === dim) return kept;
  const algebra = new LinearAlgebra();
  const rows = algebra.matrix(count, dim);
  const [panels, shift, sum] = [count, 1, 1].map((height) => algebra.allocate(height * rows.stride));
  kept = { algebra, rows, panels, shift, sum, strip: algebra.matrix(stripHeight, dim) };
  return kept;
}

/**
 * Adds vectors to sums. Each product and each sum is rounded on its own, vector after vector, so that it does not matter in how
 * many calls the vectors come.
 *
 * @param vectors one after the other, as many numbers each as `shift` has
 */
export function addMoments(vectors: Float64Array, { shift, sum, scatter }: MomentSums): void {
  const dim = shift.length;
  const count = vectors.length / dim;
  const space = workspace(count, dim);
  const { algebra, rows, panels } = space;
  const { stride } = rows;
  setRows(algebra.numbers(rows.address, count * stride), stride, vectors, dim);
  algebra.numbers(space.shift, dim).set(shift);
  algebra.numbers(space.sum, dim).set(sum);
  algebra.kernels.pack_differences(rows.address, stride, space.shift, space.sum, panels, count);
  sum.set(algebra.numbers(space.sum, dim));
  addProducts(scatter, space, count);
}

/** Adds XᵀX of the packed rows of X to the triangle, strip by strip. */
function addProducts(triangle: Float64Array, { algebra, rows, panels, strip }: Workspace, count: number): void {
  const { kernels } = algebra;
  const { columns: dim, stride } = rows;
  const numbers = algebra.numbers(strip.address, stripHeight * stride);
  for (let begin = 0; begin < dim; begin += stripHeight) {
    const end = Math.min(begin + stripHeight, dim);
    const part = panels + 8 * begin * count;
    for (let i = begin; i < end; i++) {
      const [from, to] = rowOf(i, dim);
      numbers.set(triangle.subarray(from, to), (i - begin) * (stride + 1));
    }
    kernels.multiply(part, part, strip.address, stride, padded(end - begin), stride - begin, count, 1, 0);
    for (let i = begin; i < end; i++) {
      const at = (i - begin) * (stride + 1); // row and column `begin` of the matrix are the first of the strip
      triangle.set(numbers.subarray(at, at + dim - i), rowOf(i, dim)[0]);
    }
  }
}

/** Vectors as the rows of a matrix. */
function setRows(matrix: Float64Array, stride: number, vectors: Float64Array, dim: number): void {
  if (stride === dim) return matrix.set(vectors);
  for (let k = 0, at = 0; at < vectors.length; k++, at += dim) matrix.set(vectors.subarray(at, at + dim), k * stride);
}

/** Where row i of the triangle is, from the diagonal on. */
function rowOf(i: number, dim: number): [from: number, to: number] {
  const from = i * dim - (i * (i - 1)) / 2;
  return [from, from + dim - i];
}

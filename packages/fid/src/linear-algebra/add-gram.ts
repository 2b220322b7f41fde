import { LinearAlgebra, padded, type StoredMatrix } from './linear-algebra.ts';

/** Memory of the products, kept for the next: some MB at 2048 features. */
interface Workspace {
  readonly algebra: LinearAlgebra;
  readonly rows: StoredMatrix;
  readonly panels: number;
  readonly strip: StoredMatrix;
}

const stripHeight = 64;

let kept: Workspace | undefined;

function workspace(count: number, dim: number): Workspace {
  if (kept !== undefined && kept.rows.rows >= count && kept.rows.columns === dim) return kept;
  const algebra = new LinearAlgebra();
  const rows = algebra.matrix(count, dim);
  kept = { algebra, rows, panels: algebra.allocate(count * rows.stride), strip: algebra.matrix(stripHeight, dim) };
  return kept;
}

/**
 * Adds XᵀX to a symmetric matrix. The products are added vector after vector, each rounded on its own, so that it does not
 * matter in how many calls the vectors come.
 *
 * @param triangle upper triangle of the matrix, row after row; changed
 * @param vectors the rows of X, `dim` numbers each
 */
export function addGram(triangle: Float64Array, vectors: Float64Array, dim: number): void {
  const count = vectors.length / dim;
  const { algebra, rows, panels, strip } = workspace(count, dim);
  const { kernels } = algebra;
  const { stride } = rows;
  for (let k = 0; k < count; k++) algebra.row(rows, k).set(vectors.subarray(k * dim, (k + 1) * dim));
  kernels.pack(rows.address, stride, panels, count, stride);
  for (let begin = 0; begin < dim; begin += stripHeight) {
    const end = Math.min(begin + stripHeight, dim);
    const part = panels + 8 * begin * count;
    for (let i = begin; i < end; i++) stripRow(algebra, strip, i, begin).set(triangleRow(triangle, i, dim));
    kernels.multiply(part, part, strip.address, stride, padded(end - begin), stride - begin, count, 1, 0);
    for (let i = begin; i < end; i++) triangleRow(triangle, i, dim).set(stripRow(algebra, strip, i, begin));
  }
}

/** Row i of the triangle, from the diagonal on. */
function triangleRow(triangle: Float64Array, i: number, dim: number): Float64Array {
  const start = i * dim - (i * (i - 1)) / 2;
  return triangle.subarray(start, start + dim - i);
}

/** The same row in the strip, whose first row and column are row and column `begin` of the matrix. */
function stripRow(algebra: LinearAlgebra, strip: StoredMatrix, i: number, begin: number): Float64Array {
  return algebra.row({ ...strip, columns: strip.columns - begin }, i - begin).subarray(i - begin);
}

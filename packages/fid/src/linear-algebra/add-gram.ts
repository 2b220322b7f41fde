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
  setRows(algebra.numbers(rows.address, count * stride), stride, vectors, dim);
  kernels.pack(rows.address, stride, panels, count, stride);
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

/** The upper triangle of a matrix of such values, row after row. */
export function packUpper(dim: number, value: (i: number, j: number) => number): Float64Array {
  const packed = new Float64Array((dim * (dim + 1)) / 2);
  for (let i = 0, at = 0; i < dim; i++) for (let j = i; j < dim; j++) packed[at++] = value(i, j);
  return packed;
}

/** Copies the upper triangle of a matrix below the diagonal, in blocks that stay in the cache. */
export function mirrorUpper(matrix: Float64Array, dim: number): void {
  const side = 32;
  for (let i0 = 0; i0 < dim; i0 += side)
    for (let j0 = 0; j0 <= i0; j0 += side)
      for (let i = i0; i < Math.min(i0 + side, dim); i++)
        for (let j = j0; j < Math.min(j0 + side, i); j++) matrix[i * dim + j] = matrix[j * dim + i];
}

/** Rows of float64, `dim` values each, in a buffer whose length is a multiple of four rows. */
export interface Block {
  readonly data: Float64Array;
  /** Rows in use, a multiple of 4. */
  readonly rows: number;
}

/**
 * All dot products of the rows of two blocks, four by four rows at a time, so that each number read takes part in four
 * products. Every sum runs from the first feature to the last, so equal pairs of vectors give equal bits wherever they stand.
 *
 * @param out receives product (i, j) at `i · b.rows + j`
 */
export function dotProducts(a: Block, b: Block, dim: number, out: Float64Array): void {
  for (let i = 0; i < a.rows; i += 4)
    for (let j = 0; j < b.rows; j += 4) fourByFour(a.data, i * dim, b.data, j * dim, dim, out, i * b.rows + j, b.rows);
}

// Sixteen sums in registers: written out, since no engine unrolls this by itself
function fourByFour(
  a: Float64Array,
  a0: number,
  b: Float64Array,
  b0: number,
  dim: number,
  out: Float64Array,
  at: number,
  stride: number,
): void {
  const [a1, a2, a3] = [a0 + dim, a0 + 2 * dim, a0 + 3 * dim];
  const [b1, b2, b3] = [b0 + dim, b0 + 2 * dim, b0 + 3 * dim];
  let [s00, s01, s02, s03] = [0, 0, 0, 0];
  let [s10, s11, s12, s13] = [0, 0, 0, 0];
  let [s20, s21, s22, s23] = [0, 0, 0, 0];
  let [s30, s31, s32, s33] = [0, 0, 0, 0];
  for (let k = 0; k < dim; k++) {
    const x0 = a[a0 + k];
    const x1 = a[a1 + k];
    const x2 = a[a2 + k];
    const x3 = a[a3 + k];
    let y = b[b0 + k];
    s00 += x0 * y;
    s10 += x1 * y;
    s20 += x2 * y;
    s30 += x3 * y;
    y = b[b1 + k];
    s01 += x0 * y;
    s11 += x1 * y;
    s21 += x2 * y;
    s31 += x3 * y;
    y = b[b2 + k];
    s02 += x0 * y;
    s12 += x1 * y;
    s22 += x2 * y;
    s32 += x3 * y;
    y = b[b3 + k];
    s03 += x0 * y;
    s13 += x1 * y;
    s23 += x2 * y;
    s33 += x3 * y;
  }
  const rows = [s00, s01, s02, s03, s10, s11, s12, s13, s20, s21, s22, s23, s30, s31, s32, s33];
  for (let i = 0; i < 4; i++) for (let j = 0; j < 4; j++) out[at + i * stride + j] = rows[4 * i + j];
}

/**
 * The eigenvalues of a symmetric tridiagonal matrix, ascending: implicit QL with shifts, without vectors.
 *
 * @param diagonal the n diagonal elements
 * @param offDiagonal the n − 1 elements beside them
 * @see Bowdler, Martin, Reinsch, Wilkinson: The QR and QL algorithms for symmetric matrices (procedure tql1), 1968
 */
export function tridiagonalEigenvalues(diagonal: Float64Array, offDiagonal: Float64Array): Float64Array {
  const n = diagonal.length;
  const d = diagonal.slice();
  const e = new Float64Array(n + 1);
  e.set(offDiagonal);
  let shift = 0;
  let size = 0; // of the matrix so far: an off-diagonal element below ε · size is rounding noise
  for (let l = 0; l < n; l++) {
    size = Math.max(size, Math.abs(d[l]) + Math.abs(e[l]));
    let m = l;
    while (Math.abs(e[m]) > Number.EPSILON * size) m++;
    // Convergence is cubic, two or three sweeps per eigenvalue; the bound only turns a NaN into an end
    for (let sweep = 0; m > l && sweep < 60 && Math.abs(e[l]) > Number.EPSILON * size; sweep++)
      shift += sweepUp(d, e, l, m);
    d[l] += shift;
    e[l] = 0;
  }
  return d.sort();
}

/** One QL sweep over rows l…m; returns the shift taken off the diagonal. */
function sweepUp(d: Float64Array, e: Float64Array, l: number, m: number): number {
  const g = d[l];
  const half = (d[l + 1] - g) / (2 * e[l]);
  const root = half < 0 ? -hypotenuse(half, 1) : hypotenuse(half, 1);
  d[l] = e[l] / (half + root);
  d[l + 1] = e[l] * (half + root);
  const next = d[l + 1];
  const shift = g - d[l];
  for (let i = l + 2; i < d.length; i++) d[i] -= shift;

  const beside = e[l + 1];
  let p = d[m];
  let [c, c2, c3] = [1, 1, 1];
  let [s, s2] = [0, 0];
  for (let i = m - 1; i >= l; i--) {
    [c3, c2, s2] = [c2, c, s];
    const across = c * e[i];
    const along = c * p;
    const r = hypotenuse(p, e[i]);
    e[i + 1] = s * r;
    s = e[i] / r;
    c = p / r;
    p = c * d[i] - s * across;
    d[i + 1] = along + s * (c * across + s * d[i]);
  }
  p = (-s * s2 * c3 * beside * e[l]) / next;
  e[l] = s * p;
  d[l] = c * p;
  return shift;
}

/** Math.hypot, which is several times slower, where the squares are in range. */
function hypotenuse(a: number, b: number): number {
  const r = Math.sqrt(a * a + b * b);
  return r > 1e-140 && r < 1e150 ? r : Math.hypot(a, b);
}

import { EigenvalueDecomposition, Matrix as Reference, QrDecomposition, SingularValueDecomposition } from 'ml-matrix';
import { describe, expect, it } from 'vitest';
import { key, normalArray } from '@diffgan/ops';
import { addMoments } from '../src/linear-algebra/add-moments.ts';
import { factorProduct } from '../src/linear-algebra/factor-product.ts';
import { LinearAlgebra, type StoredMatrix } from '../src/linear-algebra/linear-algebra.ts';
import { type CholeskyFactor, pivotedCholesky } from '../src/linear-algebra/pivoted-cholesky.ts';
import { singularValues as singularValuesOf } from '../src/linear-algebra/singular-values.ts';
import { tridiagonalEigenvalues } from '../src/linear-algebra/tridiagonal-eigenvalues.ts';

interface Matrix {
  readonly rows: number;
  readonly columns: number;
  readonly data: Float64Array;
}

/** Runs a generator to its end. */
function finish<T>(work: Generator<number, T>): T {
  for (let before = 0, step = work.next(); ; step = work.next()) {
    if (step.done) return step.value;
    expect(step.value).toBeGreaterThan(before); // the fraction done grows up to 1
    expect(step.value).toBeLessThanOrEqual(1);
    before = step.value;
  }
}

function stored(algebra: LinearAlgebra, { rows, columns, data }: Matrix): StoredMatrix {
  const matrix = algebra.matrix(rows, columns);
  for (let i = 0; i < rows; i++) algebra.row(matrix, i).set(data.subarray(i * columns, (i + 1) * columns));
  return matrix;
}

function singularValues(matrix: Matrix): Float64Array {
  const algebra = new LinearAlgebra();
  return finish(singularValuesOf(algebra, stored(algebra, matrix)));
}

/** L with A = L Lᵀ, its rows in the order of those of A. */
function lowerFactor(algebra: LinearAlgebra, { factor, order }: CholeskyFactor): Matrix {
  const [rows, columns] = [order.length, factor.rows];
  const data = new Float64Array(rows * columns);
  for (let j = 0; j < columns; j++)
    algebra.row(factor, j).forEach((value, k) => {
      if (k >= j) data[order[k] * columns + j] = value;
    });
  return { rows, columns, data };
}

const random = (seed: number, rows: number, columns: number): Matrix => ({
  rows,
  columns,
  data: Float64Array.from(normalArray(key(seed), rows * columns)),
});
const reference = ({ rows, columns, data }: Matrix) => Reference.from1DArray(rows, columns, data);
const fromReference = (m: Reference): Matrix => ({
  rows: m.rows,
  columns: m.columns,
  data: Float64Array.from(m.to1DArray()),
});
const orthogonal = (seed: number, n: number) => new QrDecomposition(reference(random(seed, n, n))).orthogonalMatrix;
const descending = (values: ArrayLike<number>) => Float64Array.from(values).sort().reverse();

/** A dense matrix with given singular values. */
const withValues = (values: readonly number[]) =>
  fromReference(
    orthogonal(1, values.length)
      .mmul(Reference.diag([...values]))
      .mmul(orthogonal(2, values.length)),
  );

// Backward stable algorithms: the error is a small multiple of n ε times the largest value
const within = (n: number, size: number) => ({ rtol: 0, atol: 8 * n * Number.EPSILON * size });

const spectra: [string, number[]][] = [
  ['one', [3]],
  ['two', [5, 2]],
  ['three', [5, 2, 1]],
  ['graded from 1 to 1e-12', Array.from({ length: 25 }, (_, i) => 10 ** (-i / 2))],
  ['clustered', [...new Array<number>(10).fill(2), ...new Array<number>(10).fill(1), 1 + 1e-10, 1 - 1e-10]],
  ['half zero', [...Array.from({ length: 15 }, (_, i) => 1 + i), ...new Array<number>(15).fill(0)]],
  ['large', Array.from({ length: 30 }, (_, i) => 1e10 * (i + 1))],
  ['small', Array.from({ length: 30 }, (_, i) => 1e-10 * (i + 1))],
];

describe('singularValues', () => {
  it.each(spectra)('finds given ones: %s', (_, values) => {
    const expected = descending(values);
    expect(singularValues(withValues(values))).toBeAllClose(expected, within(values.length, expected[0]));
  });

  it.each([
    [40, 40],
    [20, 50],
    [1, 7],
    [64, 70],
    [66, 129],
  ])('of a random %i × %i matrix equal those of ml-matrix', (rows, columns) => {
    const matrix = random(3, rows, columns);
    const expected = descending(new SingularValueDecomposition(reference(matrix), { autoTranspose: true }).diagonal);
    expect(singularValues(matrix)).toBeAllClose(expected, within(Math.max(rows, columns), expected[0]));
  });

  it('of zero, diagonal and empty matrices', () => {
    expect(singularValues({ rows: 2, columns: 3, data: new Float64Array(6) })).toEqual(new Float64Array(2));
    expect(singularValues(fromReference(Reference.diag([-1, 0, 4])))).toBeAllClose([4, 1, 0], within(3, 4));
    expect(singularValues({ rows: 0, columns: 3, data: new Float64Array(0) })).toEqual(new Float64Array(0));
  });
});

describe('tridiagonalEigenvalues', () => {
  const dense = (d: Float64Array, e: Float64Array) => {
    const matrix = Reference.diag(Array.from(d));
    e.forEach((value, i) => matrix.set(i, i + 1, value).set(i + 1, i, value));
    return matrix;
  };

  it('of the second difference matrix are 2 − 2 cos(kπ/(n+1))', () => {
    const n = 100;
    const found = tridiagonalEigenvalues(new Float64Array(n).fill(2), new Float64Array(n - 1).fill(-1));
    const expected = Array.from({ length: n }, (_, k) => 2 - 2 * Math.cos(((k + 1) * Math.PI) / (n + 1)));
    expect(found).toBeAllClose(expected, within(n, 4));
  });

  it.each([1, 2, 3, 30])('of a random one of size %i equal those of ml-matrix', (n) => {
    const d = Float64Array.from(normalArray(key(5), n));
    const e = Float64Array.from(normalArray(key(6), n - 1));
    const expected = new EigenvalueDecomposition(dense(d, e), { assumeSymmetric: true }).realEigenvalues;
    expect(tridiagonalEigenvalues(d, e)).toBeAllClose(
      expected.sort((a, b) => a - b),
      within(n, 4),
    );
  });

  it('of graded and of decoupled matrices', () => {
    const d = Float64Array.from({ length: 13 }, (_, i) => 10 ** -i);
    const e = Float64Array.from({ length: 12 }, (_, i) => (i % 4 === 3 ? 0 : 10 ** (-i - 1)));
    const expected = new EigenvalueDecomposition(dense(d, e), { assumeSymmetric: true }).realEigenvalues;
    expect(tridiagonalEigenvalues(d, e)).toBeAllClose(
      expected.sort((a, b) => a - b),
      within(13, 1),
    );
    expect(tridiagonalEigenvalues(new Float64Array(5), new Float64Array(4))).toEqual(new Float64Array(5));
  });

  it('ends on NaN', () => {
    expect(tridiagonalEigenvalues(Float64Array.of(1, NaN, 2), Float64Array.of(1, 1)).some(Number.isNaN)).toBe(true);
  });
});

describe('pivotedCholesky', () => {
  const gram = (matrix: Matrix) => fromReference(reference(matrix).mmul(reference(matrix).transpose()));

  it.each([
    ['full rank', 30, 30],
    ['rank 7 of 30', 30, 7],
    ['rank 1', 5, 1],
    ['full rank, several blocks', 150, 150],
    ['rank 70 of 131', 131, 70],
    ['rank 64 of 131, a whole block', 131, 64],
  ])('gives A = L Lᵀ with as many columns as the rank: %s', (_, n, rank) => {
    const a = gram(random(9, n, rank));
    const algebra = new LinearAlgebra();
    const factor = lowerFactor(algebra, finish(pivotedCholesky(algebra, a.data, n)));
    expect([factor.rows, factor.columns]).toEqual([n, rank]);
    expect(gram(factor).data).toBeAllClose(a.data, within(n, Math.max(...a.data)));
  });

  it('gives no columns for zero', () => {
    const algebra = new LinearAlgebra();
    expect(finish(pivotedCholesky(algebra, new Float64Array(9), 3)).factor.rows).toBe(0);
  });

  it.each([
    [5, 5, 3],
    [150, 150, 150],
    [150, 130, 40],
  ])('of two matrices of %i features and rank %i and %i has the product L₁ᵀL₂', (n, rank, other) => {
    const algebra = new LinearAlgebra();
    const factors = [rank, other].map((r, i) => finish(pivotedCholesky(algebra, gram(random(i, n, r)).data, n)));
    const product = finish(factorProduct(algebra, factors[0], factors[1]));
    const [left, right] = factors.map((factor) => reference(lowerFactor(algebra, factor)));
    const expected = left.transpose().mmul(right);
    const rows = Array.from({ length: product.rows }, (_, i) => algebra.row(product, i).slice());
    expect(rows.flatMap((row) => [...row])).toBeAllClose(expected.to1DArray(), within(n, expected.max()));
  });
});

describe('addMoments', () => {
  it.each([
    [3, 1],
    [4, 10],
    [67, 33],
    [130, 256],
  ])('adds vectors of %i numbers and their products, %i at once', (dim, count) => {
    const vectors = random(4, count, dim).data;
    const numbers = (seed: number, length: number) => Float64Array.from(normalArray(key(seed), length));
    const given = { shift: numbers(5, dim), sum: numbers(6, dim), scatter: numbers(7, (dim * (dim + 1)) / 2) };
    const expected = { shift: given.shift.slice(), sum: given.sum.slice(), scatter: given.scatter.slice() };
    // vector after vector, as the module does: no tolerance
    for (let k = 0; k < count; k++) {
      const x = vectors.subarray(k * dim, (k + 1) * dim).map((value, i) => value - given.shift[i]);
      for (let i = 0, at = 0; i < dim; i++) {
        expected.sum[i] += x[i];
        for (let j = i; j < dim; j++) expected.scatter[at++] += x[i] * x[j];
      }
    }
    addMoments(vectors, given);
    expect(given).toEqual(expected);
  });
});

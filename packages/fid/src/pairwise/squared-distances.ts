import { countOf, type Features } from '../features/features.ts';
import { firstColumn, type Pairs, pairTiles } from './pair-tiles.ts';

/** Is called for a pair of vectors with their squared distance. */
export type PairVisitor = (row: number, column: number, squaredDistance: number) => void;

/**
 * The squared Euclidean distances of all pairs, tile by tile: ‖u‖² + ‖v‖² − 2uv in float64 of vectors moved by `shift`, which
 * keeps the digits when all of them are far from zero. Equal vectors have distance 0 exactly, and equal pairs equal distances.
 * Within one set each unordered pair comes once, with column > row.
 *
 * @returns yields the fraction done
 */
export function* squaredDistances(pairs: Pairs, visit: PairVisitor, shift: Float64Array): Generator<number, void> {
  const normsA = squaredNorms(pairs.a, shift);
  const normsB = pairs.b ? squaredNorms(pairs.b, shift) : normsA;
  yield* pairTiles(
    pairs,
    (tile) => {
      const { top, rows, left, columns, products, stride } = tile;
      for (let i = 0; i < rows; i++)
        for (let j = firstColumn(pairs, tile, i); j < columns; j++) {
          const squared = normsA[top + i] + normsB[left + j] - 2 * products[i * stride + j];
          visit(top + i, left + j, squared > 0 ? squared : 0);
        }
    },
    { shift },
  );
}

/** The mean vector: the shift that suits distances. */
export function meanOf(features: Features): Float64Array {
  const { data, dim } = features;
  const sum = new Float64Array(dim);
  for (let start = 0; start < data.length; start += dim) for (let i = 0; i < dim; i++) sum[i] += data[start + i];
  return sum.map((value) => value / countOf(features));
}

function squaredNorms(features: Features, shift: Float64Array): Float64Array {
  const { data, dim } = features;
  return Float64Array.from({ length: countOf(features) }, (_, row) => {
    let sum = 0; // from the first feature to the last, like the products
    for (let i = 0; i < dim; i++) {
      const value = data[row * dim + i] - shift[i];
      sum += value * value;
    }
    return sum;
  });
}

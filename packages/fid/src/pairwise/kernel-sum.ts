import { firstColumn, type Pairs, pairTiles } from './pair-tiles.ts';

/**
 * Sum of a kernel over all pairs.
 *
 * @param kernel its value for two vectors with this dot product
 * @returns yields the fraction done
 */
export function* kernelSum(pairs: Pairs, kernel: (product: number) => number): Generator<number, number> {
  let sum = 0;
  yield* pairTiles(pairs, (tile) => {
    const { rows, columns, products, stride } = tile;
    for (let i = 0; i < rows; i++) {
      let ofRow = 0; // a sum per row first: rounding then stays that of short sums
      for (let j = firstColumn(pairs, tile, i); j < columns; j++) ofRow += kernel(products[i * stride + j]);
      sum += ofRow;
    }
  });
  return sum;
}

import { countOf, type Features } from '../features.ts';
import { breather, type ProgressOptions } from '../progress.ts';
import { type Block, dotProducts } from './dot-products.ts';

/** The dot products of some rows of one set with some rows of another. */
export interface Tile {
  /** First row of the first set, and how many. */
  readonly top: number;
  readonly rows: number;
  /** First row of the second set, and how many. */
  readonly left: number;
  readonly columns: number;
  /** Product of rows top + i and left + j at `i · stride + j`. */
  readonly products: Float64Array;
  readonly stride: number;
}

/** The first column of row i of a tile whose pair is to be looked at. */
export const firstColumn = ({ b }: Pairs, { top, left }: Tile, i: number): number =>
  b === undefined ? Math.max(0, top + i + 1 - left) : 0;

/** Which pairs: those of a vector of `a` with one of `b`, or, without `b`, those of two vectors of `a`. */
export interface Pairs {
  readonly a: Features;
  readonly b?: Features;
}

/** Options of {@link pairTiles}. */
export interface PairTilesOptions extends ProgressOptions {
  /** Is taken off every vector of both sets. */
  shift?: Float64Array;
  /** Rows of a tile; the tests make it small. */
  tileRows?: number;
}

const tileNumbers = 1 << 15; // 256 KB of float64, so that a tile of the second set stays in the cache

/**
 * Goes through all pairs of vectors in tiles; memory is that of one tile, however large the sets are. Within one set only tiles
 * that reach above the diagonal come: their pairs with column > row are each unordered pair once.
 */
export async function pairTiles(
  { a, b }: Pairs,
  visit: (tile: Tile) => void,
  { shift, tileRows = 256, ...progress }: PairTilesOptions = {},
): Promise<void> {
  const { dim } = a;
  const other = b ?? a;
  const [n, m] = [countOf(a), countOf(other)];
  const tileColumns = Math.max(4, Math.min(tileRows, Math.floor(tileNumbers / dim)));
  const pairs = b === undefined ? (n * (n + tileRows)) / 2 : n * m;
  let done = 0;
  const [above, beside] = [new Float64Array(four(tileRows) * dim), new Float64Array(four(tileColumns) * dim)];
  const products = new Float64Array(four(tileRows) * four(tileColumns));
  const breathe = breather(progress);
  for (let top = 0; top < n; top += tileRows) {
    const rows = Math.min(tileRows, n - top);
    const first = copyRows(a, { start: top, rows, shift, target: above });
    for (let left = b === undefined ? top : 0; left < m; left += tileColumns) {
      const columns = Math.min(tileColumns, m - left);
      const second = copyRows(other, { start: left, rows: columns, shift, target: beside });
      dotProducts(first, second, dim, products);
      visit({ top, rows, left, columns, products, stride: second.rows });
      done += rows * columns;
      await breathe(Math.min(0.999, done / pairs));
    }
  }
  await breathe(1);
}

const four = (rows: number): number => 4 * Math.ceil(rows / 4);

interface CopyOptions {
  readonly start: number;
  readonly rows: number;
  readonly shift?: Float64Array;
  readonly target: Float64Array;
}

function copyRows({ data, dim }: Features, { start, rows, shift, target }: CopyOptions): Block {
  target.set(data.subarray(start * dim, (start + rows) * dim));
  if (shift) for (let row = 0; row < rows; row++) for (let i = 0; i < dim; i++) target[row * dim + i] -= shift[i];
  target.fill(0, rows * dim, four(rows) * dim);
  return { data: target, rows: four(rows) };
}

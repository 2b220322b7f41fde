import { countOf, type Features } from '../features/features.ts';
import { LinearAlgebra, padded } from '../linear-algebra/linear-algebra.ts';

/** The dot products of some rows of one set with some rows of another. */
export interface Tile {
  /** First row of the first set, and how many. */
  readonly top: number;
  readonly rows: number;
  /** First row of the second set, and how many. */
  readonly left: number;
  readonly columns: number;
  /** Product of rows top + i and left + j at `i · stride + j`; valid during the visit only. */
  readonly products: Float64Array;
  readonly stride: number;
}

/** Which pairs: those of a vector of `a` with one of `b`, or, without `b`, those of two vectors of `a`. */
export interface Pairs {
  readonly a: Features;
  readonly b?: Features;
}

/** The first column of row i of a tile whose pair is to be looked at. */
export const firstColumn = ({ b }: Pairs, { top, left }: Tile, i: number): number =>
  b === undefined ? Math.max(0, top + i + 1 - left) : 0;

/** Options of {@link pairTiles}. */
export interface PairTilesOptions {
  /** Is taken off every vector of both sets. */
  shift?: Float64Array;
  /** Rows and columns of a tile; the tests make it small. */
  size?: number;
}

/**
 * Goes through all pairs of vectors in tiles; memory is that of one tile, however large the sets are. Within one set only tiles
 * that reach above the diagonal come: their pairs with column > row are each unordered pair once.
 *
 * Products are in float64, summed from the first feature to the last, so equal pairs of vectors give equal bits wherever they
 * stand.
 *
 * @returns yields the fraction done
 */
export function* pairTiles(
  { a, b }: Pairs,
  visit: (tile: Tile) => void,
  { shift, size = 256 }: PairTilesOptions = {},
): Generator<number, void> {
  const { dim } = a;
  const other = b ?? a;
  const [n, m] = [countOf(a), countOf(other)];
  const pairs = b === undefined ? (n * (n + size)) / 2 : n * m;
  const workspace = takeWorkspace(dim, size);
  let done = 0;
  for (let top = 0; top < n; top += size) {
    const rows = Math.min(size, n - top);
    pack(workspace, 'above', { features: a, start: top, count: rows, shift });
    for (let left = b === undefined ? top : 0; left < m; left += size) {
      const columns = Math.min(size, m - left);
      pack(workspace, 'beside', { features: other, start: left, count: columns, shift });
      visit({ top, rows, left, columns, products: multiply(workspace, rows, columns), stride: padded(columns) });
      done += rows * columns;
      yield Math.min(1, done / pairs);
    }
  }
  idle = workspace;
}

/** Memory for one tile; it is kept for the next call, since engines are slow to free the memory of a module. */
interface Workspace {
  readonly algebra: LinearAlgebra;
  readonly dim: number;
  readonly size: number;
  /** Addresses of the vectors in groups of four, and of the products. */
  readonly above: number;
  readonly beside: number;
  readonly products: number;
}

let idle: Workspace | undefined;

function takeWorkspace(dim: number, size: number): Workspace {
  const taken = idle;
  idle = undefined; // others may work while this call lets them
  if (taken?.dim === dim && taken.size === size) return taken;
  const algebra = new LinearAlgebra();
  const numbers = [padded(size) * dim, padded(size) * dim, padded(size) ** 2];
  const [above, beside, products] = numbers.map((count) => algebra.allocate(count));
  return { algebra, dim, size, above, beside, products };
}

interface Packing {
  readonly features: Features;
  readonly start: number;
  readonly count: number;
  readonly shift?: Float64Array;
}

/** Copies vectors four by four, feature after feature, as the module multiplies them; missing ones are zero. */
function pack(workspace: Workspace, side: 'above' | 'beside', { features, start, count, shift }: Packing): void {
  const { data, dim } = features;
  const panels = workspace.algebra.numbers(workspace[side], padded(count) * dim);
  panels.fill(0, 4 * dim * Math.floor(count / 4));
  for (let row = 0; row < count; row++) {
    const from = (start + row) * dim;
    let to = (row >> 2) * 4 * dim + (row & 3);
    for (let i = 0; i < dim; i++, to += 4) panels[to] = shift ? data[from + i] - shift[i] : data[from + i];
  }
}

function multiply({ algebra, dim, above, beside, products }: Workspace, rows: number, columns: number): Float64Array {
  const stride = padded(columns);
  const result = algebra.numbers(products, padded(rows) * stride).fill(0);
  algebra.kernels.multiply(above, beside, products, stride, rows, columns, dim, 0, 0);
  return result;
}

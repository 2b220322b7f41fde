import type { Tensor } from '@tensorflow/tfjs-core';
import { drawTicks } from './chart-frame.ts';
import { escapeHtml } from './escape-html.ts';
import { ticks } from './ticks.ts';

/** A point of the plane. */
export type Point = readonly [x: number, y: number];

/** Options of {@link scatterPlot}. */
export interface ScatterPlotOptions {
  /** Points shown in grey below the others; if there are any, they alone decide the frame. */
  reference?: readonly Point[];
  /** Written above. */
  title?: string;
}

const side = 360;
const margin = { top: 28, right: 12, bottom: 44, left: 44 };
/** Points that are drawn of each kind; more of them only make the file larger. */
const POINTS_DRAWN = 2000;

/** The square part of the plane that is shown. */
interface Square {
  readonly x: number;
  readonly y: number;
  readonly span: number;
}

/**
 * Points of the plane as an SVG file. Both axes have the same scale, a few outliers do not change it, and what lies outside is drawn at
 * the edge and counted below.
 *
 * @example
 * ```ts
 * const { points, count } = gaussians25(500, key(0));
 * const rows = Array.from({ length: count }, (_, i): [number, number] => [points[2 * i], points[2 * i + 1]]);
 * await writeAtomically('points.svg', scatterPlot(rows, { title: '25 Gaussians' }));
 * ```
 */
export function scatterPlot(points: readonly Point[], { reference = [], title = '' }: ScatterPlotOptions = {}): string {
  const square = squareAround(reference.length > 0 ? reference : points);
  const width = side + margin.left + margin.right;
  const height = side + margin.top + margin.bottom;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="system-ui, sans-serif" font-size="13" fill="#444">`,
    `<rect width="${width}" height="${height}" fill="#fff"/>`,
    `<text x="${margin.left}" y="18" font-weight="600">${escapeHtml(title)}</text>`,
    ...axes(square),
    dots(reference, square, 'stroke="#b4b4b4" stroke-width="3"'),
    dots(points, square, 'stroke="#1f6fb4" stroke-width="3" stroke-opacity=".65"'),
    `<text x="${margin.left}" y="${height - 8}" font-size="12">${describe(points, square)}</text></svg>\n`,
  ].join('\n');
}

const isFinitePoint = ([x, y]: Point): boolean => Number.isFinite(x) && Number.isFinite(y);

/** A square around all but a hundredth of the points. */
function squareAround(points: readonly Point[]): Square {
  const finite = points.filter(isFinitePoint);
  const [x0, x1] = middle(finite.map(([x]) => x));
  const [y0, y1] = middle(finite.map(([, y]) => y));
  const inner = Math.max(x1 - x0, y1 - y0) || 1;
  const span = 1.3 * inner;
  return { x: (x0 + x1 - span) / 2, y: (y0 + y1 - span) / 2, span };
}

function middle(values: number[]): readonly [number, number] {
  if (values.length === 0) return [0, 0];
  values.sort((a, b) => a - b);
  const cut = Math.floor(values.length / 200);
  return [values[cut], values[values.length - 1 - cut]];
}

const px = (x: number, square: Square): number => margin.left + (side * (x - square.x)) / square.span;
const py = (y: number, square: Square): number => margin.top + side - (side * (y - square.y)) / square.span;

function axes(square: Square): string[] {
  const { x, y, span } = square;
  const inside = (from: number) => ticks(from, from + span).filter((tick) => tick >= from && tick <= from + span);
  const [left, right, top, bottom] = [margin.left, margin.left + side, margin.top, margin.top + side];
  const frame = { left, right, top, bottom, px: (at: number) => px(at, square), py: (at: number) => py(at, square) };
  return [
    ...drawTicks(frame, { x: inside(x), y: inside(y), stroke: 'stroke="#eee"', upright: true }),
    `<rect x="${left}" y="${top}" width="${side}" height="${side}" fill="none" stroke="#ccc"/>`,
  ];
}

/** All points as one path of lines without length, whose round ends are the dots. */
function dots(points: readonly Point[], square: Square, style: string): string {
  const finite = points.filter(isFinitePoint);
  const path = atMost(POINTS_DRAWN, finite).map(([x, y]) => {
    const at = [clamp(px(x, square), margin.left, side), clamp(py(y, square), margin.top, side)];
    return `M${at.map((value) => Number(value.toFixed(1))).join(' ')}h0`;
  });
  return `<path d="${path.join('')}" fill="none" stroke-linecap="round" ${style}/>`;
}

/**
 * That many of the points, from all over the list. Steps of about the golden share of its length, without a common divisor, miss none of
 * the classes that samples take in turn, as even steps may.
 */
function atMost(most: number, points: readonly Point[]): readonly Point[] {
  const { length } = points;
  if (length <= most) return points;
  let step = Math.round(0.618 * length);
  while (commonDivisor(step, length) > 1) step--;
  return Array.from({ length: most }, (_, i) => points[(i * step) % length]);
}

const commonDivisor = (a: number, b: number): number => (b === 0 ? a : commonDivisor(b, a % b));

const clamp = (value: number, from: number, length: number): number => Math.min(Math.max(value, from), from + length);

function describe(points: readonly Point[], { x, y, span }: Square): string {
  const finite = points.filter(isFinitePoint);
  const outside = finite.filter(([a, b]) => a < x || a > x + span || b < y || b > y + span).length;
  const lost = points.length - finite.length;
  return [
    `${points.length} samples`,
    ...(outside > 0 ? [`${outside} outside, drawn at the edge`] : []),
    ...(lost > 0 ? [`${lost} not finite`] : []),
  ].join(', ');
}

/**
 * Rows of a table or tensor `[n, 2]` as points. A tensor is read, not disposed.
 *
 * @example
 * ```ts
 * await pointsOf(tf.tensor2d([[0, 1], [2, 3]])); // [[0, 1], [2, 3]]
 * ```
 */
export async function pointsOf(table: Tensor | readonly (readonly number[])[]): Promise<Point[]> {
  const isTensor = 'dataId' in table;
  const width = isTensor ? table.shape[1] : (table[0]?.length ?? 2);
  if ((isTensor && table.rank !== 2) || width !== 2)
    throw new RangeError(`scatterPlot: the points have ${width} coordinates; they must be of the plane, [n, 2]`);
  if (!isTensor) return table.map(([x, y]) => [x, y]);
  const values = await table.data();
  return Array.from({ length: table.shape[0] }, (_, i) => [values[2 * i], values[2 * i + 1]]);
}

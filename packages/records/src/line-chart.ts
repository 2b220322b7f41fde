import { type ChartFrame, drawTicks } from './chart-frame.ts';
import { type Curve, middleOf, smoothed, thinned } from './curve.ts';
import { escapeHtml } from './escape-html.ts';
import { decades, logTicks, ticks } from './ticks.ts';

/** One line of a chart. */
export interface Series {
  name: string;
  color: string;
  /** Points from left to right; those that are not finite are left out. */
  points: Curve;
  /** Half the length of a bar through each point, such as a standard deviation; 0 for none. */
  errors?: readonly number[];
}

/** Labels and size of a chart. */
export interface ChartOptions {
  title: string;
  xLabel: string;
  yLabel: string;
  width?: number;
  height?: number;
  /** `log` leaves out what is not above 0. @defaultValue `'linear'` */
  scale?: 'linear' | 'log';
  /** `log` leaves out what is not right of 0. @defaultValue `'linear'` */
  xScale?: 'linear' | 'log';
  /** Where the horizontal axis ends. @defaultValue where the points do */
  xRange?: readonly [from: number, to: number];
}

/** Points of a line that are drawn; more would only make the file larger. */
const POINTS_DRAWN = 1000;
/** A line of more points than this is noise with a trend: the trend is drawn over it. */
const TREND_ABOVE = 200;
/** A line of fewer points shows them. */
const DOTS_BELOW = 40;
const LINES = 'stroke="currentColor" stroke-opacity=".15"';
const lineHeight = 18;
const margin = { top: 34, right: 20, bottom: 40, left: 56 };

/**
 * A line chart as an SVG element in the colour of the text around it; it needs no style sheet and no script.
 *
 * @example
 * ```ts
 * const points = [1, 2, 3].map((step): [number, number] => [step, 1 / step]);
 * const svg = lineChart([{ name: 'loss', color: '#3b82c4', points }], { title: 'Loss', xLabel: 'step', yLabel: '' });
 * ```
 */
export function lineChart(series: readonly Series[], options: ChartOptions): string {
  const { title, xLabel, yLabel, width = 720, height = 300, scale = 'linear', xScale = 'linear' } = options;
  const fits = (value: number, of: 'linear' | 'log') => Number.isFinite(value) && (of === 'linear' || value > 0);
  const isShown = ([x, y]: Curve[number]) => fits(x, xScale) && fits(y, scale);
  const curves = series.map(({ points }) => points.filter(isShown));
  const bars = series.map(({ points, errors = [] }) =>
    barsOf(points, errors).filter(([x, from]) => isShown([x, from])),
  );
  const all = curves.flat();
  if (all.length === 0)
    return `<svg viewBox="0 0 ${width} 40" fill="currentColor"><text x="8" y="24">${escapeHtml(title)}: no data</text></svg>`;
  const { top, html: legend } = legendOf(series, title, width);
  const xTicks = (xScale === 'log' ? logTicks : ticks)(...(options.xRange ?? rangeOf(all.map(([x]) => x))));
  const heights = [...all.map(([, y]) => y), ...bars.flatMap((of) => of.flatMap(([, from, to]) => [from, to]))];
  const yTicks = (scale === 'log' ? decades : ticks)(...middleOf(heights));
  const [xAt, yAt] = [xScale, scale].map((of) => (of === 'log' ? Math.log10 : (value: number) => value));
  const across = axis(xTicks.map(xAt), margin.left, width - margin.right);
  const up = axis(yTicks.map(yAt), height - margin.bottom, top);
  const sides = { left: margin.left, right: width - margin.right, top, bottom: height - margin.bottom };
  const frame: ChartFrame = { ...sides, px: (x) => across(xAt(x)), py: (y) => up(yAt(y)) };
  return [
    `<svg viewBox="0 0 ${width} ${height}" role="img" font-family="system-ui, sans-serif" font-size="12" fill="currentColor">`,
    `<title>${escapeHtml(title)}</title><text x="8" y="18" font-weight="600">${escapeHtml(title)}</text>`,
    legend,
    ...drawTicks(frame, { x: xTicks, y: yTicks, stroke: LINES, upright: false }),
    ...series.map(
      ({ color }, i) => lineOf(curves[i], color, frame) + bars[i].map((bar) => whisker(bar, color, frame)).join(''),
    ),
    `<text x="${width / 2}" y="${height - 6}" text-anchor="middle">${escapeHtml(xLabel)}</text>`,
    `<text x="12" y="${height / 2}" text-anchor="middle" transform="rotate(-90 12 ${height / 2})">${escapeHtml(yLabel)}</text></svg>`,
  ].join('\n');
}

/** Maps the range of the ticks to `from` … `to`; what lies beyond is drawn at the edge. */
function axis(ticks: readonly number[], from: number, to: number): (value: number) => number {
  const [first, last] = [ticks[0], ticks[ticks.length - 1]];
  return (value) => from + Math.min(Math.max((value - first) / (last - first), 0), 1) * (to - from);
}

function lineOf(curve: Curve, color: string, frame: ChartFrame): string {
  const line = (points: Curve, style: string) =>
    `<polyline fill="none" stroke="${color}" ${style} points="${pairs(points, frame)}"/>`;
  if (curve.length > TREND_ABOVE)
    return (
      line(thinned(curve, POINTS_DRAWN), 'stroke-width="1" stroke-opacity=".35"') +
      line(smoothed(curve, TREND_ABOVE / 2), 'stroke-width="2"')
    );
  const dots = curve.length < DOTS_BELOW ? curve : [];
  return line(curve, 'stroke-width="1.5"') + dots.map((point) => dot(point, color, frame)).join('');
}

/** A bar through a point, from below to above. */
type Bar = readonly [x: number, from: number, to: number];

const barsOf = (points: Curve, errors: readonly number[]): Bar[] =>
  points.flatMap(([x, y], i) => (errors[i] > 0 ? [[x, y - errors[i], y + errors[i]]] : []));

function whisker([x, from, to]: Bar, color: string, { px, py }: ChartFrame): string {
  const [at, low, high] = [px(x), py(from), py(to)].map((value) => value.toFixed(1));
  const cap = `m-3 0h6`;
  return `<path d="M${at} ${low}V${high}M${at} ${low}${cap}M${at} ${high}${cap}" stroke="${color}" fill="none"/>`;
}

const pairs = (points: Curve, { px, py }: ChartFrame) =>
  points.map(([x, y]) => `${px(x).toFixed(1)},${py(y).toFixed(1)}`).join(' ');

const dot = ([x, y]: Curve[number], color: string, { px, py }: ChartFrame) =>
  `<circle cx="${px(x).toFixed(1)}" cy="${py(y).toFixed(1)}" r="2.5" fill="${color}"/>`;

/** Names of the lines, at the right of the title where there is room, else below it; none where the title says it. */
function legendOf(series: readonly Series[], title: string, width: number): { top: number; html: string } {
  if (series.length === 1 && series[0].name === title) return { top: margin.top, html: '' };
  const room = (text: string) => 7 * text.length + 28; // about that wide
  const widths = series.map(({ name }) => room(name));
  const total = widths.reduce((a, b) => a + b, 0);
  const beside = room(title) + total < width - margin.right;
  let [x, y] = beside ? [width - margin.right - total, 18] : [8, 18 + lineHeight];
  const html = series.map(({ name, color }, i) => {
    if (x + widths[i] > width && x > 8) [x, y] = [8, y + lineHeight];
    const entry = `<text x="${x}" y="${y}"><tspan fill="${color}">■</tspan> ${escapeHtml(name)}</text>`;
    x += widths[i];
    return entry;
  });
  return { top: margin.top + y - 18, html: html.join('') };
}

const rangeOf = (values: readonly number[]): [number, number] =>
  values.reduce<[number, number]>(([a, b], v) => [Math.min(a, v), Math.max(b, v)], [Infinity, -Infinity]);

import { tickLabel, ticks } from './ticks.ts';

/** One line of a chart. */
export interface Series {
  name: string;
  color: string;
  /** Points from left to right. */
  points: readonly (readonly [x: number, y: number])[];
}

/** Labels and size of a chart. */
export interface ChartOptions {
  title: string;
  xLabel: string;
  yLabel: string;
  width?: number;
  height?: number;
}

const margin = { top: 34, right: 16, bottom: 40, left: 56 };

/** A line chart as an SVG element that needs no style sheet and no script. */
export function lineChart(series: readonly Series[], options: ChartOptions): string {
  const { title, xLabel, yLabel, width = 720, height = 300 } = options;
  const points = series.flatMap((s) => s.points.filter(([, y]) => Number.isFinite(y)));
  if (points.length === 0) return `<svg viewBox="0 0 ${width} 40"><text x="8" y="24">${title}: no data</text></svg>`;
  const xTicks = ticks(...rangeOf(points.map(([x]) => x)));
  const yTicks = ticks(...rangeOf(points.map(([, y]) => y)));
  const [x0, x1] = [xTicks[0], xTicks.at(-1) as number];
  const [y0, y1] = [yTicks[0], yTicks.at(-1) as number];
  const px = (x: number) => margin.left + ((x - x0) / (x1 - x0)) * (width - margin.left - margin.right);
  const py = (y: number) => height - margin.bottom - ((y - y0) / (y1 - y0)) * (height - margin.top - margin.bottom);

  const grid = yTicks.map(
    (y) =>
      `<line x1="${margin.left}" x2="${width - margin.right}" y1="${py(y).toFixed(1)}" y2="${py(y).toFixed(1)}" stroke="#ddd"/>` +
      `<text x="${margin.left - 6}" y="${(py(y) + 4).toFixed(1)}" text-anchor="end">${tickLabel(y)}</text>`,
  );
  const foot = xTicks.map(
    (x) =>
      `<text x="${px(x).toFixed(1)}" y="${height - margin.bottom + 16}" text-anchor="middle">${tickLabel(x)}</text>`,
  );
  const lines = series.map(
    (s) =>
      `<polyline fill="none" stroke="${s.color}" stroke-width="1.5" points="${s.points
        .filter(([, y]) => Number.isFinite(y))
        .map(([x, y]) => `${px(x).toFixed(1)},${py(y).toFixed(1)}`)
        .join(' ')}"/>`,
  );
  const legend = series.map(
    (s, i) =>
      `<text x="${width - margin.right - 110 * (series.length - i - 1)}" y="18" text-anchor="end" fill="${s.color}">■ ${s.name}</text>`,
  );
  return [
    `<svg viewBox="0 0 ${width} ${height}" role="img" font-family="system-ui, sans-serif" font-size="12" fill="#444">`,
    `<title>${title}</title><text x="${margin.left}" y="18" font-weight="600">${title}</text>`,
    ...grid,
    ...foot,
    ...lines,
    ...legend,
    `<text x="${width / 2}" y="${height - 6}" text-anchor="middle">${xLabel}</text>`,
    `<text x="12" y="${height / 2}" text-anchor="middle" transform="rotate(-90 12 ${height / 2})">${yLabel}</text></svg>`,
  ].join('\n');
}

const rangeOf = (values: readonly number[]): [number, number] =>
  values.reduce<[number, number]>(([a, b], v) => [Math.min(a, v), Math.max(b, v)], [Infinity, -Infinity]);

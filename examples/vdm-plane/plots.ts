// Line plots as SVG.

/** A line with its name. */
export interface Curve {
  name: string;
  points: [x: number, y: number][];
}

/** Axes with curves. */
export interface Plot {
  title: string;
  /** What the horizontal axis shows. */
  x: string;
  curves: readonly Curve[];
  /** Whether the names stand on the left. @defaultValue false */
  namesLeft?: boolean;
  /** A dashed horizontal line. */
  level?: number;
}

const WIDTH = 250;
const HEIGHT = 170;
const MARGIN = { left: 52, right: 16, top: 30, bottom: 40 };
const COLOURS = ['#666', '#0072b2', '#d55e00'];

/** A table of plots. */
export function plots(rows: readonly (readonly Plot[])[]): string {
  const [cell, line] = [WIDTH + MARGIN.left + MARGIN.right, HEIGHT + MARGIN.top + MARGIN.bottom];
  const [width, height] = [cell * Math.max(...rows.map((row) => row.length)), line * rows.length];
  const parts = rows.flatMap((row, r) =>
    row.map(
      (plot, c) => `<g transform="translate(${c * cell + MARGIN.left} ${r * line + MARGIN.top})">${axes(plot)}</g>`,
    ),
  );
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" ` +
    `font-family="sans-serif" font-size="12" fill="#222"><rect width="100%" height="100%" fill="#fff"/>\n${parts.join('\n')}\n</svg>\n`
  );
}

function axes({ title, x: xName, curves, level, namesLeft = false }: Plot): string {
  const all = curves.flatMap(({ points }) => points);
  const [left, right] = extent(all.map(([x]) => x));
  const [low, high] = extent([...all.map(([, y]) => y), ...(level === undefined ? [] : [level])]);
  const at = ([x, y]: [number, number]) =>
    `${(((x - left) / (right - left)) * WIDTH).toFixed(1)} ${(HEIGHT - ((y - low) / (high - low)) * HEIGHT).toFixed(1)}`;
  const lines = curves.map(
    ({ points }, i) => `<path d="M${points.map(at).join('L')}" fill="none" stroke="${COLOURS[i]}" stroke-width="1.6"/>`,
  );
  const names = curves.map(
    ({ name }, i) =>
      `<text x="${namesLeft ? 6 : WIDTH - 6}" y="${16 + 15 * i}" text-anchor="${namesLeft ? 'start' : 'end'}" fill="${COLOURS[i]}">${name}</text>`,
  );
  const ticks = ticksOf(low, high).map((y) => {
    const height = HEIGHT - ((y - low) / (high - low)) * HEIGHT;
    const shown = Number(y.toPrecision(2));
    return (
      `<path d="M0 ${height.toFixed(1)}h${WIDTH}" stroke="#eee"/>` +
      `<text x="-6" y="${(height + 4).toFixed(1)}" text-anchor="end">${shown}</text>`
    );
  });
  const dashed =
    level === undefined
      ? ''
      : `<path d="M${at([left, level])}L${at([right, level])}" stroke="#d55e00" stroke-dasharray="5 4"/>` +
        `<text x="4" y="${Number(at([left, level]).split(' ')[1]) - 4}" fill="#d55e00">entropy of the data</text>`;
  return [
    `<text x="0" y="-10">${title}</text>${ticks.join('')}`,
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="none" stroke="#999"/>`,
    `<text x="0" y="${HEIGHT + 16}">${left}</text><text x="${WIDTH}" y="${HEIGHT + 16}" text-anchor="end">${right}</text>`,
    `<text x="${WIDTH / 2}" y="${HEIGHT + 30}" text-anchor="middle">${xName}</text>${dashed}${lines.join('')}${names.join('')}`,
  ].join('');
}

function extent(values: readonly number[]): [number, number] {
  const [low, high] = values.reduce(([a, b], v) => [Math.min(a, v), Math.max(b, v)], [Infinity, -Infinity]);
  return low === high ? [low - 1, high + 1] : [low, high];
}

/** Round numbers between the ends. */
function ticksOf(low: number, high: number): number[] {
  const rough = (high - low) / 5;
  const base = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((m) => m * base).find((s) => s >= rough)!;
  const first = Math.ceil(low / step);
  return Array.from({ length: Math.floor(high / step) - first + 1 }, (_, i) => (first + i) * step);
}

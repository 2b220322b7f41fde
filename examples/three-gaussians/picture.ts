// Panels of samples over the contours of the guided densities, as SVG.
import { directions, guidedDensity, type Level, type Point } from './mixture.ts';

const PANEL = 200;
const MARGIN = { left: 196, top: 40 };
const GAP = 8;
const REACH = 2.6; // the panels show [−REACH, REACH]²
const SHOWN = 400; // dots of each class
const FINE = 2; // units of a dot's place in a pixel
const COLOURS = ['#0072b2', '#d55e00', '#009e73'];

const place = ([x, y]: Point): Point => [((x + REACH) / (2 * REACH)) * PANEL, ((REACH - y) / (2 * REACH)) * PANEL];
const text = (x: number, y: number, words: string, anchor: string) =>
  `<text x="${x}" y="${y}" text-anchor="${anchor}">${words}</text>`;

/** Rows of panels, one for each weight; a panel holds the points of each class. */
export function guidancePicture(
  panels: readonly (readonly (readonly Point[])[])[][],
  { rows, weights, level }: { rows: readonly string[]; weights: readonly number[]; level: Level },
): string {
  const [width, height] = [MARGIN.left + weights.length * (PANEL + GAP), MARGIN.top + rows.length * (PANEL + GAP)];
  const column = (i: number) => MARGIN.left + i * (PANEL + GAP);
  const row = (i: number) => MARGIN.top + i * (PANEL + GAP);
  const parts = weights.map((w, i) => text(column(i) + PANEL / 2, MARGIN.top - 14, `w = ${w}`, 'middle'));
  rows.forEach((name, r) => {
    const lines = name.split(/(?<=,) /);
    lines.forEach((line, i) => parts.push(text(MARGIN.left - 12, row(r) + PANEL / 2 + 18 * i, line, 'end')));
    weights.forEach((_, i) => parts.push(panel(panels[r][i], [column(i), row(r)], contoursOf(i))));
  });
  const contours = weights.map((w, i) => `<g id="${contoursOf(i)}">${contourPaths(w, level)}</g>`);
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" ` +
    `font-family="sans-serif" font-size="14" fill="#222"><rect width="100%" height="100%" fill="#fff"/>\n<defs>${contours.join('')}</defs>\n${parts.join('\n')}\n</svg>\n`
  );
}

const contoursOf = (column: number): string => `contours-${column}`;

const contourPaths = (w: number, level: Level): string =>
  directions
    .map((_, label) => `<path d="${contourPath(label, w, level)}" stroke="#000" stroke-width="0.9" fill="none"/>`)
    .join('');

function panel(samples: readonly (readonly Point[])[], [x, y]: Point, contours: string): string {
  const dots = samples.map(
    (points, label) =>
      `<path transform="scale(${1 / FINE})" d="${dotsPath(points.slice(0, SHOWN))}" stroke="${COLOURS[label]}" ` +
      `stroke-width="${1.8 * FINE}" stroke-linecap="round" stroke-opacity="0.45"/>`,
  );
  return (
    `<svg x="${x}" y="${y}" width="${PANEL}" height="${PANEL}" fill="none">` +
    `<rect width="${PANEL}" height="${PANEL}" fill="#f7f7f7" stroke="#999"/>${dots.join('')}<use href="#${contours}"/></svg>`
  );
}

const dotsPath = (points: readonly Point[]): string =>
  points.map((point) => `M${place(point).map((v) => Math.round(FINE * v)).join(' ')}h0`).join(''); // prettier-ignore

/** The lines within which 50 % and 90 % of a class lie, found by marching over the squares of a grid. */
function contourPath(label: number, w: number, level: Level): string {
  const side = Array.from({ length: 65 }, (_, i) => -REACH + (2 * REACH * i) / 64);
  const density = side.map((y) => side.map((x) => guidedDensity([x, y], { label, w, level })));
  const sorted = density.flat().sort((a, b) => b - a);
  const total = sorted.reduce((sum, p) => sum + p, 0);
  const heights = [0.5, 0.9].map((share) => {
    let sum = 0;
    return sorted.find((p) => (sum += p) >= share * total)!;
  });
  const segments = heights.flatMap((height) =>
    side.slice(1).flatMap((_, i) =>
      side.slice(1).flatMap((__, j) => {
        const corners = [[i, j], [i, j + 1], [i + 1, j + 1], [i + 1, j]]; // prettier-ignore
        const crossings = corners.flatMap(([r, c], k) => {
          const [r2, c2] = corners[(k + 1) % 4];
          const [a, b] = [density[r][c] - height, density[r2][c2] - height];
          if (a >= 0 === b >= 0) return [];
          const s = a / (a - b);
          return [place([side[c] + s * (side[c2] - side[c]), side[r] + s * (side[r2] - side[r])])];
        });
        return crossings.length < 2 ? [] : [crossings.slice(0, 2)];
      }),
    ),
  );
  return segments
    .map(([from, to]) => `M${from.map((v) => v.toFixed(1)).join(' ')}L${to.map((v) => v.toFixed(1)).join(' ')}`)
    .join('');
}

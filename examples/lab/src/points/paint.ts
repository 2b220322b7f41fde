import type { Plane } from '../page/plane.ts';
import type { themeColours } from '../page/theme.ts';
import type { Place, Snapshot, StepBack } from './messages.ts';

type Colours = ReturnType<typeof themeColours>;

/** Which parts of a step back are shown. */
export interface Shown {
  readonly heat: boolean;
  readonly exact: boolean;
  readonly arrows: boolean;
}

/** Places between those of before and those of now. */
export function between(before: Float32Array | undefined, now: Float32Array, share: number): Float32Array {
  if (before?.length !== now.length || share >= 1) return now;
  return now.map((x, i) => before[i] + share * (x - before[i]));
}

/** Data, samples and their ways on the plane of x_0. */
export function paintSamples(
  plane: Plane,
  {
    data,
    samples,
    ways,
    scale,
  }: { data: HTMLCanvasElement; samples: Float32Array; ways: Snapshot['ways']; scale: number },
  colours: Colours,
): void {
  plane.clear();
  plane.layer(data);
  plane.dots(samples, colours.samples, 3);
  if (ways) plane.lines(waysOf(ways, scale), colours.way, 1.5);
}

const WAYS = 24;

/** Lines of the first samples; `scale` is a standard deviation of x_0 in reaches. */
function waysOf(ways: Float32Array, scale: number): Place[][] {
  const stops = ways.length / (2 * WAYS);
  return Array.from({ length: WAYS }, (_, i) =>
    Array.from({ length: stops }, (_, stop): Place => {
      const at = 2 * (stop * WAYS + i);
      return [scale * ways[at], scale * ways[at + 1]];
    }),
  );
}

/** One step back from x_t. */
export function paintStepBack(plane: Plane, back: StepBack, shown: Shown, colours: Colours): void {
  const { side, exact, logits, draws, arrows, from } = back;
  plane.clear();
  if (shown.heat && logits) plane.picture(heatOf(logits, side));
  if (shown.exact) [0.02, 0.2, 0.6].forEach((level) => paintContour(plane, exact, { side, level }, colours.text));
  plane.dots(draws, colours.samples, 4);
  if (shown.arrows && arrows) paintArrows(plane, draws, arrows, colours.way);
  plane.cross(from, colours.text);
}

const [ORANGE, BLUE] = [
  [235, 130, 40],
  [50, 110, 220],
] as const;

/** Blue where the logit is low, orange where it is high, paler the nearer it is to its middle. */
export function heatOf(logits: Float32Array, side: number): ImageData {
  const sorted = Float32Array.from(logits).sort();
  const middle = sorted[sorted.length >> 1];
  const most = Math.max(sorted[sorted.length - 1] - middle, middle - sorted[0], 1e-6);
  const image = new ImageData(side, side);
  logits.forEach((logit, i) => {
    const away = (logit - middle) / most;
    image.data.set(away > 0 ? ORANGE : BLUE, 4 * i);
    image.data[4 * i + 3] = 170 * Math.sqrt(Math.abs(away));
  });
  return image;
}

const around = [
  [0, 0],
  [1, 0],
  [1, 1],
  [0, 1],
] as const;

/** Where a grid of values crosses a level: a line in each square of four neighbours whose corners lie on both sides. */
function paintContour(
  plane: Plane,
  values: Float32Array,
  { side, level }: { side: number; level: number },
  colour: string,
): void {
  const at = (column: number, row: number): Place => [
    plane.extent * ((2 * (column + 0.5)) / side - 1),
    -plane.extent * ((2 * (row + 0.5)) / side - 1),
  ];
  const lines: Place[][] = [];
  for (let row = 0; row + 1 < side; row++)
    for (let column = 0; column + 1 < side; column++) {
      const corner = row * side + column;
      const above = [corner, corner + 1, corner + side, corner + side + 1].filter((i) => values[i] > level).length;
      if (above === 0 || above === 4) continue; // as most are
      const corners = around.map(([i, j]) => ({
        place: at(column + i, row + j),
        value: values[(row + j) * side + column + i] - level,
      }));
      const crossings = corners.flatMap((one, i) => {
        const next = corners[(i + 1) % 4];
        if (one.value > 0 === next.value > 0) return [];
        const share = one.value / (one.value - next.value);
        return [one.place.map((x, j) => x + share * (next.place[j] - x)) as unknown as Place];
      });
      for (let i = 0; i + 1 < crossings.length; i += 2) lines.push(crossings.slice(i, i + 2));
    }
  plane.lines(lines, colour, 1);
}

/** Arrows of a length that tells which gradients are larger, the longest a sixth of the plane. */
function paintArrows(plane: Plane, at: Float32Array, arrows: Float32Array, colour: string): void {
  let longest = 1e-12;
  for (let i = 0; i < arrows.length; i += 2) longest = Math.max(longest, Math.hypot(arrows[i], arrows[i + 1]));
  const scale = plane.extent / 4 / longest;
  const lines: Place[][] = [];
  for (let i = 0; i < arrows.length; i += 2) {
    const [x, y] = [at[i], at[i + 1]];
    const [dx, dy] = [scale * arrows[i], scale * arrows[i + 1]];
    const head = (turn: number): Place => [
      x + dx - 0.3 * (dx * Math.cos(turn) - dy * Math.sin(turn)),
      y + dy - 0.3 * (dx * Math.sin(turn) + dy * Math.cos(turn)),
    ];
    lines.push(
      [
        [x, y],
        [x + dx, y + dy],
      ],
      [head(0.5), [x + dx, y + dy], head(-0.5)],
    );
  }
  plane.lines(lines, colour, 1.5);
}

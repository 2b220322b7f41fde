import { type Curve, middleOf, smoothed } from './curve.ts';
import { htmlGrid } from './html-report.ts';
import { lineChart } from './line-chart.ts';
import { colorOf } from './palette.ts';
import type { RecordLine } from './record-line.ts';

/** The largest value of positive trends is so many times the smallest that only a logarithm shows both. */
const LOG_ABOVE = 20;

/** Measures that belong into one chart, by the end of their names; others have one each. */
const together: readonly { title: string; ends: readonly string[] }[] = [
  { title: 'Mean logits', ends: ['.real', '.fake'] },
  { title: 'Gradient norms', ends: ['.gradientNorm'] },
];

interface Chart {
  title: string;
  /** Curves by name. */
  curves: Record<string, Curve>;
}

/**
 * The numbers of a run as charts side by side: losses, validation, metrics, then what else was measured.
 *
 * @example
 * ```ts
 * const html = runCurves([1, 2].map((step) => ({ type: 'metric', step, values: { FID: 90 / step } })));
 * ```
 */
export function runCurves(lines: readonly RecordLine[]): string {
  const [losses, measures] = [curvesOf(lines, 'losses'), curvesOf(lines, 'measures')];
  const steps = lines.reduce((last, { step }) => Math.max(last, step), 1);
  const charts: Chart[] = [
    { title: 'Losses', curves: losses },
    { title: 'Losses on validation data', curves: curvesOf(lines, 'validation') },
    ...Object.entries(curvesOf(lines, 'metric')).map(([title, curve]) => ({ title, curves: { [title]: curve } })),
    ...measureCharts(measures),
  ];
  return htmlGrid(charts.filter(({ curves }) => Object.keys(curves).length > 0).map((chart) => draw(chart, steps)));
}

function draw({ title, curves }: Chart, steps: number): string {
  const series = Object.entries(curves).map(([name, points], i) => ({ name, color: colorOf(i), points }));
  const values = series.flatMap(({ points }) => points.map(([, y]) => y)).filter(Number.isFinite);
  const trends = series.flatMap(({ points }) => smoothed(points, 100).map(([, y]) => y)).filter(Number.isFinite);
  const [least, most] = middleOf(trends);
  const scale = values.every((value) => value > 0) && most > LOG_ABOVE * least ? 'log' : 'linear';
  return lineChart(series, { title, xLabel: 'step', yLabel: '', scale, xRange: [0, steps], width: 480, height: 260 });
}

function measureCharts(measures: Record<string, Curve>): Chart[] {
  const rest = new Set(Object.keys(measures));
  const groups = together.map(({ title, ends }) => {
    const names = [...rest].filter((name) => ends.some((end) => name.endsWith(end)));
    names.forEach((name) => rest.delete(name));
    return { title, curves: Object.fromEntries(names.map((name) => [name, measures[name]])) };
  });
  return [...groups, ...[...rest].map((name) => ({ title: name, curves: { [name]: measures[name] } }))];
}

/** The curves of a kind of numbers, by name. */
function curvesOf(
  lines: readonly RecordLine[],
  kind: 'losses' | 'measures' | 'validation' | 'metric',
): Record<string, Curve> {
  const curves: Record<string, [number, number][]> = {};
  for (const line of lines)
    for (const [name, value] of Object.entries(numbersOf(line, kind))) (curves[name] ??= []).push([line.step, value]);
  return curves;
}

function numbersOf(line: RecordLine, kind: 'losses' | 'measures' | 'validation' | 'metric'): Record<string, number> {
  if (line.type === 'step') return kind === 'losses' || kind === 'measures' ? line[kind] : {};
  return (line.type === 'validation' || line.type === 'metric') && line.type === kind ? line.values : {};
}

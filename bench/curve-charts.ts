import { lineChart, type Series } from '@diffgan/records';
import type { CurvePoint, Dimension } from './cases.ts';
import { columnOf } from './columns.ts';
import type { Measurement } from './results.ts';
import { median } from './statistics.ts';

/** A chart to be written to a file of its own. */
export interface Chart {
  /** File name without ending. */
  name: string;
  title: string;
  svg: string;
}

const colors = ['#555', '#1f77b4', '#d62728', '#2ca02c'];
const units: Record<Dimension, string> = {
  batch: 'batch size',
  width: 'channels of the first level',
  'image size': 'height and width in pixels',
};

/** One chart for each dimension of each kind among the measured curve points. */
export function curveCharts(measurements: readonly Measurement[]): Chart[] {
  const points = measurements.filter(({ of }) => 'dimension' in of) as (Measurement & { of: CurvePoint })[];
  const keyOf = ({ of }: { of: CurvePoint }) => `${of.workload.kind}-${of.dimension.replace(' ', '-')}`;
  return [...new Set(points.map(keyOf))].map((name) =>
    chart(
      name,
      points.filter((point) => keyOf(point) === name),
    ),
  );
}

function chart(name: string, points: readonly (Measurement & { of: CurvePoint })[]): Chart {
  const { dimension, workload } = points[0].of;
  const title = `${workload.kind === 'train' ? 'Training step' : 'Forward'} by ${dimension}`;
  const ids = [...new Set(points.flatMap(({ samples }) => Object.keys(samples)))];
  const series = ids.map((id, i): Series => {
    const measured = points.filter(({ samples }) => id in samples);
    return {
      name: columnOf(id).label.split(',')[0],
      color: colors[i % colors.length],
      points: measured.map(({ of, samples }) => [of.x, median(samples[id])]),
    };
  });
  const svg = lineChart(series, { title, xLabel: units[dimension], yLabel: 'milliseconds' });
  // a file of its own, unlike a part of a page, needs a name space and a background
  const file = svg.replace('<svg ', '<svg xmlns="http://www.w3.org/2000/svg" style="background:#fff" ');
  return { name, title, svg: `${file}\n` };
}

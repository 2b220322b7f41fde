import { colorOf, lineChart } from '@diffgan/records';
import type { Figure, LineFigure } from '../figure.ts';

/** The text of an SVG file. */
export const svgOf = (figure: Figure): string => (figure.kind === 'svg' ? figure.svg : linesOf(figure));

function linesOf({ title, xLabel, yLabel, xScale, yScale, series }: LineFigure): string {
  const lines = series.map(({ name, points }, i) => ({
    name,
    color: colorOf(i),
    points: points.map(([x, { mean }]) => [x, mean] as const),
    errors: points.map(([, { deviation }]) => deviation),
  }));
  const chart = lineChart(lines, { title, xLabel, yLabel, xScale, scale: yScale, height: 360 });
  return asFile(chart);
}

/** A chart of a page as a file of its own, readable on white and on black. */
const asFile = (svg: string): string =>
  `${svg.replace('<svg ', '<svg xmlns="http://www.w3.org/2000/svg" ').replace('fill="currentColor"', 'fill="#777"').replaceAll('currentColor', '#777')}\n`;

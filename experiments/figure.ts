import type { Spread } from './spread.ts';

/** A figure of lines with error bars. */
export interface LineFigure {
  readonly kind: 'lines';
  readonly title: string;
  readonly xLabel: string;
  readonly yLabel: string;
  readonly xScale?: 'linear' | 'log';
  readonly yScale?: 'linear' | 'log';
  readonly series: readonly {
    readonly name: string;
    readonly points: readonly (readonly [x: number, y: Spread])[];
  }[];
}

/** A figure that draws itself. */
export interface DrawnFigure {
  readonly kind: 'svg';
  readonly svg: string;
}

/** A figure, which follows from the numbers of the results alone. */
export type Figure = LineFigure | DrawnFigure;

import { tickLabel } from './ticks.ts';

/** The part of a chart in which values lie, in pixels from the left and from above, and where they lie there. */
export interface ChartFrame {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
  readonly px: (x: number) => number;
  readonly py: (y: number) => number;
}

/** The ticks of both axes, and how their lines are drawn. */
export interface FrameTicks {
  readonly x: readonly number[];
  readonly y: readonly number[];
  /** Attributes of the lines. */
  readonly stroke: string;
  /** Whether ticks of the horizontal axis have lines, too. */
  readonly upright: boolean;
}

/** Labels at the left and below, and a line for each tick. */
export function drawTicks(frame: ChartFrame, { x, y, stroke, upright }: FrameTicks): string[] {
  const { left, right, top, bottom, px, py } = frame;
  const line = (path: string) => `<path d="${path}" ${stroke}/>`;
  return [
    ...y.map((tick) => {
      const at = py(tick);
      const label = `<text x="${left - 6}" y="${(at + 4).toFixed(1)}" text-anchor="end">${tickLabel(tick)}</text>`;
      return line(`M${left} ${at.toFixed(1)}H${right}`) + label;
    }),
    ...x.map((tick) => {
      const at = px(tick).toFixed(1);
      const label = `<text x="${at}" y="${bottom + 16}" text-anchor="middle">${tickLabel(tick)}</text>`;
      return (upright ? line(`M${at} ${top}V${bottom}`) : '') + label;
    }),
  ];
}

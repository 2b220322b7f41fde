import type { Terminal } from '@diffgan/runs';
import type { BackendInfo } from '@diffgan/runtime';
import type { RunsFolder } from './runs-folder.ts';

/** Where and how trainings and measurements are made. */
export interface Workplace {
  readonly runs: RunsFolder;
  /** Share of steps and samples. */
  readonly scale: number;
  readonly backend: BackendInfo;
  readonly terminal: Terminal;
  readonly signal: AbortSignal;
}

/** What it takes to tell what is finished. */
export type Shelf = Pick<Workplace, 'runs' | 'scale'>;

/** A smaller number of steps or samples, but not so few that nothing works. */
export const scaled = (count: number, scale: number, least: number): number =>
  Math.min(count, Math.max(least, Math.round(count * scale)));

import { experiments } from '../experiments.ts';
import type { ReproduceOptions } from './options.ts';
import { isFinished, planOf } from './plan.ts';
import { WrittenResults } from './results-folder.ts';
import { RunsFolder } from './runs-folder.ts';

/** A line of the list. */
export interface ListedExperiment {
  readonly id: string;
  readonly title: string;
  readonly paper: string;
  readonly network: string;
  readonly hours: number;
  /** Measurements that are finished here, and how many there are. */
  readonly measured: number;
  readonly of: number;
}

/** All experiments with what they cost and how far they are. */
export async function listExperiments(options: ReproduceOptions): Promise<ListedExperiment[]> {
  const { scale, small, seeds } = options;
  const runs = await RunsFolder.open(options.runs);
  const written = options.missing ? await WrittenResults.open(options.out) : WrittenResults.none;
  const choice = { seeds: Array.from({ length: seeds }, (_, i) => i), small };
  const listed: ListedExperiment[] = [];
  for (const experiment of experiments) {
    const { id, title, paper, network, hours } = experiment;
    const steps = await planOf(experiment, choice, { runs, scale, written });
    listed.push({
      id,
      title,
      paper,
      network,
      hours,
      measured: steps.filter(isFinished).length,
      of: steps.length,
    });
  }
  return listed;
}

/** The list as text. */
export function formatList(listed: readonly ListedExperiment[]): string {
  const state = ({ measured, of }: ListedExperiment) =>
    measured === of ? 'done' : measured === 0 ? `not begun (${of})` : `${measured} of ${of}`;
  const rows = listed.map((one) => [one.id, one.title, one.network, `${one.hours} h`, state(one)]);
  const widths = rows[0].map((_, i) => Math.max(...rows.map((row) => row[i].length)));
  return rows
    .map(
      (row, i) =>
        `${row
          .map((cell, j) => cell.padEnd(widths[j]))
          .join('  ')
          .trimEnd()}\n${' '.repeat(widths[0])}  ${listed[i].paper}`,
    ) // prettier-ignore
    .join('\n');
}

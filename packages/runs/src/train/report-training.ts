import { writeAtomically } from '@diffgan/files';
import { runReport, type RunReportParts } from '@diffgan/records/node';
import { runPresets } from '../presets/presets.ts';
import { runVersions } from '../run/run-versions.ts';
import type { RunConfig } from '../tasks/tasks.ts';
import type { RunParts } from './train-run.ts';

/** Writes `report.html` of a run: how it ended, or its scores. */
export type RunReport = (outcome: Pick<RunReportParts, 'scores' | 'ended'>) => Promise<void>;

/** What writes the report of a run that begins now. */
export function runReporter(
  { records, folder }: RunParts,
  { config, backend }: { config: RunConfig; backend: string },
): RunReport {
  const began = performance.now();
  return async (outcome) => {
    const page = await runReport({
      folder: folder.path,
      title: titleOf(config),
      config,
      records,
      timing: { seconds: (performance.now() - began) / 1000 },
      versions: runVersions(backend),
      command: `diffgan train --config ${folder.file('config.json')}`,
      ...outcome,
    });
    await writeAtomically(folder.file('report.html'), page);
  };
}

/** What a run trains, in a line. */
export const titleOf = ({ preset, task, data }: RunConfig): string =>
  preset === null ? `${task} on ${data.name}` : `${preset}, ${runPresets[preset]?.about ?? `${task} on ${data.name}`}`;

/** How long a run is to be. */
export function describeLength({ training }: RunConfig): string {
  const { steps, images, minutes, batch = 32 } = training;
  const ends = [
    ...(steps === undefined ? [] : [`${steps} steps`]),
    ...(images === undefined ? [] : [`${images} examples`]),
    ...(minutes === undefined ? [] : [`${minutes} minutes`]),
  ];
  return `${ends.join(' or ')} in batches of ${batch}`;
}

/** Scores as a table with its head; undefined without scores. */
export function scoreTable(scores: Record<string, number>, { records }: RunConfig): string[][] | undefined {
  const rows = Object.entries(scores).map(([name, value]) => [name, formatNumber(value), String(records.metricCount)]);
  return rows.length === 0 ? undefined : [['score', 'value', 'samples'], ...rows];
}

/**
 * A number as reports and summaries show it.
 *
 * @example
 * ```ts
 * formatNumber(41.23456); // '41.23'
 * ```
 */
export const formatNumber = (value: number): string => (Number.isInteger(value) ? String(value) : value.toPrecision(4));

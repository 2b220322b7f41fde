import { join } from 'node:path';
import { duration } from './duration.ts';
import { escapeHtml } from './escape-html.ts';
import { htmlList, htmlReport, htmlTable, htmlWarnings, type Section } from './html-report.ts';
import type { RecordLine } from './record-line.ts';
import { runCurves } from './run-curves.ts';
import { runPictures } from './run-pictures.ts';
import type { RunRecords } from './run-records.ts';
import { settingsRows } from './settings-rows.ts';
import { trainingPace } from './training-pace.ts';

/** How long things took, besides what the records tell of the training. */
export interface RunTiming {
  /** Seconds of the whole command, set-up and drawing included. */
  seconds?: number;
  /** How samples were drawn. */
  sampling?: { networkCalls: number; batch: number; secondsPerBatch: number };
}

/** What the report of a run is made of. */
export interface RunReportParts {
  /** The folder of the run; the pictures in its `samples/` are shown. */
  folder: string;
  /** What was trained, such as `gaussians25-ddgan: a DDGAN on gaussians25`. */
  title: string;
  /** The resolved settings: what `config.json` holds. */
  config: object;
  records: Pick<RunRecords, 'lines'>;
  timing?: RunTiming;
  /** Versions by name, as `runVersions` gives them. */
  versions: Record<string, string>;
  /** A table of final scores, the first row being its head. */
  scores?: readonly (readonly string[])[];
  /** The command line that does the same again. */
  command: string;
  /** Why the run ended before its time, if it did. */
  ended?: string;
}

/**
 * The report of a run as a page in one file that needs nothing else: scores, pictures in the course of training, curves, timing, settings,
 * versions, warnings, and how to do it again.
 *
 * @returns HTML, to be written to `report.html`.
 * @example
 * ```ts
 * const records = await runRecords('runs/reported');
 * const html = await runReport({
 *   ...{ folder: 'runs/reported', title: 'A DDPM on points', config: { seed: 0 }, records },
 *   ...{ versions: { Node: process.versions.node }, command: 'diffgan train --config runs/reported/config.json' },
 * });
 * ```
 */
export async function runReport(parts: RunReportParts): Promise<string> {
  const { folder, title, records, scores, ended } = parts;
  const { lines } = records;
  const pictures = await runPictures(join(folder, 'samples'));
  const sections: Section[] = [
    ...(ended ? [{ heading: 'Ended before its time', html: htmlWarnings([ended]) }] : []),
    ...(scores ? [{ heading: 'Scores', html: htmlTable(scores) }] : []),
    ...(pictures ? [{ heading: 'Samples in the course of training', html: pictures }] : []),
    ...recordSections(parts),
  ];
  return htmlReport(title, sections, { summary: summaryOf(lines) });
}

/**
 * Sections that the reports of all runs share.
 *
 * @example
 * ```ts
 * const sections = recordSections({
 *   ...{ config: { seed: 0 }, records: { lines: [] }, versions: {} },
 *   command: 'diffgan train --preset gaussians25-ddgan',
 * });
 * const html = htmlReport('A run', sections);
 * ```
 */
export function recordSections({
  config,
  records: { lines },
  timing = {},
  versions,
  command,
}: Pick<RunReportParts, 'config' | 'records' | 'timing' | 'versions' | 'command'>): Section[] {
  const warnings = htmlWarnings(warningsOf(lines));
  return [
    ...(warnings ? [{ heading: 'Warnings', html: warnings }] : []),
    { heading: 'Curves', html: runCurves(lines) },
    { heading: 'Timing', html: htmlList(timingRows(lines, timing)) },
    { heading: 'Settings', html: htmlList(settingsRows(config)) },
    { heading: 'Versions', html: htmlList(Object.entries(versions)) },
    { heading: 'The same again', html: `<pre>${escapeHtml(command)}</pre>` },
  ];
}

function summaryOf(lines: readonly RecordLine[]): string {
  const { steps, examples, seconds } = trainingPace(lines);
  const best = lines.findLast((line) => line.type === 'best');
  const trained = `${count(steps)} steps, ${count(examples)} examples, ${duration(seconds)} of training.`;
  return best ? `${trained} Best ${best.metric}: ${best.value.toPrecision(4)} at step ${count(best.step)}.` : trained;
}

const count = (value: number): string => value.toLocaleString('en');

const warningsOf = (lines: readonly RecordLine[]): string[] =>
  lines.flatMap((line) => (line.type === 'warning' ? [`Step ${count(line.step)}: ${line.message}.`] : []));

function timingRows(lines: readonly RecordLine[], { seconds, sampling }: RunTiming): [string, string][] {
  const pace = trainingPace(lines);
  const resumed = lines.flatMap((line) => (line.type === 'resume' ? [count(line.step)] : []));
  const rows: [string, string][] = [
    ['training', `${count(pace.steps)} steps in ${duration(pace.seconds)}`],
    [
      'speed',
      `${pace.examplesPerSecond.toFixed(1)} examples/s, median step ${(1000 * pace.secondsPerStep).toFixed(1)} ms`,
    ],
  ];
  if (resumed.length > 0) rows.push(['resumed after step', resumed.join(', ')]);
  if (sampling) {
    const { networkCalls, batch, secondsPerBatch } = sampling;
    const each = ((1000 * secondsPerBatch) / batch).toPrecision(3);
    rows.push([
      'sampling',
      `${networkCalls} network calls, ${secondsPerBatch.toFixed(2)} s for ${batch} samples, ${each} ms each`,
    ]);
  }
  if (seconds !== undefined) rows.push(['whole command', duration(seconds)]);
  return rows;
}

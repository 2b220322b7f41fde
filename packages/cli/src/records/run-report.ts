import { htmlReport, htmlTable } from '../report/html-report.ts';
import type { RunRecords } from './run-records.ts';

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
  /** Versions by name, such as `diffgan`, `tfjs` and `node`; also the backend and the machine. */
  versions: Record<string, string>;
  /** A table of final scores, the first row being its head. */
  scores?: readonly (readonly string[])[];
  /** The command line that does the same again. */
  command: string;
}

/**
 * The report of a run as a page in one file that needs nothing else: scores, curves, pictures in the course of training, settings, timing,
 * versions, warnings, and how to do it again.
 *
 * @returns HTML, to be written to `report.html`.
 */
export function runReport({ title, config, versions, scores }: RunReportParts): Promise<string> {
  const sections = [
    ...(scores ? [{ heading: 'Scores', html: htmlTable(scores) }] : []),
    {
      heading: 'Settings',
      html: htmlTable(Object.entries(config).map(([name, value]) => [name, JSON.stringify(value)])),
    },
    { heading: 'Versions', html: htmlTable(Object.entries(versions)) },
  ];
  return Promise.resolve(htmlReport(title, sections));
}

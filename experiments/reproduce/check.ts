import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Experiment } from '../experiment.ts';
import { experiments } from '../experiments.ts';
import type { Measurement } from '../measurement.ts';
import type { ResultsFile } from '../results.ts';
import { planMeasurement } from './measure/measure.ts';
import { claimsPage, overviewPage } from './overview.ts';
import { pageOf } from './page.ts';
import { completePlan } from './plan.ts';
import { filesOf, readAllResults } from './results-folder.ts';
import { RunsFolder } from './runs-folder.ts';
import type { Shelf } from './workplace.ts';
import { pageFiles } from './write-results.ts';

/** What is wrong with results and pages. */
export interface Checked {
  /** Experiments that have results. */
  readonly checked: readonly string[];
  /** Pages and figures that do not follow from their results. */
  readonly stale: readonly string[];
  /** Results that are not those of the present definition, with what is missing or has changed. */
  readonly changed: readonly string[];
}

/** Compares pages with results, and results with definitions. Nothing is run. */
export async function checkResults(out: string): Promise<Checked> {
  const all = await readAllResults(out);
  const stale: string[] = [];
  const compare = async (path: string, text: string) => {
    if (!existsSync(path) || (await readFile(path, 'utf8')) !== text) stale.push(path);
  };
  const changed: string[] = [];
  for (const experiment of experiments) {
    const file = all.get(experiment.id);
    if (!file) continue;
    const { folder, page } = filesOf(out, experiment.id);
    await compare(page, pageOf(experiment, file));
    for (const [name, text] of Object.entries(pageFiles(experiment, file))) await compare(join(folder, name), text);
    const pictures = [...file.sheets.map((sheet) => sheet.file), ...file.measurements.flatMap(({ files }) => files)];
    stale.push(...pictures.map((name) => join(folder, name)).filter((path) => !existsSync(path)));
    changed.push(...(await changesOf(experiment, file)).map((name) => `${experiment.id}: ${name}`));
  }
  if (all.size > 0) {
    await compare(join(out, 'docs/results/README.md'), overviewPage(all));
    await compare(join(out, 'docs/results/claims.md'), claimsPage(all));
  }
  return { checked: [...all.keys()], stale, changed };
}

/** Measurements of the present definition that the results do not have. */
async function changesOf(experiment: Experiment, file: ResultsFile): Promise<string[]> {
  const { scale, seeds, small } = file;
  const shelf: Shelf = { runs: RunsFolder.none, scale };
  const values = new Map(file.measurements.map((measurement) => [measurement.key, measurement.values]));
  const keyOf = async (measurement: Measurement) => (await planMeasurement(measurement, shelf)).key;
  const plan = await completePlan(experiment, { seeds, small }, async (one) => values.get(await keyOf(one)));
  const missing = new Set<string>();
  for (const measurement of plan) if (!values.has(await keyOf(measurement))) missing.add(measurement.name);
  return [...missing];
}

/** What was found, in lines. */
export function formatChecked({ checked, stale, changed }: Checked): string {
  if (checked.length === 0) return 'There are no results here';
  return [
    `${checked.length} experiments have results: ${checked.join(', ')}`,
    ...stale.map((path) => `stale: ${path}; diffgan reproduce --pages writes it anew`),
    ...changed.map((name) => `not of the present definition, or not run: ${name}`),
    ...(stale.length + changed.length === 0
      ? ['All pages follow from their results, and all results are of the present definitions']
      : []),
  ].join('\n');
}

import { existsSync } from 'node:fs';
import { copyFile, mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { asImages, imageGrid } from '@diffgan/data';
import { writeAtomically } from '@diffgan/files';
import { runVersions } from '@diffgan/runs';
import type { Experiment, Sheet } from '../experiment.ts';
import { experiments } from '../experiments.ts';
import { type MeasurementResult, Results, type ResultsFile, type TrainingResult } from '../results.ts';
import type { Training } from '../training.ts';
import { firstOf } from './draw-in-parts.ts';
import { svgOf } from './figures.ts';
import { partsOf } from './measure/drawn.ts';
import { trainingsOf } from './measure/measure.ts';
import { claimsPage, overviewPage } from './overview.ts';
import { pageOf } from './page.ts';
import type { Choice, PlanStep } from './plan.ts';
import { withSources } from './sources.ts';
import { trainingResult } from './trained.ts';
import type { Workplace } from './workplace.ts';

/** Files of an experiment below the folder of all results. */
export const filesOf = (out: string, id: string) => ({
  folder: join(out, 'results', id),
  results: join(out, 'results', id, 'results.json'),
  page: join(out, 'docs', 'results', `${id}.md`),
});

/** Writes results, sheets, figures and page of an experiment, as far as it has been run; none if nothing that it measures is finished. */
export async function writeResults(
  experiment: Experiment,
  steps: readonly PlanStep[],
  { out, choice, place }: { out: string; choice: Choice; place: Workplace },
): Promise<ResultsFile> {
  const { folder, results } = filesOf(out, experiment.id);
  const earlier = await readResults(results);
  const begun = earlier !== undefined || steps.length === 0 || steps.some(({ kept }) => kept);
  if (begun) await mkdir(folder, { recursive: true });
  const measurements: MeasurementResult[] = [];
  const missing: string[] = [];
  for (const step of steps) {
    const result = (await resultOf(step, folder)) ?? earlier?.measurements.find(({ key }) => key === step.key);
    if (result) measurements.push({ ...result, name: step.measurement.name });
    else missing.push(step.measurement.name);
  }
  const file: ResultsFile = {
    ...{ experiment: experiment.id, title: experiment.title, paper: experiment.paper, reported: experiment.reported },
    ...{ scale: place.scale, small: choice.small, seeds: choice.seeds },
    versions: runVersions(place.backend.description),
    trainings: await trainingResults(steps, earlier, place),
    measurements,
    missing: [...new Set(missing)],
    sheets: await writeSheets(experiment.sheets ?? [], steps, folder),
  };
  if (!begun) return file;
  await writeAtomically(results, `${JSON.stringify(file, null, 2)}\n`);
  await writePages(out);
  return file;
}

/** Writes what follows from the results alone: figures and page. */
async function writePage(experiment: Experiment, file: ResultsFile, out: string): Promise<void> {
  const { folder, page } = filesOf(out, experiment.id);
  await mkdir(join(out, 'docs', 'results'), { recursive: true });
  for (const [name, text] of Object.entries(pageFiles(experiment, file)))
    await writeAtomically(join(folder, name), text);
  await writeAtomically(page, pageOf(experiment, file));
}

/** The figures of an experiment by the names of their files. */
export const pageFiles = (experiment: Experiment, file: ResultsFile): Record<string, string> =>
  Object.fromEntries(
    Object.entries(experiment.figures?.(new Results(file)) ?? {}).map(([name, figure]) => [name, svgOf(figure)]),
  );

/** Results that were written before; undefined where there are none. */
export async function readResults(path: string): Promise<ResultsFile | undefined> {
  return existsSync(path) ? (JSON.parse(await readFile(path, 'utf8')) as ResultsFile) : undefined;
}

/** The results of all experiments, by their ids. */
export async function readAllResults(out: string): Promise<Map<string, ResultsFile>> {
  const all = new Map<string, ResultsFile>();
  for (const { id } of experiments) {
    const file = await readResults(filesOf(out, id).results);
    if (file) all.set(id, file);
  }
  return all;
}

/** Writes the pages of all results: those of the experiments, the overview and the claims. */
export async function writePages(out: string): Promise<string[]> {
  const all = await readAllResults(out);
  for (const experiment of experiments) {
    const file = all.get(experiment.id);
    if (file) await writePage(experiment, file, out);
  }
  const folder = join(out, 'docs', 'results');
  await mkdir(folder, { recursive: true });
  await writeAtomically(join(folder, 'README.md'), overviewPage(all));
  await writeAtomically(join(folder, 'claims.md'), claimsPage(all));
  return [...all.keys()];
}

async function resultOf(
  { measurement, key, kept, folder }: PlanStep,
  out: string,
): Promise<MeasurementResult | undefined> {
  if (!kept) return undefined;
  const { kind, name, of, ...settings } = measurement;
  const seed = of === undefined ? '' : `-seed${of.seed}`;
  const files = kept.files.map((file) => `${name}${seed}-${file}`);
  for (const [i, file] of kept.files.entries()) await copyFile(join(folder, file), join(out, files[i]));
  const { values, backend } = kept;
  const told = of && { of: { name: of.name, seed: of.seed } };
  return { kind, name, ...told, key, settings, values, backend, files };
}

async function trainingResults(
  steps: readonly PlanStep[],
  earlier: ResultsFile | undefined,
  place: Workplace,
): Promise<TrainingResult[]> {
  const trainings = new Map<string, Training>();
  for (const { measurement } of steps)
    for (const training of trainingsOf(measurement).flatMap(withSources))
      trainings.set(`${training.name} ${training.seed}`, training);
  const found: TrainingResult[] = [];
  for (const training of trainings.values()) {
    const { name, seed } = training;
    const before = earlier?.trainings.find((one) => one.name === name && one.seed === seed);
    const result = (await trainingResult(training, place)) ?? before;
    if (result) found.push(result);
  }
  return found;
}

/** A row of samples for each measurement that is finished. */
async function writeSheets(
  sheets: readonly Sheet[],
  steps: readonly PlanStep[],
  folder: string,
): Promise<ResultsFile['sheets']> {
  const written: { file: string; caption: string }[] = [];
  for (const { file, caption, rows, columns, width = columns } of sheets) {
    const shown: tf.Tensor[] = [];
    try {
      for (const name of rows) {
        const step = steps.find(({ measurement }) => measurement.kind === 'scores' && measurement.name === name);
        if (step?.measurement.kind !== 'scores' || !step.kept) continue;
        shown.push(await firstOf(partsOf(step.folder, step.measurement), columns));
      }
      if (shown.length < rows.length) continue; // its caption would not be true
      const all = tf.concat(shown.map(asImages));
      shown.push(all);
      await writeAtomically(join(folder, file), await imageGrid(all, { columns: width, scale: 2 }));
      written.push({ file, caption });
    } finally {
      tf.dispose(shown);
    }
  }
  return written;
}

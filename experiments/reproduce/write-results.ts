import { copyFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { writeAtomically } from '@diffgan/files';
import { runVersions } from '@diffgan/runs';
import type { Experiment } from '../experiment.ts';
import { experiments } from '../experiments.ts';
import { type MeasurementResult, Results, type ResultsFile, type TrainingResult } from '../results.ts';
import type { Training } from '../training.ts';
import { svgOf } from './figures.ts';
import { trainingsOf } from './measure/measure.ts';
import { claimsPage, overviewPage } from './overview.ts';
import { pageOf } from './page.ts';
import type { Choice, PlanStep } from './plan.ts';
import { filesOf, readAllResults, readResults } from './results-folder.ts';
import { writeSheets } from './sheets.ts';
import { withSources } from './sources.ts';
import { trainingResult } from './trained.ts';
import type { Workplace } from './workplace.ts';

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
    const written = step.written?.result ?? earlier?.measurements.find(({ key }) => key === step.key);
    const result = (await resultOf(step, folder)) ?? written;
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
    sheets: await writeSheets(experiment.sheets ?? [], steps, folder, earlier),
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
  const trainings = new Map<string, { training: Training; before: ResultsFile | undefined }>();
  for (const { measurement, written } of steps)
    for (const training of trainingsOf(measurement).flatMap(withSources))
      trainings.set(`${training.name} ${training.seed}`, { training, before: written?.file ?? earlier });
  const found: TrainingResult[] = [];
  for (const { training, before: file } of trainings.values()) {
    const { name, seed } = training;
    const before = file?.trainings.find((one) => one.name === name && one.seed === seed);
    const result = (await trainingResult(training, place)) ?? before;
    if (result) found.push(result);
  }
  return found;
}

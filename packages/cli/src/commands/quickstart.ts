import { imageGrid } from '@diffgan/data';
import { formatFid } from '@diffgan/fid';
import { writeAtomically } from '@diffgan/files';
import type { ImagePipeline } from '@diffgan/hub';
import { trainingPace } from '@diffgan/records';
import { readRecords } from '@diffgan/records/node';
import {
  keysOf,
  loadData,
  openPipeline,
  prepareBackend,
  type RunConfig,
  RunFolder,
  runTrainingWithin,
  timedSamples,
  type TrainingOutcome,
  withinRun,
} from '@diffgan/runs';
import { DEFAULT_OUT, type QuickstartOptions } from '../quickstart/options.ts';
import { earlierQuickstart, newQuickstart } from '../quickstart/quickstart-run.ts';
import { quickstartReport, type QuickstartResult } from '../quickstart/report.ts';
import { BATCH, scoreAll } from '../quickstart/score-all.ts';
import { howToRun } from '../terminal/how-to-run.ts';
import type { Terminal } from '../terminal/terminal.ts';

/** From nothing to scored samples: set-up, shipped weights, a short training, pictures, scores, report; alone in its folder. */
export async function quickstart(
  options: QuickstartOptions,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<QuickstartResult> {
  const folder = new RunFolder(options.out);
  const earlier = options.resume ? await earlierQuickstart(folder) : undefined;
  return withinRun(folder.path, () => startIn({ folder, terminal, signal }, options, earlier));
}

async function startIn(
  { folder, terminal, signal }: Place,
  options: QuickstartOptions,
  earlier: Awaited<ReturnType<typeof earlierQuickstart>> | undefined,
): Promise<QuickstartResult> {
  const { resume } = options;
  terminal.heading('Set-up');
  const backend = await prepareBackend(earlier?.backend ?? options.backend, terminal, signal);
  const data = await loadData(earlier?.data ?? { name: 'fashion-mnist' }, { terminal, signal });
  if (!resume) await folder.begin((aside) => terminal.say(`The run that was in ${folder.path} is now in ${aside}`));
  const place = { folder, terminal, signal };
  const shipped = await openPipeline('shipped', { draws: 'images' });
  try {
    terminal.heading('Drawing with the shipped weights');
    await drawGrid(shipped, 'samples-pretrained.png', { ...place, seed: earlier?.seed ?? options.seed });

    const settings = earlier ?? (await newQuickstart(options, { backend: backend.name, data, signal }));
    const config = { ...settings, backend: backend.name } as RunConfig;
    const resumeCommand = howToRun(`quickstart --resume${options.out === DEFAULT_OUT ? '' : ` --out ${options.out}`}`);
    const request = { folder, config, resume, data };
    const outcome = await runTrainingWithin(request, { backend, resumeCommand, terminal, signal });
    return await scoreRun(outcome, shipped, place);
  } finally {
    shipped.dispose();
  }
}

interface Place {
  folder: RunFolder;
  terminal: Terminal;
  signal: AbortSignal;
}

/** Draws, scores and reports what a run has trained. */
async function scoreRun(
  { config, backend, steps }: TrainingOutcome,
  shipped: ImagePipeline,
  place: Place,
): Promise<QuickstartResult> {
  const { folder, terminal } = place;
  const opened: ImagePipeline[] = [];
  const open = async (path: string, grid: string) => {
    const pipeline = await openPipeline(path, { draws: 'images' });
    opened.push(pipeline);
    await drawGrid(pipeline, grid, { ...place, seed: config.seed });
    return pipeline;
  };
  try {
    const start = await open(config.init!, 'samples-start.png');
    const fresh = await open(folder.path, 'samples.png');
    terminal.heading('Scoring');
    const { seed, records } = config;
    const measured = await scoreAll({ fresh, start, shipped }, { ...place, seed, count: records.metricCount });
    const { examplesPerSecond } = trainingPace(await readRecords(folder.path));
    const training = { steps, imagesPerSecond: examplesPerSecond };
    const result: QuickstartResult = { folder: folder.path, config, backend, ...measured, training };
    const command = howToRun(`quickstart --seed ${seed} --steps ${steps}`);
    await writeAtomically(folder.file('report.html'), await quickstartReport(result, folder, command));
    await writeAtomically(folder.file('result.json'), `${JSON.stringify(result, null, 2)}\n`);
    summarise(result, command, terminal);
    return result;
  } finally {
    opened.forEach((pipeline) => pipeline.dispose());
  }
}

/** Draws 100 images into a PNG. */
async function drawGrid(
  pipeline: ImagePipeline,
  name: string,
  { folder, terminal, signal, seed }: Place & { seed: number },
): Promise<void> {
  const options = { count: BATCH, batch: BATCH, key: keysOf(seed).samples, signal };
  const { samples, secondsPerBatch } = await timedSamples(pipeline, options);
  try {
    await writeAtomically(folder.file(name), await imageGrid(samples, { columns: 10, scale: 2 }));
  } finally {
    samples.dispose();
  }
  terminal.say(`${BATCH} images in ${secondsPerBatch.toFixed(1)} s: ${folder.file(name)}`);
}

function summarise({ scores, sampling, folder }: QuickstartResult, command: string, terminal: Terminal): void {
  const each = ((1000 * sampling.secondsPerBatch) / sampling.batch).toFixed(1);
  terminal.say(`noise            ${formatFid(scores.noise)}`);
  terminal.say(`its start        ${formatFid(scores.start)}`);
  terminal.say(`this run         ${formatFid(scores.fresh)}`);
  terminal.say(`shipped weights  ${formatFid(scores.shipped)}`);
  terminal.say(`real images      ${formatFid(scores.floor)}`);
  terminal.say(`sampling         ${sampling.networkCalls} network calls, ${each} ms per image`);
  terminal.heading('Done');
  terminal.say(`Pictures, weights and curves: ${folder}/report.html`);
  terminal.say(`The same again: ${command}`);
}

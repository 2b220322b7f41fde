import { duration } from '@diffgan/records';
import type { Experiment } from '../experiment.ts';
import { Results, type ResultsFile, type TrainingResult } from '../results.ts';

/** The page of an experiment, in Markdown: it follows from its results alone. */
export function pageOf(experiment: Experiment, file: ResultsFile): string {
  const { about, verdict, body, differs } = experiment.page(new Results(file));
  const { id } = experiment;
  const parts = [
    `# ${id}: ${file.title}`,
    `<!-- \`diffgan reproduce ${id}\` writes this page from results/${id}/results.json. -->`,
    `${about} (${file.paper}.)`,
    ...stateOf(file),
    `**${verdict}**`,
    ...body,
    ...file.sheets.map((sheet) => sheetOf(experiment, sheet)),
    '## What differs from the paper',
    differs.map((item) => `- ${item}`).join('\n'),
    '## How it was made',
    `    ${commandOf(experiment, file)}`,
    ...howItWasMade(file),
  ];
  return `${parts.join('\n\n')}\n`;
}

function sheetOf({ id, sheets = [] }: Experiment, { file, caption, rows }: ResultsFile['sheets'][number]): string {
  const all = sheets.find((one) => one.file === file)?.rows ?? [];
  const note = !rows || rows.length === all.length ? '' : ` Only these rows are there yet: ${rows.join(', ')}.`;
  return `![${caption}](../../results/${id}/${file})\n\n${caption}${note}`;
}

/** What a reader must know before the numbers. */
function stateOf({ scale, missing }: ResultsFile): string[] {
  return [
    ...(scale === 1 ? [] : [`**A trial of ${100 * scale} % of the steps and samples: its numbers say nothing.**`]),
    ...(missing.length === 0 ? [] : [`Not all of it has been run. Missing: ${missing.join(', ')}.`]),
  ];
}

function commandOf({ id }: Experiment, { seeds, small, scale }: ResultsFile): string {
  const flags = [
    ...(seeds.length > 1 ? [`--seeds ${seeds.length}`] : []),
    ...(small ? ['--small'] : []),
    ...(scale === 1 ? [] : [`--scale ${scale}`]),
  ];
  return ['npm run diffgan -- reproduce', id, ...flags].join(' ');
}

function howItWasMade({ experiment, trainings, measurements, seeds, versions }: ResultsFile): string[] {
  const drawn = measurements.flatMap(({ settings }) => ('count' in settings && 'seed' in settings ? [settings] : []));
  const counts = [...new Set(drawn.map(({ count, seed }) => `${count} samples of seed ${seed}`))];
  const spread =
    seeds.length > 1
      ? `± is the standard deviation over ${seeds.length} seeds of training.`
      : 'There is one seed of training. ± of FID is its standard deviation over resamples of the images, that of KID its standard error; neither tells what another training would come to.';
  const told = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  return [
    ...(counts.length === 0 ? [] : [`Each score is of ${counts.join(' or ')}. ${spread}`]),
    ...(trainings.length === 0 ? [] : [tableOf(trainings)]),
    `Settings of each training and all numbers: [results.json](../../results/${experiment}/results.json). ${told.join(', ')}.`,
  ];
}

function tableOf(trainings: readonly TrainingResult[]): string {
  const rows = trainings.map(({ name, seed, config, steps, seconds, diverged, warnings }) => {
    const { batch = 32, learningRate, precision = 'float32' } = config.training;
    const rates =
      typeof learningRate === 'object' ? Object.values(learningRate).join(' / ') : String(learningRate ?? '');
    const notes = [...(diverged === undefined ? [] : ['diverged']), ...Object.keys(warnings)];
    return [name, seed, steps, batch, rates, precision, duration(seconds), notes.join(', ')].map(String);
  });
  const head = ['training', 'seed', 'steps', 'batch', 'learning rates', 'precision', 'time', 'warnings'];
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

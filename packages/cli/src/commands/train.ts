import { rm } from 'node:fs/promises';
import * as tf from '@tensorflow/tfjs-core';
import { writeAtomically } from '@diffgan/files';
import type { BackendInfo } from '@diffgan/runtime';
import { CheckpointWriteError, setParameters, type TrainResult } from '@diffgan/training';
import { saveModel } from '@diffgan/unet';
import { RecordsWriteError, type RunRecords, runRecords, runReport, type RunReportParts } from '@diffgan/records/node';
import { clock, trainingPace } from '@diffgan/records';
import type { JsonObject } from '../config/merge.ts';
import { runPresets } from '../presets/presets.ts';
import { prepareBackend } from '../setup/prepare-backend.ts';
import { runVersions } from '../run/run-versions.ts';
import { Interrupted } from '../terminal/interrupt.ts';
import { RunFolder } from '../run/run-folder.ts';
import { type Terminal } from '../terminal/terminal.ts';
import { Averages, drawnNetwork } from '../train/averages.ts';
import { saveGamma } from '../run/gamma-folder.ts';
import { loadData } from '../train/load-data.ts';
import { assertSettings, type Settings } from '../run/settings.ts';
import { type GivenSettings, resolveSettings } from '../train/resolve-settings.ts';
import type { RunConfig } from '../run/run-config.ts';
import { makeModels } from '../run/run-models.ts';
import { sampleMetric } from '../scores/sample-metric.ts';
import { takeStartWeights } from '../train/start-weights.ts';
import { formatValues, type RunParts, TrainRun } from '../train/train-run.ts';
import { UsageError } from '../terminal/usage-error.ts';

/** Options of the train command. */
export interface TrainCommandOptions extends GivenSettings {
  resume: boolean;
  /** Folder of the run. @defaultValue `runs/` and the name of preset or file */
  out?: string;
}

/** What a run came to. */
export interface TrainCommandResult {
  folder: string;
  config: RunConfig;
  backend: string;
  /** Finished steps. */
  steps: number;
  /** Seconds of training, those before an interruption included. */
  seconds: number;
  /** Scores of the averaged weights, where there are any for the data. */
  scores: Record<string, number>;
  /** The best state, of which `best/` in the folder holds the weights. */
  best?: { metric: string; value: number; step: number };
}

/** Trains what preset, file and options say, or goes on with a run. */
export async function train(
  options: TrainCommandOptions,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<TrainCommandResult> {
  const { folder, settings } = options.resume ? await earlierRun(options) : await newRun(options);
  terminal.heading('Set-up');
  const backend = await prepareBackend(settings.backend, terminal, signal);
  const config = { ...settings, backend: backend.name } as RunConfig;
  const owned: { dispose(): void }[] = [];
  const own = <T extends { dispose(): void }>(part: T): T => {
    owned.push(part);
    return part;
  };
  try {
    const models = own(makeModels(config));
    const averages = drawnNetwork(config) === undefined ? undefined : own(new Averages(config));
    const data = await loadData(config.data, { terminal, signal });
    const scored = averages && config.records.metricEvery > 0 ? await sampleMetric(config.data) : undefined;
    const metric = scored && own(scored);
    if (!options.resume && config.init !== undefined) await takeStartWeights(config.init, models, terminal);
    if (!options.resume) await begin(folder, config, terminal);
    const records = await runRecords(folder.path, { resume: options.resume });
    const parts: RunParts = { settings: config, folder, data, models, averages, metric, records, terminal, signal };
    return await runToTheEnd(parts, config, { backend, resume: options.resume });
  } finally {
    owned.forEach((part) => part.dispose());
  }
}

/** A trainer refuses settings that do not fit together or the data: there is no run then, and nothing to set aside the next time. */
async function refused(error: unknown, { records, folder }: RunParts): Promise<never> {
  if (records.lines.length > 0 || !(error instanceof RangeError || error instanceof TypeError)) throw error;
  await rm(folder.file('config.json'), { force: true });
  throw new UsageError(error.message, { cause: error });
}

async function newRun(options: TrainCommandOptions): Promise<{ folder: RunFolder; settings: Settings }> {
  const { name, settings } = await resolveSettings(options);
  return { folder: new RunFolder(options.out ?? `runs/${name}`), settings };
}

const settingNames = ['config', 'set', 'seed', 'backend', 'init', 'steps', 'images', 'minutes', 'precision'] as const;

/** A run goes on with its own settings, so none can be given with it. */
async function earlierRun(options: TrainCommandOptions): Promise<{ folder: RunFolder; settings: Settings }> {
  const { out, preset } = options;
  const given = settingNames.filter((name) => options[name] !== undefined);
  if (given.length > 0)
    throw new UsageError(
      `--resume goes on with the settings of the run; leave out ${given.map((name) => `--${name}`).join(', ')}`,
    );
  if (out === undefined && preset === undefined)
    throw new UsageError('--resume goes on with a run; name its folder with --out, or its --preset');
  const folder = new RunFolder(out ?? `runs/${preset}`);
  const settings = await folder.readConfig((json: JsonObject) => {
    assertSettings(json);
    return json as unknown as RunConfig;
  });
  return { folder, settings };
}

async function begin(folder: RunFolder, config: RunConfig, terminal: Terminal): Promise<void> {
  const aside = await folder.begin();
  if (aside !== undefined) terminal.say(`The run that was in ${folder.path} is now in ${aside}`);
  await folder.writeConfig(config);
}

async function runToTheEnd(
  parts: RunParts,
  config: RunConfig,
  { backend, resume }: { backend: BackendInfo; resume: boolean },
): Promise<TrainCommandResult> {
  const { terminal, folder, records, models } = parts;
  const began = performance.now();
  terminal.heading(`Training: ${titleOf(config)}`);
  terminal.say(`${describeLength(config)}, seed ${config.seed}; Ctrl-C saves and stops`);
  const run = new TrainRun(parts);
  const report = async (outcome: Pick<RunReportParts, 'scores' | 'ended'>) => {
    const whole = (performance.now() - began) / 1000;
    const about = { config, backend: backend.description, seconds: whole, ...outcome };
    await writeAtomically(folder.file('report.html'), await reportOf(parts, about));
  };
  const training = reported(records, report, () => explained(run, () => run.train({ resume })));
  const trained = await (resume ? training : training.catch((error: unknown) => refused(error, parts)));
  const finish = async (): Promise<TrainCommandResult> => {
    await saveNetworks(trained, parts);
    const scores = await drawAtTheEnd(run, trained);
    const { steps } = trained;
    const seconds = trainingPace(records.lines).seconds;
    const best = bestOf(records);
    const found = { steps, seconds, scores, ...(best && { best }) };
    const result = { folder: folder.path, config, backend: backend.description, ...found };
    await report({ scores: scoreTable(scores, config) });
    await writeAtomically(folder.file('result.json'), `${JSON.stringify(result, null, 2)}\n`);
    await records.close();
    return result;
  };
  try {
    const result = await explained(run, finish);
    summarise(result, Object.keys(models.networks), terminal);
    return result;
  } finally {
    tf.dispose(trained.averages);
  }
}

/** Writes the averaged weights as model folders, those of further decays beside them. */
async function saveNetworks({ averages }: TrainResult, { models, folder, settings }: RunParts): Promise<void> {
  const { networks, gamma } = models;
  for (const [name, vector] of Object.entries(averages).reverse()) {
    const [base] = name.split('@'); // the first decay comes last, and stays in the models
    if (base === 'gamma') {
      setParameters(gamma!, vector);
    } else {
      setParameters(networks[base], vector);
      await saveModel(folder.file(name), networks[base]);
    }
  }
  if (gamma && settings.task === 'vdm') await saveGamma(folder.file('gamma'), gamma, settings.schedule);
}

/** The last picture and the scores. */
async function drawAtTheEnd(run: TrainRun, { averages: vectors, steps }: TrainResult): Promise<Record<string, number>> {
  const { averages, metric, terminal } = run.parts;
  if (!averages) return {};
  averages.set(vectors);
  await run.picture(steps);
  if (!metric) return {};
  const scores = await run.score();
  terminal.finish();
  return scores;
}

/** Leaves a report of a run that ends before its time too: it shows what went wrong. */
async function reported<T>(
  records: RunRecords,
  report: (outcome: { ended: string }) => Promise<void>,
  work: () => Promise<T>,
): Promise<T> {
  const last = records.lines.at(-1);
  try {
    return await work();
  } catch (error) {
    const trained = records.lines.at(-1) !== last;
    if (trained) await report({ ended: (error as Error).message }).catch(() => undefined); // the error is what to tell of
    throw error;
  }
}

/** Says how to go on after what ends a run before its time. */
async function explained<T>(run: TrainRun, work: () => Promise<T>): Promise<T> {
  const { folder, signal } = run.parts;
  const resume = `diffgan train --resume --out ${folder.given}`;
  try {
    return await work();
  } catch (error) {
    const saved = `The state after step ${run.saved} is saved in ${folder.path}`;
    if (signal.aborted && run.saved > 0)
      throw new Interrupted(`Stopped. ${saved}. Go on with: ${resume}`, { cause: error });
    if (error instanceof CheckpointWriteError || error instanceof RecordsWriteError)
      error.message += `. Then go on with: ${resume}`;
    else if (isDiskFull(error)) error.message += `. ${saved}. Free some space, then go on with: ${resume}`;
    throw error;
  }
}

function isDiskFull(error: unknown): error is Error {
  if (!(error instanceof Error)) return false;
  return (error as NodeJS.ErrnoException).code === 'ENOSPC' || isDiskFull(error.cause);
}

function bestOf({ lines }: RunRecords): TrainCommandResult['best'] {
  const line = lines.findLast(({ type }) => type === 'best');
  return line?.type === 'best' ? { metric: line.metric, value: line.value, step: line.step } : undefined;
}

const titleOf = ({ preset, task, data }: RunConfig): string =>
  preset === null ? `${task} on ${data.name}` : `${preset}, ${runPresets[preset]?.about ?? `${task} on ${data.name}`}`;

function describeLength({ training }: RunConfig): string {
  const { steps, images, minutes, batch = 32 } = training;
  const ends = [
    ...(steps === undefined ? [] : [`${steps} steps`]),
    ...(images === undefined ? [] : [`${images} examples`]),
    ...(minutes === undefined ? [] : [`${minutes} minutes`]),
  ];
  return `${ends.join(' or ')} in batches of ${batch}`;
}

function reportOf(
  { records, folder }: RunParts,
  {
    config,
    backend,
    seconds,
    ...outcome
  }: { config: RunConfig; backend: string; seconds: number } & Pick<RunReportParts, 'scores' | 'ended'>,
): Promise<string> {
  return runReport({
    ...{ folder: folder.path, config, records },
    title: titleOf(config),
    timing: { seconds },
    versions: runVersions(backend),
    command: `diffgan train --config ${folder.file('config.json')}`,
    ...outcome,
  });
}

function scoreTable(scores: Record<string, number>, { records }: RunConfig): string[][] | undefined {
  const rows = Object.entries(scores).map(([name, value]) => [name, formatNumber(value), String(records.metricCount)]);
  return rows.length === 0 ? undefined : [['score', 'value', 'samples'], ...rows];
}

const formatNumber = (value: number): string => (Number.isInteger(value) ? String(value) : value.toPrecision(4));

function summarise(
  { folder, steps, seconds, scores, best, config }: TrainCommandResult,
  names: string[],
  terminal: Terminal,
): void {
  terminal.heading('Done');
  terminal.say(`${steps} steps in ${clock(seconds)}`);
  if (Object.keys(scores).length > 0)
    terminal.say(`Scores of ${config.records.metricCount} samples: ${formatValues(scores)}`);
  if (best) terminal.say(`Best: ${best.metric} ${formatNumber(best.value)} after step ${best.step}, ${folder}/best`);
  terminal.say(`Weights: ${names.map((name) => `${folder}/${name}`).join(', ')}`);
  terminal.say(`Curves and pictures: ${folder}/report.html`);
  if (config.task !== 'classifier') terminal.say(`Draw samples: diffgan sample --from ${folder}`);
}

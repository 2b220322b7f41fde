import { readFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { kinds, parse } from '@diffgan/config';
import {
  describePipeline,
  type DescribePipelineOptions,
  type ImagePipeline,
  loadPipeline,
  MissingScheduleError,
  type Pipeline,
  type PipelineDescription,
  type SamplingConfig,
} from '@diffgan/hub';
import type { Precision } from '@diffgan/runtime';
import { loadModel, modelSchemas } from '@diffgan/unet';
import { UsageError } from '../errors.ts';
import { folderHas } from '../run/folder-has.ts';
import { shippedName } from '../run/shipped-model.ts';
import { compileNetwork } from './compile-network.ts';
import { parseSchedule } from './parse-schedule.ts';
import { usageOf } from './usage-of.ts';

/** What may be told of a network besides where it lies; plain data, which other processes are told, too. */
export interface OpenOptions {
  /** Schedule of a network whose folder does not tell it, such as `linear:1000`. */
  schedule?: string;
  /** Takes the place of what the folder says. */
  sampling?: Partial<SamplingConfig>;
  /** What it must draw. @defaultValue whatever it draws */
  draws?: DescribePipelineOptions['draws'];
  /** Folder of a classifier, or of its run. */
  classifier?: string;
  /** Folder of a worse model of the same data, or of its run: autoguidance leads away from it. */
  worse?: string;
  /** What the network computes in. @defaultValue `'float32'` */
  precision?: Precision;
}

const WEIGHTS = 'model.safetensors';

/** Networks that a run is drawn from. */
const roles = ['generator', 'denoiser'];

/**
 * Whether {@link openPipeline} would find a network there.
 *
 * @example
 * ```ts
 * isModel('shipped'); // true
 * ```
 */
export const isModel = (path: string): boolean =>
  shippedName(path) !== undefined ||
  [path, ...roles.map((role) => join(path, role))].some((folder) => folderHas(folder, WEIGHTS));

/**
 * Tells what {@link openPipeline} will draw, and how, before a backend is there.
 *
 * @throws UsageError when there is no network, the schedule is no schedule, there is no classifier, or the options do not fit the network
 * @example
 * ```ts
 * const { sampleShape } = await checkModel('shipped'); // [28, 28, 1]
 * ```
 */
export async function checkModel(path: string, options: OpenOptions = {}): Promise<PipelineDescription> {
  const { classifier, worse } = options;
  const [source, told] = toldOf(path, options);
  try {
    const guide = classifier === undefined ? undefined : await readClassifier(classifierFolder(classifier));
    const bad = worse === undefined ? undefined : await describeWorse(worse, options);
    const found = await describePipeline(source, { ...told, classifier: guide, worse: bad?.network });
    if (bad) assertAlike(worse!, bad, found);
    return found;
  } catch (error) {
    throw refusal(path, error);
  }
}

/**
 * Opens `shipped`, a model by name, the folder of a run or that of a network. The caller ends with `dispose`.
 *
 * @throws UsageError when it holds nothing to draw from, or not all that drawing takes
 * @example
 * ```ts
 * const pipeline = await openPipeline('shipped');
 * pipeline.dispose();
 * ```
 */
export function openPipeline(path: string, options: OpenOptions & { draws: 'images' }): Promise<ImagePipeline>;
export function openPipeline(path: string, options?: OpenOptions): Promise<Pipeline>;
export async function openPipeline(path: string, options: OpenOptions = {}): Promise<Pipeline> {
  const [source, told] = toldOf(path, options);
  const guides: { dispose(): void }[] = [];
  const own = <T extends { dispose(): void }>(guide: T): T => {
    guides.push(guide);
    return guide;
  };
  const dispose = () => guides.forEach((guide) => guide.dispose());
  try {
    const classifier = options.classifier === undefined ? undefined : own(await openClassifier(options.classifier));
    const bad = options.worse === undefined ? undefined : own(await openWorse(options.worse, options));
    const compile = compileNetwork(options.precision);
    const pipeline = await loadPipeline(source, { ...told, classifier, worse: bad?.networks.denoiser, compile });
    own(pipeline);
    if (bad) assertAlike(options.worse!, bad, pipeline);
    return { ...pipeline, dispose };
  } catch (error) {
    dispose();
    throw refusal(path, error);
  }
}

/** The worse model as it lies there, by its configuration alone. */
const describeWorse = (worse: string, { schedule }: OpenOptions) => describePipeline(...toldOf(worse, { schedule }));

async function openWorse(worse: string, { schedule }: OpenOptions): Promise<Pipeline> {
  const pipeline = await openPipeline(worse, { schedule });
  if (pipeline.networks.denoiser) return pipeline;
  pipeline.dispose();
  throw new UsageError(`--autoguidance: ${worse} is no denoiser; give an earlier or smaller one of the same data`);
}

type Told = Pick<Pipeline, 'schedule' | 'sampling'>;

/** Refuses a worse model of other steps, or that predicts something else: the difference of the two would mean nothing. */
function assertAlike(worse: string, bad: Told, good: Told): void {
  const facts = [bad, good].map(({ schedule, sampling }) => ({
    steps: typeof schedule === 'function' ? 'γ' : schedule.beta.join(),
    predicts:
      sampling.predicts === 'edm' ? `edm with σ_data ${sampling.sigmaData ?? 0.5}` : (sampling.predicts ?? 'eps'),
  }));
  const differs = (['steps', 'predicts'] as const).find((name) => facts[0][name] !== facts[1][name]);
  if (differs === undefined) return;
  const what = differs === 'steps' ? 'was trained on another noise schedule' : `predicts ${facts[0].predicts}`;
  throw new UsageError(`--autoguidance: ${worse} ${what}; give one that was trained as the model itself`);
}

/** What is for the user to change, as a usage error. */
const refusal = (path: string, error: unknown): unknown =>
  error instanceof MissingScheduleError
    ? new UsageError(
        `${path} does not tell the noise schedule that its network was trained with; give it, such as --schedule linear:1000`,
        { cause: error },
      )
    : usageOf(error);

/** Where the model lies, and what is told of it besides. */
function toldOf(
  path: string,
  { schedule: text, sampling, draws }: OpenOptions,
): [source: string, told: DescribePipelineOptions] {
  if (!isModel(path))
    throw new UsageError(
      `${path} holds no network to draw from; give the folder of a run, of a generator or denoiser, or shipped`,
    );
  const schedule = text === undefined ? undefined : parseSchedule(text);
  const { source, network } = schedule ? { source: path } : placeOf(path);
  return [shippedName(path) ?? source, { network, schedule, sampling, draws }];
}

/** The folder of a network in that of a run is drawn from as the run says. */
function placeOf(path: string): { source: string; network?: string } {
  const [name, run] = [basename(resolve(path)), dirname(resolve(path))];
  const isRole = roles.includes(name.split('@')[0]);
  if (shippedName(path) !== undefined || !isRole || !folderHas(run, 'config.json')) return { source: path };
  return { source: run, network: name };
}

function classifierFolder(path: string): string {
  const home = folderHas(join(path, 'classifier'), WEIGHTS) ? join(path, 'classifier') : path;
  if (!folderHas(home, WEIGHTS))
    throw new UsageError(`--classifier: ${path} holds no network; give the folder of a classifier or of its run`);
  return home;
}

/** The configuration of a classifier. */
async function readClassifier(home: string): Promise<{ classes: number }> {
  const file = join(home, 'config.json');
  const refuse = (why: string) => new UsageError(`--classifier: ${file} describes no network: ${why}`);
  const json: unknown = JSON.parse(await readFile(file, 'utf8'));
  const config = parse(kinds('kind', modelSchemas), json, refuse);
  if (config.kind === 'noise-classifier' || config.kind === 'mlp-classifier') return config;
  throw new UsageError(
    `--classifier: ${home} holds a ${config.kind}; give the folder of a classifier of noised examples`,
  );
}

async function openClassifier(path: string): Promise<LayersModel> {
  const home = classifierFolder(path);
  await readClassifier(home);
  return loadModel(home);
}

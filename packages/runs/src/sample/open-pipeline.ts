import { basename, dirname, join, resolve } from 'node:path';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { loadPipeline, MissingScheduleError, modelNames, type Pipeline, type SamplingConfig } from '@diffgan/hub';
import type { Precision } from '@diffgan/runtime';
import { loadModel, modelConfig } from '@diffgan/unet';
import { UsageError } from '../errors.ts';
import { folderHas } from '../run/folder-has.ts';
import { shippedModel } from '../run/shipped-model.ts';
import { compileNetwork } from './compile-network.ts';
import { parseSchedule } from './parse-schedule.ts';
import { usageOf } from './usage-of.ts';

/** What may be told of a network besides where it lies; plain data, which other processes are told, too. */
export interface OpenOptions {
  /** Schedule of a network whose folder does not tell it, such as `linear:1000`. */
  schedule?: string;
  /** Takes the place of what the folder says. */
  sampling?: Partial<SamplingConfig>;
  /** Folder of a classifier, or of its run. */
  classifier?: string;
  /** What the network computes in. @defaultValue `'float32'` */
  precision?: Precision;
}

const WEIGHTS = 'model.safetensors';

/** Networks that a run is drawn from. */
const roles = ['generator', 'denoiser'];

const isName = (path: string): boolean => path === 'shipped' || modelNames.some((name) => name === path);

/**
 * Whether {@link openPipeline} would find a network there.
 *
 * @example
 * ```ts
 * isModel('shipped'); // true
 * ```
 */
export const isModel = (path: string): boolean =>
  isName(path) || [path, ...roles.map((role) => join(path, role))].some((folder) => folderHas(folder, WEIGHTS));

/**
 * Checks what can be known of {@link openPipeline} before a backend is there.
 *
 * @throws UsageError when there is no network, the schedule is no schedule, or there is no classifier
 * @example
 * ```ts
 * checkModel('shipped');
 * ```
 */
export function checkModel(path: string, { schedule, classifier }: OpenOptions = {}): void {
  if (!isModel(path))
    throw new UsageError(
      `${path} holds no network to draw from; give the folder of a run, of a generator or denoiser, or shipped`,
    );
  if (schedule !== undefined) parseSchedule(schedule);
  if (classifier !== undefined) classifierFolder(classifier);
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
export async function openPipeline(path: string, options: OpenOptions = {}): Promise<Pipeline> {
  checkModel(path, options);
  const schedule = options.schedule === undefined ? undefined : parseSchedule(options.schedule);
  const classifier = options.classifier === undefined ? undefined : await openClassifier(options.classifier);
  const { source, network } = schedule ? { source: path } : placeOf(path);
  try {
    const pipeline = await loadPipeline(path === 'shipped' ? shippedModel : source, {
      network,
      schedule,
      sampling: options.sampling,
      classifier,
      compile: compileNetwork(options.precision),
    });
    return {
      ...pipeline,
      dispose() {
        pipeline.dispose();
        classifier?.dispose();
      },
    };
  } catch (error) {
    classifier?.dispose();
    if (error instanceof MissingScheduleError)
      throw new UsageError(
        `${path} does not tell the noise schedule that its network was trained with; give it, such as --schedule linear:1000`,
        { cause: error },
      );
    throw usageOf(error);
  }
}

/** The folder of a network in that of a run is drawn from as the run says. */
function placeOf(path: string): { source: string; network?: string } {
  const [name, run] = [basename(resolve(path)), dirname(resolve(path))];
  const isRole = roles.includes(name.split('@')[0]);
  if (isName(path) || !isRole || !folderHas(run, 'config.json')) return { source: path };
  return { source: run, network: name };
}

function classifierFolder(path: string): string {
  const home = folderHas(join(path, 'classifier'), WEIGHTS) ? join(path, 'classifier') : path;
  if (!folderHas(home, WEIGHTS))
    throw new UsageError(`--classifier: ${path} holds no network; give the folder of a classifier or of its run`);
  return home;
}

async function openClassifier(path: string): Promise<LayersModel> {
  const home = classifierFolder(path);
  const model = await loadModel(home);
  const { kind } = modelConfig(model);
  if (kind.endsWith('classifier')) return model;
  model.dispose();
  throw new UsageError(`--classifier: ${home} holds a ${kind}; give the folder of a classifier of noised examples`);
}

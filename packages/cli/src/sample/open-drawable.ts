import { basename, dirname, join, resolve } from 'node:path';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { linearGamma, vpSchedule } from '@diffgan/schedule';
import { loadModel, modelConfig, type VdmDenoiserConfig } from '@diffgan/unet';
import type { JsonObject } from '../config/merge.ts';
import { readConfigFile } from '../config/read-config-file.ts';
import { folderHas } from '../run/folder-has.ts';
import { shippedModel, shippedSteps } from '../run/shipped-model.ts';
import { loadGamma } from '../run/gamma-folder.ts';
import { assertSettings, type Settings } from '../run/settings.ts';
import { scheduleOf } from '../run/run-models.ts';
import { UsageError } from '../terminal/usage-error.ts';
import { type Drawable, drawableOf } from './drawable.ts';
import { parseSchedule } from './parse-schedule.ts';
import type { SamplingConfig } from '../run/sampling-config.ts';

/** What may be told of a network besides where it lies; plain data, which other processes are told, too. */
export interface OpenOptions {
  /** Schedule of a network whose folder does not tell it, such as `linear:1000`. */
  schedule?: string;
  /** Takes the place of what the folder says. */
  sampling?: Partial<SamplingConfig>;
  /** Folder of a classifier, or of its run. */
  classifier?: string;
}

/** Networks that a run is drawn from. */
const roles = ['generator', 'denoiser'];

const homeOf = (folder: string, names: readonly string[]): string =>
  names.map((name) => join(folder, name)).find((home) => folderHas(home, 'model.safetensors')) ?? folder;

/** Whether {@link openDrawable} would find a network there. */
export const isDrawable = (path: string): boolean =>
  path === 'shipped' || folderHas(homeOf(path, roles), 'model.safetensors');

/**
 * Opens `shipped`, the folder of a run or that of a network. The caller ends with {@link closeDrawable}.
 *
 * @throws UsageError when it holds nothing to draw from, or not all that drawing takes
 */
export async function openDrawable(path: string, options: OpenOptions = {}): Promise<Drawable> {
  const folder = path === 'shipped' ? shippedModel : path;
  const home = homeOf(folder, roles);
  if (!folderHas(home, 'model.safetensors'))
    throw new UsageError(
      `${path} holds no network to draw from; give the folder of a run, of a generator or denoiser, or shipped`,
    );
  const model = await loadModel(home);
  try {
    const { schedule, sampling, ablations } = await howToDraw(home, model, options);
    return drawableOf(model, schedule, {
      name: path === 'shipped' ? 'the shipped weights' : path,
      sampling: overridden(sampling, options.sampling),
      ablations,
      ...(options.classifier !== undefined && { classifier: await openClassifier(options.classifier) }),
    });
  } catch (error) {
    model.dispose();
    throw error;
  }
}

/** Frees what {@link openDrawable} opened. */
export function closeDrawable({ model, classifier }: Drawable): void {
  model.dispose();
  classifier?.dispose();
}

async function openClassifier(path: string): Promise<LayersModel> {
  const home = homeOf(path, ['classifier']);
  if (!folderHas(home, 'model.safetensors'))
    throw new UsageError(`--classifier: ${path} holds no network; give the folder of a classifier or of its run`);
  const model = await loadModel(home);
  const { kind } = modelConfig(model);
  if (kind.endsWith('classifier')) return model;
  model.dispose();
  throw new UsageError(`--classifier: ${home} holds a ${kind}; give the folder of a classifier of noised examples`);
}

/** The options of one sampler mean nothing to another. */
function overridden(own: SamplingConfig, given: Partial<SamplingConfig> = {}): SamplingConfig {
  const another = given.sampler !== undefined && given.sampler !== own.sampler;
  return {
    ...own,
    ...(another && { steps: undefined, spacing: undefined, eta: undefined, order: undefined, variance: undefined }),
    ...((another || given.steps !== undefined || given.spacing !== undefined) && { sigmas: undefined }),
    ...(given.sigmas && { steps: undefined, spacing: undefined }),
    ...given,
  };
}

type How = Pick<Drawable, 'schedule' | 'sampling' | 'ablations'>;

/** What the run, the command line or the network itself says about the schedule. */
async function howToDraw(home: string, model: LayersModel, { schedule }: OpenOptions): Promise<How> {
  const { kind, ...config } = modelConfig(model);
  if (!/(generator|denoiser|unet)$/.test(kind))
    throw new UsageError(`${home} holds a ${kind}, from which nothing can be drawn`);
  const sampling: SamplingConfig = { sampler: kind.endsWith('generator') ? 'ddgan' : 'ddpm' };
  if (schedule !== undefined) return { schedule: parseSchedule(schedule), sampling };
  const run = await runOf(home);
  if (run) return run;
  if (kind === 'vdm-denoiser') {
    const { gamma0, gamma1 } = config as VdmDenoiserConfig;
    return { schedule: linearGamma({ gamma0, gamma1 }), sampling: { sampler: 'vdm' } };
  }
  if (kind === 'ddgan-generator') return { schedule: vpSchedule(shippedSteps), sampling };
  throw new UsageError(
    `${home} does not tell the noise schedule that its ${kind} was trained with; give it, such as --schedule linear:1000`,
  );
}

/** What the run of a network says, whose folder lies in that of the run. */
async function runOf(home: string): Promise<How | undefined> {
  const folder = dirname(resolve(home));
  if (!roles.includes(basename(resolve(home))) || !folderHas(folder, 'config.json')) return undefined;
  const config = await readConfigFile(join(folder, 'config.json'));
  if (config.command === 'train') return howToDrawRun(folder, config);
  if (config.command !== 'quickstart' || !Number.isSafeInteger(config.diffusionSteps)) return undefined;
  return { schedule: vpSchedule(config.diffusionSteps as number), sampling: { sampler: 'ddgan' } };
}

async function howToDrawRun(folder: string, config: JsonObject): Promise<How> {
  assertSettings(config);
  const settings = config as unknown as Settings;
  const { sampling } = settings;
  if (settings.task === 'ddgan')
    return { schedule: scheduleOf(settings.schedule), sampling, ablations: settings.training };
  if (settings.task !== 'vdm') return { schedule: scheduleOf(settings.schedule), sampling };
  const gamma = await loadGamma(join(folder, 'gamma'));
  try {
    return { schedule: await gamma.toFunction(), sampling };
  } finally {
    gamma.dispose();
  }
}

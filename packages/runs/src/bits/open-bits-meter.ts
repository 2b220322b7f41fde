import { join } from 'node:path';
import { edmDenoiser, type GammaNetwork, gammaNetwork, type VarianceKind } from '@diffgan/objectives';
import { loadModel, modelConfig } from '@diffgan/unet';
import { readConfigFile } from '../config/read-config-file.ts';
import { UsageError } from '../errors.ts';
import type { DataConfig } from '../run/data-config.ts';
import { folderHas } from '../run/folder-has.ts';
import { loadGamma } from '../run/gamma-folder.ts';
import { asRunConfig } from '../run/run-config.ts';
import { modelHome } from '../run/shipped-model.ts';
import { scheduleOf } from '../tasks/make-networks.ts';
import type { RunConfig } from '../tasks/tasks.ts';
import type { BitsMeter } from './bits-meter.ts';
import { DdpmBits } from './ddpm-bits.ts';
import { VdmBits } from './vdm-bits.ts';

/** What may be told of the bound. */
export interface BoundChoice {
  /** Variance of the reverse steps of a DDPM. @defaultValue that of its training */
  readonly variance?: VarianceKind;
  /** Whether x̂0 of a DDPM is clipped to [−1, 1], as released evaluations do; the bound is lower then. */
  readonly clip: boolean;
  /** Estimates of the bound of a VDM, each at one time per image. */
  readonly times: number;
  /** Whether a VDM is measured with a straight γ between the ends of its own. */
  readonly straight?: boolean;
}

/** A meter with the data that its model was trained on. */
export interface OpenedMeter {
  readonly meter: BitsMeter;
  readonly data: DataConfig;
  /** What the bound is of, in the words of reports. */
  readonly about: string;
}

/**
 * Opens the folder of a run of `diffgan train`, or a shipped model by name. The caller ends with `meter.dispose`.
 *
 * @throws UsageError for what has no likelihood: generators, classifiers, networks of points or with labels
 * @example
 * ```ts fragment
 * const { meter, about } = await openBitsMeter('runs/ddpm', { clip: false, times: 1 });
 * meter.dispose();
 * ```
 */
export async function openBitsMeter(from: string, choice: BoundChoice): Promise<OpenedMeter> {
  const folder = modelHome(from);
  if (!folderHas(folder, 'config.json') || !folderHas(join(folder, 'denoiser'), 'model.safetensors'))
    throw new UsageError(
      `${from} is no finished run of a DDPM or a VDM, nor one that ships; give the folder of one, such as runs/mine`,
    );
  const config = asRunConfig(await readConfigFile(join(folder, 'config.json')));
  const model = await loadModel(join(folder, 'denoiser'));
  try {
    const { classes } = modelConfig(model) as { classes?: number };
    if (classes !== undefined || model.inputs[0].shape.length !== 4)
      throw new UsageError(`${from}: bits are of images and of networks without labels`);
    const own = await meterOf(folder, config, { model, ...choice });
    const dispose = () => {
      own.meter.dispose();
      model.dispose();
    };
    const meter: BitsMeter = { measure: (...told) => own.meter.measure(...told), dispose };
    return { meter, data: config.data, about: own.about };
  } catch (error) {
    model.dispose();
    throw error;
  }
}

type Choice = BoundChoice & { model: Awaited<ReturnType<typeof loadModel>> };

async function meterOf(
  folder: string,
  config: RunConfig,
  { model, clip, times, straight = false, ...choice }: Choice,
): Promise<Pick<OpenedMeter, 'meter' | 'about'>> {
  if (config.task === 'ddpm') {
    const { predicts, edm } = config.training;
    const variance = choice.variance ?? config.training.variance ?? 'fixedLarge';
    const schedule = scheduleOf(config.schedule);
    const about = `${schedule.steps} steps, variance ${variance}${clip ? ', x̂0 clipped' : ''}`;
    const denoiser = predicts === 'edm' ? edmDenoiser(model, edm) : model;
    const told = { predicts: predicts === 'edm' ? ('x0' as const) : predicts, variance, clip };
    return { meter: new DdpmBits(denoiser, schedule, told), about };
  }
  if (config.task === 'vdm') {
    const { levels = 256, diffusionSteps: steps } = config.training;
    const own = await loadGamma(join(folder, 'gamma'), config.schedule);
    const gamma = straight ? await straightened(own) : own;
    const about = `${steps === undefined ? 'continuous time' : `${steps} steps`}, ${times} times per image`;
    return { meter: ownedGamma(new VdmBits(model, gamma, { levels, steps, times }), gamma), about };
  }
  throw new UsageError(`${folder} holds a ${config.task}, which has no likelihood; give a DDPM or a VDM`);
}

/** A straight γ between the ends of another, which is disposed. */
async function straightened(own: GammaNetwork): Promise<GammaNetwork> {
  try {
    const at = await own.toFunction();
    return gammaNetwork({ kind: 'linear', gamma0: at(0), gamma1: at(1), learnEndPoints: false });
  } finally {
    own.dispose();
  }
}

const ownedGamma = (meter: BitsMeter, gamma: GammaNetwork): BitsMeter => ({
  measure: (...told) => meter.measure(...told),
  dispose: () => {
    meter.dispose();
    gamma.dispose();
  },
});

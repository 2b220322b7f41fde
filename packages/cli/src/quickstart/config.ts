import type { LayersModel } from '@tensorflow/tfjs-layers';
import { createPipeline, type Pipeline } from '@diffgan/hub';
import { type NoiseSchedule, vpSchedule } from '@diffgan/schedule';
import type { JsonObject } from '../config/merge.ts';
import { compileNetwork } from '../sample/compile-network.ts';

/** The resolved settings of a quickstart run: what `config.json` in its folder holds. */
export interface QuickstartConfig {
  command: 'quickstart';
  /** Version of diffgan that started the run. */
  version: string;
  backend: string;
  seed: number;
  /** Training time asked for; `steps` is what came of it on this machine. */
  minutes: number | null;
  steps: number;
  preset: 'fashion-mnist-tiny';
  diffusionSteps: number;
  batch: number;
  learningRate: { generator: number; critic: number };
  finalLearningRate: number;
  r1: { gamma: number; every: number };
  /** Weight of the generator's squared error. */
  reconstruction: number;
  emaDecay: number;
  /** Images drawn for each score. */
  samples: number;
}

/** What every quickstart run shares; few steps, hence the high learning rates, the short average and the help of the squared error. */
export const quickstartDefaults = {
  command: 'quickstart',
  preset: 'fashion-mnist-tiny',
  diffusionSteps: 4,
  batch: 32,
  learningRate: { generator: 1e-3, critic: 1e-3 },
  finalLearningRate: 1e-5,
  r1: { gamma: 0.2, every: 10 },
  reconstruction: 2,
  emaDecay: 0.995,
} as const;

/** The schedule of a run. */
export const scheduleOf = (config: Pick<QuickstartConfig, 'diffusionSteps'>): NoiseSchedule =>
  vpSchedule(config.diffusionSteps);

/** What to draw from a generator of a run. */
export const pipelineOf = (generator: LayersModel, config: Pick<QuickstartConfig, 'diffusionSteps'>): Pipeline =>
  createPipeline({
    networks: { generator },
    schedule: scheduleOf(config),
    sampling: { sampler: 'ddgan' },
    compile: compileNetwork(),
  });

/** @throws TypeError for the settings of something else. */
export function asQuickstartConfig(json: JsonObject): QuickstartConfig {
  if (json.command === 'quickstart' && Number.isInteger(json.steps)) return json as unknown as QuickstartConfig;
  throw new TypeError('it is not the config of a quickstart run');
}

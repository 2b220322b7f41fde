import type { LayersModel } from '@tensorflow/tfjs-layers';
import { type GammaConfig, type ScheduleConfig, scheduleFromConfig } from '@diffgan/hub';
import { type GammaNetwork, gammaNetwork } from '@diffgan/objectives';
import type { Key } from '@diffgan/ops';
import type { NoiseSchedule } from '@diffgan/schedule';
import { createModel, type ModelConfig } from '@diffgan/unet';
import { UsageError } from '../terminal/usage-error.ts';
import { keysOf } from './keys.ts';
import type { Settings } from './settings.ts';

/** The networks of a run by name, and the schedule of a VDM, which is one, too. */
export interface RunModels {
  networks: Readonly<Record<string, LayersModel>>;
  gamma?: GammaNetwork;
  dispose(): void;
}

/** Makes the networks of a run, with fresh weights. */
export function makeModels({ networks, seed, task, schedule }: Settings): RunModels {
  const keys = keysOf(seed);
  const made: Record<string, LayersModel> = {};
  const dispose = () => Object.values(made).forEach((model) => model.dispose());
  try {
    for (const [name, config] of Object.entries<ModelConfig>(networks))
      made[name] = namingSetting(`networks.${name}`, () => createModel(config, { key: keys[name as 'generator'] }));
  } catch (error) {
    dispose();
    throw error;
  }
  if (task !== 'vdm') return { networks: made, dispose };
  const gamma = makeGamma(schedule, keys.gamma);
  return { networks: made, gamma, dispose: () => [gamma, ...Object.values(made)].forEach((model) => model.dispose()) };
}

/** The schedule of a VDM at its start. */
export const makeGamma = (config: GammaConfig, key?: Key): GammaNetwork =>
  namingSetting('schedule', () => gammaNetwork({ ...config, key }));

/** The schedule of all others. */
export function scheduleOf(config: ScheduleConfig): NoiseSchedule {
  return namingSetting('schedule', () => scheduleFromConfig(config));
}

/** Says which setting it was whose parts do not fit together. */
function namingSetting<T>(path: string, make: () => T): T {
  try {
    return make();
  } catch (cause) {
    if (!(cause instanceof RangeError || cause instanceof TypeError)) throw cause;
    throw new UsageError(`${path}: ${cause.message}`, { cause });
  }
}

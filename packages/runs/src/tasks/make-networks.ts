import type { LayersModel } from '@tensorflow/tfjs-layers';
import { type GammaConfig, type ScheduleConfig, scheduleFromConfig } from '@diffgan/hub';
import { type GammaNetwork, gammaNetwork } from '@diffgan/objectives';
import type { Key } from '@diffgan/ops';
import type { NoiseSchedule } from '@diffgan/schedule';
import { createModel, type ModelConfig } from '@diffgan/unet';
import { UsageError } from '../errors.ts';
import { keysOf } from '../run/keys.ts';
import type { RunModels } from './task.ts';

/** What networks are made from. */
interface Settings {
  readonly networks: Readonly<Record<string, ModelConfig>>;
  readonly seed: number;
}

/** Makes the networks of a run, each with fresh weights from its own key. */
export function makeNetworks({ networks, seed }: Settings): RunModels {
  const keys: Readonly<Record<string, Key>> = keysOf(seed);
  const made: Record<string, LayersModel> = {};
  const dispose = () => Object.values(made).forEach((model) => model.dispose());
  try {
    for (const [name, config] of Object.entries(networks))
      made[name] = namingSetting(`networks.${name}`, () => createModel(config, { key: keys[name] }));
  } catch (error) {
    dispose();
    throw error;
  }
  return { networks: made, dispose };
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

import type { LayersModel } from '@tensorflow/tfjs-layers';
import type { ObjectSchema } from '@diffgan/config';
import type { GammaNetwork } from '@diffgan/objectives';
import type { Teacher, TrainEvent, TrainOptions, TrainResult } from '@diffgan/training';

/** The networks of a run by name, and the schedule of a VDM, which is one, too. */
export interface RunModels {
  networks: Readonly<Record<string, LayersModel>>;
  gamma?: GammaNetwork;
  /** What a student learns from. */
  teacher?: Teacher;
  dispose(): void;
}

/** What a run gives its trainer besides the settings. */
export type Provided = Pick<
  TrainOptions,
  'data' | 'key' | 'checkpoint' | 'validation' | 'metric' | 'signal' | 'processes'
>;

/** Something that can be trained: all that tells it from the others. */
export interface TaskDefinition<Run> {
  /** What the settings of a run may be, in the order in which people read them. */
  readonly schema: ObjectSchema<Run>;
  /** Name of the network that samples are drawn from; none of a classifier. */
  readonly drawn?: 'generator' | 'denoiser';
  /** Makes the networks of a run, with fresh weights. */
  models(config: Run): RunModels;
  /** Trains them. */
  train(config: Run, models: RunModels, provided: Provided): AsyncGenerator<TrainEvent, TrainResult>;
}

import { object, oneOf, optional } from '@diffgan/config';
import { type ScheduleConfig, scheduleSchema } from '@diffgan/hub';
import { trainDdgan } from '@diffgan/training';
import type {
  DdganDiscriminatorConfig,
  DdganGeneratorConfig,
  MlpCriticConfig,
  MlpGeneratorConfig,
} from '@diffgan/unet';
import {
  type DdganTraining,
  ddganTrainingSchema,
  type Pretraining,
  pretrainingSchema,
} from '../run/training-config.ts';
import { type AnyRun, headFields, network, resultFields, sourceFields, startFields } from './any-run.ts';
import { makeNetworks, scheduleOf } from './make-networks.ts';
import type { TaskDefinition } from './task.ts';

/** Trains a denoising diffusion GAN. */
export interface DdganRun extends AnyRun {
  /** What is trained. */
  task: 'ddgan';
  /** The networks. */
  networks: {
    /** What draws examples. */
    generator: DdganGeneratorConfig | MlpGeneratorConfig;
    /** What tells them from the data. */
    critic: DdganDiscriminatorConfig | MlpCriticConfig;
  };
  /** The noise schedule. */
  schedule: ScheduleConfig;
  /**
   * How a denoiser is trained first, by the squared error of x̂0: the network of the generator without its latent, on the same steps. Generator
   * and critic start from it as far as they are that U-Net, which saves the game its first, blind half. For `unet` generators.
   *
   * @defaultValue none
   */
  pretraining?: Pretraining;
  /** How they are trained. */
  training: DdganTraining;
}

/** A denoising diffusion GAN. */
export const ddganTask: TaskDefinition<DdganRun> = {
  schema: object<DdganRun>({
    ...headFields,
    task: oneOf('ddgan'),
    ...sourceFields,
    networks: object<DdganRun['networks']>({
      generator: network('ddgan-generator', 'mlp-generator'),
      critic: network('ddgan-discriminator', 'mlp-critic'),
    }),
    ...startFields,
    schedule: scheduleSchema,
    pretraining: optional(pretrainingSchema),
    training: ddganTrainingSchema,
    ...resultFields,
  }),
  drawn: 'generator',
  models: makeNetworks,
  train: ({ training, schedule }, { networks: { generator, critic } }, provided) =>
    trainDdgan({ generator, critic }, scheduleOf(schedule), { ...training, ...provided }),
};

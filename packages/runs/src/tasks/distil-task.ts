import { number, object, oneOf, optional, text } from '@diffgan/config';
import { type ScheduleConfig, scheduleSchema } from '@diffgan/hub';
import { distil } from '@diffgan/training';
import type {
  DdganDiscriminatorConfig,
  DdganGeneratorConfig,
  DdpmUnetConfig,
  MlpCriticConfig,
  MlpDenoiserConfig,
  MlpGeneratorConfig,
} from '@diffgan/unet';
import { type DistilTraining, distilTrainingSchema } from '../run/training-config.ts';
import { type AnyRun, headFields, network, resultFields, sourceFields, startFields } from './any-run.ts';
import { makeNetworks, scheduleOf } from './make-networks.ts';
import type { TaskDefinition } from './task.ts';

/** Distils a denoiser of many steps into a generator of few. */
export interface DistilRun extends AnyRun {
  /** What is trained. */
  task: 'distil';
  /** The teacher, a denoiser: folder of its run or network, or a shipped model by name, such as fashion-mnist-ddpm. The networks start from it, the generator unless `init` says else. */
  teacher: string;
  /** How strongly the teacher is guided by itself without the class, w: the student learns (1 + w) ε̂(x, c) − w ε̂(x, ∅). It must have been trained with `nullClass`. @defaultValue 0 */
  guidance?: number;
  /** The networks. */
  networks: {
    /** The student, which draws examples. */
    generator: DdganGeneratorConfig | MlpGeneratorConfig;
    /** What learns the scores of the student's samples: a network like the teacher. */
    fake: DdpmUnetConfig | MlpDenoiserConfig;
    /** What tells samples from the data. @defaultValue none, which `rkl` without `adversarial` needs */
    critic?: DdganDiscriminatorConfig | MlpCriticConfig;
  };
  /** The student's noise schedule. */
  schedule: ScheduleConfig;
  /** How they are trained. */
  training: DistilTraining;
}

/** A student of a denoiser. */
export const distilTask: TaskDefinition<DistilRun> = {
  schema: object<DistilRun>({
    ...headFields,
    task: oneOf('distil'),
    teacher: text(),
    guidance: optional(number({ min: -1, max: 100 })),
    ...sourceFields,
    networks: object<DistilRun['networks']>({
      generator: network('ddgan-generator', 'mlp-generator'),
      fake: network('ddpm-unet', 'mlp-denoiser'),
      critic: optional(network('ddgan-discriminator', 'mlp-critic')),
    }),
    ...startFields,
    schedule: scheduleSchema,
    training: distilTrainingSchema,
    ...resultFields,
  }),
  drawn: 'generator',
  models: makeNetworks,
  train: ({ training, schedule }, { networks: { generator, fake, critic }, teacher }, provided) =>
    distil({ generator, fake, critic }, teacher!, scheduleOf(schedule), { ...training, ...provided }),
};

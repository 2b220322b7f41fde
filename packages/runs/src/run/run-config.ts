import { integer, kinds, object, type ObjectOf, oneOf, optional, orNull, parse, text } from '@diffgan/config';
import { type GammaConfig, gammaSchema, samplingSchema, type ScheduleConfig, scheduleSchema } from '@diffgan/hub';
import {
  type DdganDiscriminatorConfig,
  type DdganGeneratorConfig,
  type DdpmUnetConfig,
  type MlpClassifierConfig,
  type MlpCriticConfig,
  type MlpDenoiserConfig,
  type MlpGeneratorConfig,
  modelSchemas,
  type NoiseClassifierConfig,
  type VdmDenoiserConfig,
} from '@diffgan/unet';
import { UsageError } from '../errors.ts';
import { dataSchema } from './data-config.ts';
import { describeSettings } from './describe-settings.ts';
import { recordsSchema } from './records-config.ts';
import {
  type ClassifierTraining,
  classifierTrainingSchema,
  type DdganTraining,
  ddganTrainingSchema,
  type DdpmTraining,
  ddpmTrainingSchema,
  type VdmTraining,
  vdmTrainingSchema,
} from './training-config.ts';

const headFields = {
  /** Where the description of such files lies, for editors. */
  $schema: optional(text()),
  /** The command that wrote the file. */
  command: oneOf('train'),
  /** Version of diffgan that started the run. */
  version: text(),
  /** The preset that the run started from. */
  preset: orNull(text()),
  /** Seed of everything random, except for the data. @defaultValue 0 */
  seed: integer(0, Number.MAX_SAFE_INTEGER),
  /** Backend that the run started on, on which it goes on: tensorflow, webgpu, wasm or cpu. @defaultValue the first that works */
  backend: optional(text()),
};

const sourceFields = {
  /** What to learn from. */
  data: dataSchema,
};

const startFields = {
  /** Folder of a run or of a network whose weights the networks start from. @defaultValue fresh weights */
  init: optional(text()),
};

const resultFields = {
  /** What is written down, and when. */
  records: recordsSchema,
  /** How to draw from the result unless told otherwise. */
  sampling: samplingSchema,
};

/** What runs of all tasks have. */
interface AnyRun
  extends
    ObjectOf<typeof headFields>,
    ObjectOf<typeof sourceFields>,
    ObjectOf<typeof startFields>,
    ObjectOf<typeof resultFields> {}

/** Trains a denoising model. */
export interface DdpmRun extends AnyRun {
  /** What is trained. */
  task: 'ddpm';
  /** The network. */
  networks: {
    /** What predicts the noise. */
    denoiser: DdpmUnetConfig | MlpDenoiserConfig;
  };
  /** The noise schedule. */
  schedule: ScheduleConfig;
  /** How it is trained. */
  training: DdpmTraining;
}

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
  /** How they are trained. */
  training: DdganTraining;
}

/** Trains a variational diffusion model. */
export interface VdmRun extends AnyRun {
  /** What is trained. */
  task: 'vdm';
  /** The network. */
  networks: {
    /** What predicts the noise. */
    denoiser: VdmDenoiserConfig | MlpDenoiserConfig;
  };
  /** The noise schedule, which is learned. */
  schedule: GammaConfig;
  /** How they are trained. */
  training: VdmTraining;
}

/** Trains a classifier of noised examples. */
export interface ClassifierRun extends AnyRun {
  /** What is trained. */
  task: 'classifier';
  /** The network. */
  networks: {
    /** What tells the class. */
    classifier: NoiseClassifierConfig | MlpClassifierConfig;
  };
  /** The noise schedule. */
  schedule: ScheduleConfig;
  /** How it is trained. */
  training: ClassifierTraining;
}

/** The resolved settings of a run of `diffgan train`: what `config.json` in its folder holds, and all that the run depends on. */
export type RunConfig = DdpmRun | DdganRun | VdmRun | ClassifierRun;

/** What can be trained. */
export type Task = RunConfig['task'];

/** The networks of these kinds. */
const network = <K extends keyof typeof modelSchemas>(...names: K[]) =>
  kinds('kind', Object.fromEntries(names.map((name) => [name, modelSchemas[name]])) as Pick<typeof modelSchemas, K>);

/** What the settings of a run may be, by task; in the order in which people read them. */
export const runSchema = kinds('task', {
  ddpm: object<DdpmRun>({
    ...headFields,
    task: oneOf('ddpm'),
    ...sourceFields,
    networks: object<DdpmRun['networks']>({ denoiser: network('ddpm-unet', 'mlp-denoiser') }),
    ...startFields,
    schedule: scheduleSchema,
    training: ddpmTrainingSchema,
    ...resultFields,
  }),
  ddgan: object<DdganRun>({
    ...headFields,
    task: oneOf('ddgan'),
    ...sourceFields,
    networks: object<DdganRun['networks']>({
      generator: network('ddgan-generator', 'mlp-generator'),
      critic: network('ddgan-discriminator', 'mlp-critic'),
    }),
    ...startFields,
    schedule: scheduleSchema,
    training: ddganTrainingSchema,
    ...resultFields,
  }),
  vdm: object<VdmRun>({
    ...headFields,
    task: oneOf('vdm'),
    ...sourceFields,
    networks: object<VdmRun['networks']>({ denoiser: network('vdm-denoiser', 'mlp-denoiser') }),
    ...startFields,
    schedule: gammaSchema,
    training: vdmTrainingSchema,
    ...resultFields,
  }),
  classifier: object<ClassifierRun>({
    ...headFields,
    task: oneOf('classifier'),
    ...sourceFields,
    networks: object<ClassifierRun['networks']>({ classifier: network('noise-classifier', 'mlp-classifier') }),
    ...startFields,
    schedule: scheduleSchema,
    training: classifierTrainingSchema,
    ...resultFields,
  }),
});

/**
 * The settings of a run, checked down to the last key.
 *
 * @throws UsageError naming the path of the setting that is wrong, and the nearest known name.
 */
export function asRunConfig(json: unknown): RunConfig {
  const config = parse(runSchema, json, (problem, path) => new UsageError(withMeaning(problem, path)));
  delete config.$schema; // says something of the file, not of the run
  return config;
}

/** Who lacks a setting wants to know what it is for. */
function withMeaning(problem: string, path: string): string {
  const missing = `${path} is missing`;
  const setting = problem.startsWith(missing) ? describeSettings().find((each) => each.path === path) : undefined;
  return setting === undefined ? problem : `${missing}. ${setting.about}`;
}

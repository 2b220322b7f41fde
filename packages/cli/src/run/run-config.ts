import type { GammaConfig, SamplingConfig, ScheduleConfig } from '@diffgan/hub';
import type { MinSnrWeightOptions, VlbWeightOptions } from '@diffgan/objectives';
import type {
  TrainClassifierOptions,
  TrainDdganOptions,
  TrainDdpmOptions,
  TrainOptions,
  TrainVdmOptions,
} from '@diffgan/training';
import type { ModelConfig } from '@diffgan/unet';

/** The resolved settings of a run of `diffgan train`: what `config.json` in its folder holds, and all that the run depends on. */
export type RunConfig = DdpmRun | DdganRun | VdmRun | ClassifierRun;

/** What can be trained. */
export type Task = RunConfig['task'];

/** What runs of all tasks have. */
export interface AnyRun {
  command: 'train';
  /** Version of diffgan that started the run. */
  version: string;
  /** The preset that the run started from. */
  preset: string | null;
  /** Seed of everything random, except for the data. */
  seed: number;
  /** Backend that the run started on; a run goes on there. */
  backend: string;
  /** Folder of a run or of a network whose weights the networks started from. @defaultValue fresh weights */
  init?: string;
  data: DataConfig;
  records: RecordsConfig;
  /** How to draw from the result unless told otherwise. */
  sampling: SamplingConfig;
}

/** Trains a denoising model. */
export interface DdpmRun extends AnyRun {
  task: 'ddpm';
  networks: { denoiser: ModelConfig };
  schedule: ScheduleConfig;
  training: DdpmTraining;
}

/** Trains a denoising diffusion GAN. */
export interface DdganRun extends AnyRun {
  task: 'ddgan';
  networks: { generator: ModelConfig; critic: ModelConfig };
  schedule: ScheduleConfig;
  training: DdganTraining;
}

/** Trains a variational diffusion model. */
export interface VdmRun extends AnyRun {
  task: 'vdm';
  networks: { denoiser: ModelConfig };
  schedule: GammaConfig;
  training: VdmTraining;
}

/** Trains a classifier of noised examples. */
export interface ClassifierRun extends AnyRun {
  task: 'classifier';
  networks: { classifier: ModelConfig };
  schedule: ScheduleConfig;
  training: ClassifierTraining;
}

/** Where examples come from. */
export type DataConfig = FileData | ImageFolderData | PointData;

/** A data set with a training and a test part. */
export interface FileData {
  name: 'fashion-mnist' | 'stacked-fashion-mnist' | 'cifar10';
  /** Folder with its files. @defaultValue the usual places */
  dir?: string;
  /** Keep only the first so many images. */
  limit?: number;
}

/** PNG files of the user. */
export interface ImageFolderData {
  name: 'image-folder';
  /** The folder; sub-folders are classes. */
  folder: string;
  /** Height and width. */
  size: number;
  /** Channels: 1 for grey, 3 for RGB. */
  channels: 1 | 3;
  limit?: number;
}

/** Points that are drawn from a mixture of Gaussians. */
export interface PointData {
  name: 'gaussians25' | 'three-gaussians';
  /** How many points. */
  count: number;
  /** Multiplies all coordinates. @defaultValue 1 */
  scale?: number;
  /** Seed of the points. @defaultValue 0 */
  seed?: number;
}

/** Options of a trainer that a run itself provides. */
type Provided = 'data' | 'key' | 'checkpoint' | 'validation' | 'metric' | 'signal';

/** Options that all trainers share. */
export type AnyTraining = Omit<TrainOptions, Provided>;

/** Options of `trainDdpm`; `weight` by name. */
export type DdpmTraining = Omit<TrainDdpmOptions, Provided | 'weight'> & { weight?: WeightConfig };

/** Options of `trainDdgan`. */
export type DdganTraining = Omit<TrainDdganOptions, Provided>;

/** Options of `trainVdm`. */
export type VdmTraining = Omit<TrainVdmOptions, Provided>;

/** Options of `trainClassifier`. */
export type ClassifierTraining = Omit<TrainClassifierOptions, Provided>;

/** A weight of the steps in L_simple: `minSnrWeight` or `vlbWeight` of `@diffgan/objectives`. */
export type WeightConfig =
  ({ name: 'minSnr' } & Omit<MinSnrWeightOptions, 'predicts'>) | ({ name: 'vlb' } & VlbWeightOptions);

/** What a run writes down, and when. */
export interface RecordsConfig {
  /** Steps from one checkpoint to the next. */
  checkpointEvery: number;
  /** Steps from one picture of samples to the next. */
  picturesEvery: number;
  /** Samples in a picture. */
  pictureCount: number;
  /** Steps from one validation to the next; 0 for none. */
  validationEvery: number;
  /** Batches of a validation. */
  validationBatches: number;
  /** Steps from one measurement of samples to the next; 0 for none. */
  metricEvery: number;
  /** Samples that are measured. */
  metricCount: number;
}

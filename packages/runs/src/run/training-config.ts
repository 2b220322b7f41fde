import {
  boolean,
  either,
  type Fields,
  integer,
  kinds,
  listOf,
  listOrObject,
  number,
  object,
  oneOf,
  optional,
  pairOf,
  type Schema,
} from '@diffgan/config';
import { type AdversarialLossName, type DistillationDivergence, divergenceNames } from '@diffgan/fgan-losses';
import { predictionSchema, varianceSchema } from '@diffgan/hub';
import type { LossAwareTimestepsOptions, MinSnrWeightOptions, VlbWeightOptions } from '@diffgan/objectives';
import { precisions } from '@diffgan/runtime';
import type {
  AucTimestepsOptions,
  DistilOptions,
  EdmTraining,
  FadingWeight,
  LabelOptions,
  TrainClassifierOptions,
  TrainDdganOptions,
  TrainDdpmOptions,
  TrainOptions,
  TrainVdmOptions,
} from '@diffgan/training';

// What a trainer takes is said by its options: their types decide what a schema must hold, and what they say of a field is what help says.

/** Options of a trainer that a run itself provides. */
type Provided = 'data' | 'key' | 'checkpoint' | 'validation' | 'metric' | 'signal' | 'processes';

/** Options that all trainers share. */
type AnyTraining = Omit<TrainOptions, Provided>;

/** A weight of the steps in L_simple: `minSnrWeight` or `vlbWeight` of `@diffgan/objectives`. */
export type WeightConfig =
  | ({
      /** Min-SNR. */
      name: 'minSnr';
    } & Omit<MinSnrWeightOptions, 'predicts'>)
  | ({
      /** The bound. */
      name: 'vlb';
    } & VlbWeightOptions);

/** Options of `trainDdpm`; `weight` by name. */
export type DdpmTraining = Omit<TrainDdpmOptions, Provided | 'weight'> & {
  /** Weight of each step in L_simple: of Min-SNR, or of the bound. @defaultValue 1 for all */
  weight?: WeightConfig;
};

/** Options of `trainDdgan`. */
export type DdganTraining = Omit<TrainDdganOptions, Provided>;

/** Options of `distil`. */
export type DistilTraining = Omit<DistilOptions, Provided>;

/** How the denoiser is trained that a game starts from. */
export type Pretraining = AnyTraining & Pick<DdpmTraining, 'learningRate' | 'finalLearningRate'>;

/** Options of `trainVdm`. */
export type VdmTraining = Omit<TrainVdmOptions, Provided>;

/** Options of `trainClassifier`. */
export type ClassifierTraining = Omit<TrainClassifierOptions, Provided>;

type Given<T> = Exclude<T, undefined>;

const MAX_STEPS = 1e9;
const share = number({ min: 0, max: 1 });
const decay = number({ min: 0, below: 1 });
const weight = number({ min: 0 });
const positive = number({ above: 0 });
const rate = number({ min: 0, max: 10 });

const emaRamp = object<Exclude<Given<AnyTraining['emaWarmup']>, string>>({
  power: optional(positive),
  invGamma: optional(positive),
});

const shared: Fields<AnyTraining> = {
  steps: optional(integer(1, MAX_STEPS)),
  images: optional(integer(1, 1e12)),
  minutes: optional(number({ above: 0, max: 1e6 })),
  batch: optional(integer(1, 65536)),
  accumulate: optional(integer(1, 65536)),
  adam: optional(
    object<Given<AnyTraining['adam']>>({
      beta1: optional(decay),
      beta2: optional(decay),
      epsilon: optional(number({ min: 1e-30, max: 1 })),
      weightDecay: optional(share),
    }),
  ),
  clipNorm: optional(positive),
  precision: optional(oneOf(...precisions)),
  warmup: optional(integer(0, MAX_STEPS)),
  emaDecay: optional(either(decay, listOf(decay, { min: 1, max: 8 }))),
  emaWarmup: optional(either(oneOf('ratio', 'none'), emaRamp)),
  flip: optional(boolean()),
  augment: optional(share),
};

const labels: Fields<LabelOptions> = {
  labelDropping: optional(share),
  nullLabel: optional(integer(0, 2 ** 20)),
};

const weights = kinds('name', {
  minSnr: object<Extract<WeightConfig, { name: 'minSnr' }>>({ name: oneOf('minSnr'), gamma: optional(positive) }),
  vlb: object<Extract<WeightConfig, { name: 'vlb' }>>({
    name: oneOf('vlb'),
    variance: optional(oneOf('fixedLarge', 'fixedSmall')),
  }),
});

const lossAware = object<LossAwareTimestepsOptions>({
  history: optional(integer(1, 1000)),
  uniform: optional(share),
});

/** What the trainer of a DDPM may be told. */
export const ddpmTrainingSchema = object<DdpmTraining>({
  ...shared,
  ...labels,
  learningRate: optional(rate),
  finalLearningRate: optional(rate),
  predicts: optional(predictionSchema),
  edm: optional(
    object<EdmTraining>({
      sigmaData: optional(number({ min: 1e-6, max: 1e6 })),
      logSigmaMean: optional(number({ min: -100, below: 100 })),
      logSigmaStd: optional(number({ min: 0, below: 100 })),
    }),
  ),
  variance: optional(varianceSchema),
  objective: optional(oneOf('simple', 'hybrid', 'vlb')),
  weight: optional(weights),
  timesteps: optional(either(oneOf('uniform', 'lossAware'), lossAware)),
  levels: optional(integer(2, 65536)),
  decoderForm: optional(oneOf('stable', 'parity')),
});

/** What may be told of the denoiser that a game starts from. */
export const pretrainingSchema = object<Pretraining>({
  ...shared,
  learningRate: optional(rate),
  finalLearningRate: optional(rate),
});

const lossName: Schema<AdversarialLossName> = oneOf(...divergenceNames, 'wgan', 'hinge', 'lsgan');
const loss = object<Exclude<Given<DdganTraining['loss']>, string>>({
  name: lossName,
  generator: optional(oneOf('saturating', 'nonSaturating')),
  expLimit: optional(positive),
  relativistic: optional(boolean()),
});

const interval = { every: optional(integer(1, 1e6)), scale: optional(boolean()) };
const slopePenalty = object<Given<DdganTraining['r1']>>({ gamma: weight, ...interval });
const gradientPenalty = object<Given<DdganTraining['gradientPenalty']>>({
  lambda: weight,
  target: optional(weight),
  oneSided: optional(boolean()),
  ...interval,
});

const players = object<Given<DdganTraining['learningRate']>>({ generator: rate, critic: rate });
const fading = object<FadingWeight>({ from: weight, to: optional(weight), until: positive });
const byAuc = object<AucTimestepsOptions>({ by: oneOf('auc'), uniform: optional(share) });

/** What the trainer of a DDGAN may be told. */
export const ddganTrainingSchema = object<DdganTraining>({
  ...shared,
  ...labels,
  learningRate: optional(players),
  finalLearningRate: optional(either(rate, players)),
  loss: optional(either(lossName, loss)),
  timesteps: optional(either(oneOf('uniform', 'auc'), listOrObject(listOf(weight, { min: 1, max: 10_000 }), byAuc))),
  criticAugment: optional(share),
  criticSteps: optional(integer(1, 100)),
  r1: optional(slopePenalty),
  r2: optional(slopePenalty),
  gradientPenalty: optional(gradientPenalty),
  reconstruction: optional(either(weight, fading)),
  reconstructionOf: optional(oneOf('x0', 'eps')),
  directDenoising: optional(boolean()),
  noiseGeneration: optional(boolean()),
  noLatent: optional(boolean()),
  oneShotAug: optional(boolean()),
});

const distilled = object<Readonly<Record<'generator' | 'fake' | 'critic', number>>>({
  generator: rate,
  fake: rate,
  critic: rate,
});
const distillation = divergenceNames.filter((name): name is DistillationDivergence => name !== 'tv');

/** What the trainer of a student may be told. */
export const distilTrainingSchema = object<DistilTraining>({
  ...shared,
  learningRate: optional(either(rate, distilled)),
  finalLearningRate: optional(either(rate, distilled)),
  divergence: optional(oneOf(...distillation)),
  adversarial: optional(weight),
  fakeSteps: optional(integer(1, 100)),
  levels: optional(pairOf(share)),
  weighting: optional(oneOf('error', 'none')),
  r1: optional(slopePenalty),
});

const denoiserAndGamma = object<Readonly<Record<'denoiser' | 'gamma', number>>>({ denoiser: rate, gamma: rate });

/** What the trainer of a VDM may be told. */
export const vdmTrainingSchema = object<VdmTraining>({
  ...shared,
  ...labels,
  learningRate: optional(either(rate, denoiserAndGamma)),
  finalLearningRate: optional(either(rate, denoiserAndGamma)),
  diffusionSteps: optional(integer(1, 1e6)),
  levels: optional(integer(0, 65536)),
});

/** What the trainer of a classifier may be told. */
export const classifierTrainingSchema = object<ClassifierTraining>({
  ...shared,
  learningRate: optional(rate),
  finalLearningRate: optional(rate),
});

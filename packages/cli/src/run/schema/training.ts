import { divergenceNames } from '@diffgan/fgan-losses';
import { precisions } from '@diffgan/runtime';
import type { AucTimestepsOptions, FadingWeight } from '@diffgan/training';
import {
  boolean,
  type Check,
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
  required,
} from '../../config/check.ts';
import type { AnyTraining, ClassifierTraining, DdganTraining, DdpmTraining, VdmTraining } from '../run-config.ts';

const MAX_STEPS = 1e9;
const rate = number({ min: 0, max: 10 });
const decay = number({ min: 0, below: 1 });
const perNetwork = (...names: string[]): Check =>
  object<Record<string, number>>(Object.fromEntries(names.map((name) => [name, required(rate, `Of the ${name}.`)])));
const lazy = {
  every: optional(integer(1, 1e6), 'Updates of the critic from one evaluation to the next.'),
  scale: optional(boolean, 'Whether it then counts `every` times.'),
};

const adam = object<NonNullable<AnyTraining['adam']>>({
  beta1: optional(decay, 'Decay of the first moment.'),
  beta2: optional(decay, 'Decay of the second moment.'),
  epsilon: optional(number({ min: 1e-30, max: 1 }), 'Added to the root of the second moment.'),
  weightDecay: optional(number({ min: 0, max: 1 }), 'Makes it AdamW.'),
});

const any: Fields<AnyTraining> = {
  steps: optional(integer(1, MAX_STEPS), 'Length of the run in steps.'),
  images: optional(integer(1, 1e12), 'Length of the run in training examples seen.'),
  minutes: optional(number({ above: 0, max: 1e6 }), 'Length of the run in minutes; alone it keeps the rates constant.'),
  batch: optional(integer(1, 65536), 'Examples per update; 32 unless told.'),
  accumulate: optional(integer(1, 65536), 'Shares into which a batch is cut, to save memory.'),
  adam: optional(adam, "Adam's numbers; a weightDecay makes it AdamW."),
  clipNorm: optional(number({ above: 0 }), 'Largest norm of a gradient.'),
  precision: optional(oneOf(...precisions), 'What convolutions and matrix products compute in; float32 unless told.'),
  warmup: optional(integer(0, MAX_STEPS), 'Steps over which the learning rates rise.'),
  emaDecay: optional(
    either(decay, listOf(decay, { min: 1, max: 8 })),
    'Decay of the running average of the weights, or several; the first is drawn with.',
  ),
  flip: optional(boolean, 'Whether each image is mirrored with probability ½.'),
  augment: optional(number({ min: 0, max: 1 }), 'Probability of each move of images, for networks that are told.'),
};

const labels = {
  labelDropping: optional(number({ min: 0, max: 1 }), 'Share of examples whose label is dropped, for guidance.'),
  nullLabel: optional(integer(0, 2 ** 20), 'The label that stands for none.'),
};

const rates = (check: Check) => ({
  learningRate: optional(check, 'Learning rate at the start.'),
  finalLearningRate: optional(check, 'Learning rate at the end of the run.'),
});

const weight = kinds('name', {
  minSnr: object({
    name: required(oneOf('minSnr'), 'Min-SNR.'),
    gamma: optional(number({ above: 0 }), 'Largest weight of the error of x0.'),
  }),
  vlb: object({
    name: required(oneOf('vlb'), 'The bound.'),
    variance: optional(oneOf('fixedLarge', 'fixedSmall'), 'Variance of the reverse step.'),
  }),
});

const lossAware = object({
  history: optional(integer(1, 1000), 'How many losses of each step count.'),
  uniform: optional(number({ min: 0, max: 1 }), 'Share of uniform draws.'),
});

const lossNames = [...divergenceNames, 'wgan', 'hinge', 'lsgan'];
const loss = either(
  oneOf(...lossNames),
  object({
    name: required(oneOf(...lossNames), 'Name of the loss.'),
    generator: optional(oneOf('saturating', 'nonSaturating'), 'What the generator minimises.'),
    expLimit: optional(number({ above: 0 }), 'Logit from which exponentials go on along a tangent.'),
    relativistic: optional(boolean, 'Whether pairs are compared: for gan, hinge and lsgan; then give r1 and r2.'),
  }),
);

const switches = (what: string) => optional(boolean, `Ablation: ${what}.`);

/** What the trainer of each task takes. */
export const training = {
  ddpm: object<DdpmTraining>({
    ...any,
    ...labels,
    ...rates(rate),
    predicts: optional(oneOf('eps', 'x0', 'v', 'mean'), 'What the network predicts.'),
    variance: optional(oneOf('fixedSmall', 'fixedLarge', 'learned', 'learnedRange'), 'Variance of the reverse steps.'),
    objective: optional(oneOf('simple', 'hybrid', 'vlb'), 'What is minimised.'),
    weight: optional(weight, 'Weight of each step in the simple objective.'),
    timesteps: optional(either(oneOf('uniform', 'lossAware'), lossAware), 'How steps are drawn.'),
    levels: optional(integer(2, 65536), 'Grey levels of the data.'),
  }),
  ddgan: object<DdganTraining>({
    ...any,
    ...labels,
    learningRate: optional(perNetwork('generator', 'critic'), 'Learning rates at the start.'),
    finalLearningRate: optional(either(rate, perNetwork('generator', 'critic')), 'Learning rates at the end.'),
    loss: optional(loss, 'The adversarial loss.'),
    timesteps: optional(
      either(
        oneOf('uniform', 'auc'),
        listOrObject(
          listOf(number({ min: 0 }), { min: 1, max: 10_000 }),
          object<AucTimestepsOptions>({
            by: required(oneOf('auc'), 'Where the critic is neither at chance nor always right.'),
            uniform: optional(number({ min: 0, max: 1 }), 'Share of uniform draws.'),
          }),
        ),
      ),
      'How steps t are drawn: uniform, with a weight for each, or by what the critic can tell (auc).',
    ),
    criticAugment: optional(number({ min: 0, max: 1 }), 'Probability with which the critic sees images moved and cut.'),
    criticSteps: optional(integer(1, 100), 'Updates of the critic per step.'),
    r1: optional(object({ gamma: required(number({ min: 0 }), 'Its weight.'), ...lazy }), 'R1 penalty, on data.'),
    r2: optional(object({ gamma: required(number({ min: 0 }), 'Its weight.'), ...lazy }), 'The same on samples.'),
    gradientPenalty: optional(
      object({
        lambda: required(number({ min: 0 }), 'Its weight.'),
        target: optional(number({ min: 0 }), 'The slope it asks for.'),
        oneSided: optional(boolean, 'Whether only steeper slopes cost.'),
        ...lazy,
      }),
      'Gradient penalty between data and samples.',
    ),
    reconstruction: optional(
      either(
        number({ min: 0 }),
        object<FadingWeight>({
          from: required(number({ min: 0 }), 'At the first step.'),
          to: optional(number({ min: 0 }), 'In the end; 0 unless told.'),
          until: required(
            number({ above: 0 }),
            'When that is reached: a share of the run up to 1, or a number of steps.',
          ),
        }),
      ),
      "Weight of the squared error in the generator's loss.",
    ),
    directDenoising: switches('the critic compares x̂0 with x0'),
    noiseGeneration: switches('the generator gives the noise in x_t'),
    noLatent: switches('the latent is 0'),
    oneShotAug: switches('a one-shot generator whose images are diffused for the critic'),
  }),
  vdm: object<VdmTraining>({
    ...any,
    ...labels,
    ...rates(either(rate, perNetwork('denoiser', 'gamma'))),
    diffusionSteps: optional(integer(1, 1e6), 'T of a discrete chain; continuous time unless told.'),
    levels: optional(integer(0, 65536), 'Grey levels of images; 0 for data that are no pixels.'),
  }),
  classifier: object<ClassifierTraining>({ ...any, ...rates(rate) }),
};

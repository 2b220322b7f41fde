import { object, type ObjectOf, oneOf, together } from '@diffgan/config';
import { classCount, waves, width, widths } from './bounds.ts';
import { type LabelConfig, labelCount, labelFields, nullBesideClasses } from './label-config.ts';
import { affordable, denseChain } from './parameter-count.ts';

const mlpFields = {
  /** Length of a vector: 2 for points of the plane. */
  dim: width,
  /** Width of each hidden layer. */
  hidden: widths(1),
  /** Width of the step embedding; even, at least 4. */
  timeWidth: waves,
};

/** What the networks for vectors have in common. */
export interface MlpConfig extends ObjectOf<typeof mlpFields> {}

/** Configuration of {@link mlpDenoiser}. */
export interface MlpDenoiserConfig extends MlpConfig, LabelConfig {
  kind: 'mlp-denoiser';
}

const latentField = {
  /** Width of the latent z. */
  latentDim: width,
};

/** Configuration of {@link mlpGenerator}. */
export interface MlpGeneratorConfig extends MlpConfig, LabelConfig, ObjectOf<typeof latentField> {
  kind: 'mlp-generator';
}

/** Configuration of {@link mlpCritic}. */
export interface MlpCriticConfig extends MlpConfig, LabelConfig {
  kind: 'mlp-critic';
}

const classesField = {
  /** Number of classes. */
  classes: classCount,
};

/** Configuration of {@link mlpClassifier}. */
export interface MlpClassifierConfig extends MlpConfig, ObjectOf<typeof classesField> {
  kind: 'mlp-classifier';
}

/** Any of them. */
export type AnyMlpConfig = MlpDenoiserConfig | MlpGeneratorConfig | MlpCriticConfig | MlpClassifierConfig;

/** The number of parameters of a network for vectors. */
export function mlpParameters(config: AnyMlpConfig): number {
  const { dim, hidden, timeWidth } = config;
  switch (config.kind) {
    case 'mlp-denoiser':
      return denseChain([dim + timeWidth + (labelCount(config) ?? 0), ...hidden, dim]);
    case 'mlp-generator':
      return denseChain([dim + config.latentDim + timeWidth + (labelCount(config) ?? 0), ...hidden, dim]);
    case 'mlp-critic':
      return denseChain([2 * dim + timeWidth + (labelCount(config) ?? 0), ...hidden, 1]);
    case 'mlp-classifier':
      return denseChain([dim + timeWidth, ...hidden, config.classes]);
  }
}

const fields = { ...mlpFields, ...labelFields };
const fits = affordable(mlpParameters);

/** What {@link mlpDenoiser} takes. */
export const mlpDenoiserSchema = together(
  object<MlpDenoiserConfig>({ kind: oneOf('mlp-denoiser'), ...fields }),
  nullBesideClasses,
  fits,
);

/** What {@link mlpGenerator} takes. */
export const mlpGeneratorSchema = together(
  object<MlpGeneratorConfig>({ kind: oneOf('mlp-generator'), ...fields, ...latentField }),
  nullBesideClasses,
  fits,
);

/** What {@link mlpCritic} takes. */
export const mlpCriticSchema = together(
  object<MlpCriticConfig>({ kind: oneOf('mlp-critic'), ...fields }),
  nullBesideClasses,
  fits,
);

/** What {@link mlpClassifier} takes. */
export const mlpClassifierSchema = together(
  object<MlpClassifierConfig>({ kind: oneOf('mlp-classifier'), ...mlpFields, ...classesField }),
  fits,
);

import type { LayersModel } from '@tensorflow/tfjs-layers';
import type { NoiseSchedule } from '@diffgan/schedule';
import { type ModelConfig, modelConfig } from '@diffgan/unet';
import type { SamplingConfig } from './sampling-config.ts';

/** How a generator was trained otherwise than others: those ablations of `trainDdgan` that sampling must know of. */
export interface GeneratorAblations {
  /** The latent is 0. @defaultValue false */
  noLatent?: boolean;
  /** The generator gives the noise in x_t. @defaultValue false */
  noiseGeneration?: boolean;
  /** A one-shot generator. @defaultValue false */
  oneShotAug?: boolean;
}

/** What the reverse chains of a pipeline are made of. */
export interface ChainParts {
  /** What the model is called in messages. */
  readonly name: string;
  /** Generator or denoiser. */
  readonly network: LayersModel;
  /** The schedule it was trained with; γ(t) of a variational diffusion model. */
  readonly schedule: NoiseSchedule | ((t: number) => number);
  readonly sampling: SamplingConfig;
  /** A classifier of noised examples that guides the samples. */
  readonly classifier?: LayersModel;
  /** A worse denoiser of the same data and prediction, away from which autoguidance leads. */
  readonly worse?: LayersModel;
  readonly ablations?: GeneratorAblations;
}

/** What can be known of {@link ChainParts} without weights. */
export interface SamplingParts extends Pick<ChainParts, 'name' | 'schedule' | 'sampling'> {
  /** Generator or denoiser. */
  readonly network: ModelConfig;
  /** A classifier of noised examples that guides the samples. */
  readonly classifier?: { readonly classes: number };
  /** A worse denoiser of the same data and prediction, away from which autoguidance leads. */
  readonly worse?: ModelConfig;
}

/** What is known of networks that are there. */
export const samplingParts = ({ network, classifier, worse, name, schedule, sampling }: ChainParts): SamplingParts => ({
  ...{ name, schedule, sampling, network: modelConfig(network) },
  ...(classifier && { classifier: classifierFacts(classifier) }),
  ...(worse && { worse: modelConfig(worse) }),
});

/** What a classifier tells. */
export const classifierFacts = (classifier: LayersModel): { classes: number } => ({
  classes: Number(classifier.outputs[0].shape[1]),
});

/** Shape of one sample: `[height, width, channels]` of an image, `[dim]` of a point. */
export const sampleShapeOf = (network: LayersModel): number[] => network.inputs[0].shape.slice(1).map(Number);

/** The same of its configuration. */
export function configShape(network: ModelConfig): number[] {
  if ('dim' in network) return [network.dim];
  const { imageSize, channels } = network;
  return [...(typeof imageSize === 'number' ? [imageSize, imageSize] : imageSize), channels];
}

/** Whether samples are images, and no points. */
export const isImage = (network: LayersModel): boolean => sampleShapeOf(network).length === 3;

/** How many classes a network is told; undefined if it is told none. */
export const networkClasses = (network: LayersModel): number | undefined => classesOf(modelConfig(network));

/** The same of its configuration. */
export const classesOf = (network: ModelConfig): number | undefined => (network as { classes?: number }).classes;

/** How many classes the samples can be told to be of, by the network or its classifier. */
export const classCount = ({ network, classifier }: SamplingParts): number | undefined =>
  classifier ? classifier.classes : classesOf(network);

/** The class that sample `i` is told to be of: the given ones in turn, or else all. */
export function labelOf(parts: ChainParts, i: number): number | undefined {
  const classes = classCount(samplingParts(parts));
  if (classes === undefined) return undefined;
  const { labels } = parts.sampling;
  return labels ? labels[i % labels.length] : i % classes;
}

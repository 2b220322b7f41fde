import type { Tensor, Tensor2D, Tensor4D } from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import type { NoiseSchedule } from '@diffgan/schedule';
import type { BatchOptions, BatchSampler } from './batch-sampler.ts';
import type { SampleEvent, SampleOptions } from './sample-events.ts';
import type { Sampling } from './sampling.ts';
import type { SamplingConfig } from './sampling-config.ts';

/** The networks of a pipeline; samples come from the generator or denoiser. */
export interface PipelineNetworks {
  readonly generator?: LayersModel;
  readonly denoiser?: LayersModel;
  /** A classifier of noised examples that guides the samples. */
  readonly classifier?: LayersModel;
  /** A worse denoiser of the same data and prediction, away from which autoguidance leads. */
  readonly worse?: LayersModel;
}

/**
 * A trained model with all that drawing from it takes.
 *
 * @template Samples what it draws, where that is known beforehand: {@link ImagePipeline}, {@link PointPipeline}.
 */
export interface Pipeline<Samples extends Tensor = Tensor> {
  /** What it is called in messages. */
  readonly name: string;
  readonly networks: PipelineNetworks;
  /** The schedule the network was trained with; γ(t) of a variational diffusion model. */
  readonly schedule: NoiseSchedule | ((t: number) => number);
  /** How is drawn unless told otherwise. */
  readonly sampling: SamplingConfig;
  /** Shape of one sample: `[height, width, channels]` of an image, `[dim]` of a point. */
  readonly sampleShape: readonly number[];
  /** The same, of images; undefined for points. */
  readonly imageShape: readonly [height: number, width: number, channels: number] | undefined;
  /** The classes that samples can be told to be of, their numbers as text; empty if they are told none. */
  readonly labels: readonly string[];
  /** The model card as Markdown, where there is one. */
  readonly card: string | undefined;
  /**
   * Draws samples. Sample i comes from `foldIn(key, i)`, so it is the same, to rounding, whatever `count` and `batch` are.
   *
   * @returns awaited the samples `[count, …]`, images in [−1, 1], which the caller disposes; in a loop the steps and batches that lead
   *   to them. Ending a loop early frees everything.
   * @throws (when awaited, or at the first `next()`) RangeError for a count or batch that is no whole number of at least 1; PipelineError when the options do not fit the model; the
   *   signal's reason when aborted.
   */
  sample(options: SampleOptions): Sampling<Samples, SampleEvent<Samples>>;
  /**
   * Batches by number, in any order, for many samples that need not be in memory together. The caller disposes what it returns.
   *
   * @throws PipelineError when the options do not fit the model.
   */
  batches(options: BatchOptions): BatchSampler<Samples>;
  /** Frees the networks that were loaded with it. */
  dispose(): void;
}

/** A pipeline that draws images `[count, height, width, channels]` in [−1, 1]. */
export type ImagePipeline = Pipeline<Tensor4D>;

/** A pipeline that draws points `[count, dim]`. */
export type PointPipeline = Pipeline<Tensor2D>;

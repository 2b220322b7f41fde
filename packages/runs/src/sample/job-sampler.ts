import type { Tensor } from '@tensorflow/tfjs-core';
import { asImages } from '@diffgan/data';
import { batchFeatures, type FeatureExtractor } from '@diffgan/fid';
import type { BatchSampler, Pipeline } from '@diffgan/hub';
import { key } from '@diffgan/ops';
import { checkScored, openExtractor } from '../scores/open-extractor.ts';
import { openPipeline } from './open-pipeline.ts';
import type { SampleBatch, SampleJob } from './sample-job.ts';

interface Watching {
  signal?: AbortSignal;
  /** Called with the share of a batch that is drawn. */
  onStep?: (fraction: number) => void;
}

/**
 * What draws the samples of a job: each from a key of its own.
 *
 * @example
 * ```ts
 * const pipeline = await openPipeline('shipped');
 * const sampler = samplerOf({ seed: 0, batch: 1 }, pipeline);
 * const images = await sampler.draw(0, 1); // [1, 28, 28, 1]
 * images.dispose();
 * sampler.dispose();
 * pipeline.dispose();
 * ```
 */
export function samplerOf<Samples extends Tensor>(
  { seed, batch, count }: Pick<SampleJob, 'seed' | 'batch'> & Partial<Pick<SampleJob, 'count'>>,
  pipeline: Pipeline<Samples>,
  { signal, onStep }: Watching = {},
): BatchSampler<Samples> {
  // a batch is always full: what comes behind the last seed is dropped
  const random = typeof seed === 'number' ? { key: key(seed) } : { keyOf: (i: number) => key(seed[i] ?? 0) };
  return pipeline.batches({
    ...random,
    ...{ batch, count },
    signal,
    onStep: ({ index, total }) => onStep?.((index + 1) / total),
  });
}

/** Draws the batches of a job, and makes their features if they are wanted: what each process does. */
export class JobSampler {
  private constructor(
    readonly job: SampleJob,
    readonly pipeline: Pipeline,
    readonly sampler: BatchSampler,
    readonly extractor: FeatureExtractor | undefined,
  ) {}

  /** Opens what a job takes. The caller ends with `close`. */
  static async open(job: SampleJob, watching?: Watching): Promise<JobSampler> {
    const pipeline = await openPipeline(job.from, job);
    try {
      if (job.features) checkScored(pipeline, job.features.extractor);
      const sampler = samplerOf(job, pipeline, watching);
      return new JobSampler(job, pipeline, sampler, job.features && (await openExtractor(job.features)));
    } catch (error) {
      pipeline.dispose();
      throw error;
    }
  }

  /** Batch i; the last one is smaller. */
  async batch(i: number): Promise<SampleBatch> {
    const { count, batch, features } = this.job;
    const tensor = await this.sampler.draw(i, Math.min(batch, count - i * batch));
    try {
      const labels = Array.from({ length: tensor.shape[0] }, (_, j) => this.sampler.labelOf(i * batch + j));
      const samples = await tensor.data<'float32'>();
      const drawn = { samples, shape: [...tensor.shape], ...(allKnown(labels) && { labels }) };
      if (!this.extractor) return drawn;
      const how = { batch, range: '[-1, 1]', logits: features?.logits } as const;
      return { ...drawn, features: await batchFeatures(this.extractor, asImages(tensor), how) };
    } finally {
      tensor.dispose();
    }
  }

  close(): void {
    this.sampler.dispose();
    this.extractor?.dispose();
    this.pipeline.dispose();
  }
}

const allKnown = (labels: readonly (number | undefined)[]): labels is number[] =>
  labels.every((label) => label !== undefined);

import type { BatchFeatures } from '@diffgan/fid';
import type { ExtractorName, ResizeName } from '../scores/open-extractor.ts';
import type { OpenOptions } from './open-pipeline.ts';

/** A set of samples to draw; plain data, so that other processes can be told. */
export interface SampleJob extends OpenOptions {
  /** What {@link openPipeline} opens. */
  from: string;
  count: number;
  /** Samples per network call. */
  batch: number;
  /** Sample i comes from `foldIn(key(seed), i)`, or from `key(seed[i])`. */
  seed: number | readonly number[];
  /** Features that are wanted of the samples. */
  features?: { extractor: ExtractorName; weights?: string; resize?: ResizeName; logits: boolean };
}

/** Samples of one batch, as other processes can send them. */
export interface SampleBatch {
  /** Values in C order. */
  samples: Float32Array;
  /** `[count, …]`. */
  shape: number[];
  /** The class of each sample, if they are told one. */
  labels?: number[];
  features?: BatchFeatures;
}

/**
 * How many batches a job has.
 *
 * @example
 * ```ts
 * batchCount({ count: 250, batch: 100 }); // 3
 * ```
 */
export const batchCount = ({ count, batch }: Pick<SampleJob, 'count' | 'batch'>): number => Math.ceil(count / batch);

import type { BatchFeatures } from '@diffgan/fid';
import type { Precision } from '@diffgan/runtime';
import type { ExtractorName } from '../scores/open-extractor.ts';
import type { OpenOptions } from './open-drawable.ts';

/** A set of samples to draw; plain data, so that other processes can be told. */
export interface DrawJob extends OpenOptions {
  /** What {@link openDrawable} opens. */
  from: string;
  count: number;
  /** Samples per network call. */
  batch: number;
  /** Sample i comes from `foldIn(key(seed), i)`, or from `key(seed[i])`. */
  seed: number | readonly number[];
  /** What the network computes in. */
  precision: Precision;
  /** Features that are wanted of the samples. */
  features?: { extractor: ExtractorName; weights?: string; logits: boolean };
}

/** Samples of one batch, as other processes can send them. */
export interface DrawnBatch {
  /** Values in C order. */
  samples: Float32Array;
  /** `[count, …]`. */
  shape: number[];
  features?: BatchFeatures;
}

/** How many batches a job has. */
export const batchesOf = ({ count, batch }: Pick<DrawJob, 'count' | 'batch'>): number => Math.ceil(count / batch);

import { type Tensor4D, tensor4d } from '@tensorflow/tfjs-core';
import { type BatchFeatures, batchFeatures, type FeatureExtractor } from '@diffgan/fid';
import {
  batchCount,
  type BatchRange,
  type ImageSet,
  isModel,
  openImages,
  type Opening,
  type SampleJob,
} from '@diffgan/runs';
import { sampleBatches } from '../workers/sample-batches.ts';
import type { WorkersOptions } from '../workers/sample-in-workers.ts';
import type { FirstImages } from './first-images.ts';

const defaultCount = 2000; // of a network, which could draw for ever

/** Images to score. */
export interface GeneratedImages {
  /** What they are called in reports. */
  readonly name: string;
  readonly count: number;
  /** How many batches their features come in. */
  readonly batches: number;
  /**
   * Features of all images or of a part of the batches, in order; the first images are kept. A batch has the same features, in every bit,
   * whatever part it is in.
   */
  features(extractor: FeatureExtractor, first: FirstImages, part?: BatchRange): AsyncIterable<BatchFeatures>;
}

/** How to draw images, besides from what and how many. */
export type Drawing = Omit<SampleJob, 'from' | 'count'> & Omit<WorkersOptions, 'signal' | 'batches' | 'onProgress'>;

/** What `--samples` names: images as {@link openImages} reads them, or a network to draw them from. */
export async function openGenerated(
  text: string,
  opening: Opening,
  { workers, backend, ...options }: Drawing,
): Promise<GeneratedImages> {
  if (!isModel(text)) {
    const images = await openImages(text, opening);
    if (workers > 1)
      opening.terminal.say('Note: --workers shares the drawing of images; these are read by one process');
    const { name, count } = images;
    const how = { batch: opening.batch, logits: options.features?.logits, signal: opening.signal };
    return {
      ...{ name, count, batches: batchCount({ count, batch: opening.batch }) },
      features: (extractor, first, part) => imageFeatures(extractor, images, { ...how, first, part }),
    };
  }
  const { count = defaultCount, terminal, signal } = opening;
  const onProgress = (done: number) => terminal.progress(done / count, `samples: ${done}/${count} images`);
  const job = { ...options, from: text, count };
  return {
    name: text === 'shipped' ? 'the shipped weights' : text,
    count,
    batches: batchCount(job),
    features: (_, first, batches) => sampleFeatures(job, { workers, backend, signal, batches, onProgress }, first),
  };
}

interface Reading {
  batch: number;
  logits?: boolean;
  signal: AbortSignal;
  first: FirstImages;
  part?: BatchRange;
}

async function* imageFeatures(
  extractor: FeatureExtractor,
  images: ImageSet,
  { first, part, ...how }: Reading,
): AsyncGenerator<BatchFeatures, void> {
  // the first batch of all tells the range: a few bright images later on must not be mistaken for another one
  let range = images.range ?? ((part?.[0] ?? 0) > 0 ? '[-1, 1]' : undefined);
  for await (const batch of images.batches(part)) {
    try {
      first.add(batch);
      yield await batchFeatures(extractor, batch, { ...how, range });
    } finally {
      batch.dispose();
    }
    range ??= '[-1, 1]';
  }
}

async function* sampleFeatures(
  job: SampleJob,
  options: WorkersOptions,
  first: FirstImages,
): AsyncGenerator<BatchFeatures, void> {
  for await (const { samples, shape, features, labels } of sampleBatches(job, options)) {
    const images: Tensor4D = tensor4d(samples, shape as [number, number, number, number]);
    first.add(images);
    images.dispose();
    yield { ...features!, ...(labels && { labels }) };
  }
}

import { type Tensor4D, tensor4d } from '@tensorflow/tfjs-core';
import type { BatchFeatures, FeatureSource, ImageSource, PixelRange } from '@diffgan/fid';
import { isModel, openImages, type Opening, type SampleJob } from '@diffgan/runs';
import { sampleBatches } from '../workers/sample-batches.ts';
import type { WorkersOptions } from '../workers/sample-in-workers.ts';
import type { FirstImages } from './first-images.ts';

const defaultCount = 2000; // of a network, which could draw for ever

/** Images to score. */
export interface GeneratedImages {
  /** What they are called in reports. */
  readonly name: string;
  readonly count: number;
  /** Range of the pixels, where it is certain. */
  readonly range?: PixelRange;
  /** The images, or their features where they are made together with the images; the first images are kept. */
  source(first: FirstImages): ImageSource | FeatureSource;
}

/** How to draw images, besides from what and how many. */
export type Drawing = Omit<SampleJob, 'from' | 'count'> & Omit<WorkersOptions, 'signal'>;

/** What `--samples` names: images as {@link openImages} reads them, or a network to draw them from. */
export async function openGenerated(
  text: string,
  opening: Opening,
  { workers, backend, ...options }: Drawing,
): Promise<GeneratedImages> {
  if (!isModel(text)) {
    const { name, count, range, ...images } = await openImages(text, opening);
    if (workers > 1)
      opening.terminal.say('Note: --workers shares the drawing of images; these are read by one process');
    return { name, count, range, source: (first) => first.of(images.batches()) };
  }
  const { count = defaultCount, terminal, signal } = opening;
  const onProgress = (done: number) => terminal.progress(done / count, `samples: ${done}/${count} images`);
  const job = { ...options, from: text, count };
  return {
    name: text === 'shipped' ? 'the shipped weights' : text,
    count,
    range: '[-1, 1]',
    source: (first) => ({ features: sampleFeatures(job, { workers, backend, signal, onProgress }, first) }),
  };
}

async function* sampleFeatures(
  job: SampleJob,
  options: WorkersOptions,
  first: FirstImages,
): AsyncGenerator<BatchFeatures, void> {
  for await (const { samples, shape, features } of sampleBatches(job, options)) {
    const images: Tensor4D = tensor4d(samples, shape as [number, number, number, number]);
    first.add(images);
    images.dispose();
    yield features!;
  }
}

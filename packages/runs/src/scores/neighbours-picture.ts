import * as tf from '@tensorflow/tfjs-core';
import { type ImageDataset, imageGrid, takeImages } from '@diffgan/data';
import { extractFeatures, type FeatureExtractor, type FeatureSet, nearestNeighbours } from '@diffgan/fid';

/** Rows of a picture: a sample and its nearest real images. */
const k = 8;

/** Pictures of samples beside the real images nearest to them. */
export interface NeighbourPictures {
  /** Nearest by pixels and by features: the sample, then its neighbours from left to right. */
  readonly pixels: Uint8Array;
  readonly features: Uint8Array;
  /** Among how many real images was looked. */
  readonly among: number;
}

interface Setting {
  readonly extractor: FeatureExtractor;
  readonly dataset: ImageDataset;
  readonly reference: FeatureSet;
  readonly signal: AbortSignal;
}

/**
 * Shows whether a generator has copied its training images: the first samples, each beside its nearest real images, once in pixel
 * space and once in feature space.
 *
 * @example
 * ```ts fragment
 * const { pixels, features } = await neighbourPictures(samples, { extractor, dataset, reference, signal }); // two files of PNG
 * ```
 */
export async function neighbourPictures(
  samples: tf.Tensor4D,
  { extractor, dataset, reference, signal }: Setting,
): Promise<NeighbourPictures> {
  const { indices, vectors } = reference;
  const dim = samples.size / samples.shape[0];
  const candidates = takeImages(dataset, indices);
  try {
    const pixels = { data: await candidates.data<'float32'>(), dim };
    const near = await nearestNeighbours({ data: await samples.data<'float32'>(), dim }, pixels, { k, signal });
    const features = {
      data: await extractFeatures(extractor, samples, { range: '[-1, 1]', signal }),
      dim: extractor.dim,
    };
    const alike = await nearestNeighbours(features, vectors, { k, signal });
    return {
      pixels: await picture(samples, candidates, near.indices),
      features: await picture(samples, candidates, alike.indices),
      among: indices.length,
    };
  } finally {
    candidates.dispose();
  }
}

/** Each sample at the left of its row, a white gap, then its neighbours. */
async function picture(samples: tf.Tensor4D, candidates: tf.Tensor4D, neighbours: Int32Array): Promise<Uint8Array> {
  const grid = tf.tidy(() => {
    const rows = samples.shape[0];
    const size = samples.shape.slice(1);
    const near = tf.reshape(tf.gather(candidates, tf.tensor1d(neighbours, 'int32')), [rows, k, ...size]);
    const gap = tf.ones([rows, 1, ...size]);
    const all = tf.concat([tf.expandDims(samples, 1), gap, near], 1);
    return tf.reshape<tf.Rank.R4>(all, [rows * (k + 2), size[0], size[1], size[2]]);
  });
  try {
    return await imageGrid(grid, { columns: k + 2, scale: 2 });
  } finally {
    grid.dispose();
  }
}

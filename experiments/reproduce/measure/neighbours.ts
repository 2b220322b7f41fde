import * as tf from '@tensorflow/tfjs-core';
import { asImages, fashionMnist, takeImages } from '@diffgan/data';
import { extractFeatures, fashionCnn, type Features, nearestNeighbours } from '@diffgan/fid';
import { neighbourPictures } from '@diffgan/runs';
import type { Nearness, NeighboursOf } from '../../measurement.ts';
import { allOf } from '../draw-in-parts.ts';
import type { Workplace } from '../workplace.ts';
import { drawn } from './drawn.ts';
import type { Measured, Place } from './measured.ts';
import { fashionFeatures } from './scores.ts';

const SHOWN = 8;
/** A sample is near like a copy when it is nearer than all but this share of the test images. */
const NEAR = 0.01;

/** How near samples are to training images, beside how near test images are, which cannot be copies. */
export async function measureNeighbours(
  measurement: Omit<NeighboursOf, 'of' | 'name'>,
  at: Place,
  place: Workplace,
): Promise<Measured<'neighbours'>> {
  const { terminal, signal } = place;
  const { job } = await drawn(measurement, at, place);
  const extractor = await fashionCnn();
  const owned: tf.Tensor[] = [];
  const own = <T extends tf.Tensor>(tensor: T): T => {
    owned.push(tensor);
    return tensor;
  };
  try {
    const dataset = await fashionMnist({ split: 'train', signal });
    const reference = await fashionFeatures(extractor, place); // a random part of the training images
    const train = own(takeImages(dataset, reference.indices));
    const test = own(
      takeImages(
        await fashionMnist({ split: 'test', signal }),
        Array.from({ length: job.count }, (_, i) => i),
      ),
    );
    const samples = asImages(own(await allOf(job)));
    const pixelsOf = async (images: tf.Tensor4D): Promise<Features> => ({
      data: await images.data<'float32'>(),
      dim: images.size / images.shape[0],
    });
    const featuresOf = async (images: tf.Tensor4D): Promise<Features> => ({
      data: await extractFeatures(extractor, images, { range: '[-1, 1]', signal }),
      dim: extractor.dim,
    });
    terminal.say('Looking for the nearest training images');
    const nearness = async (of: typeof pixelsOf, among: Features): Promise<Nearness> => {
      const [a, b] = [await of(samples), await of(test)];
      const [near, usual] = [await distances(a, among, signal), await distances(b, among, signal)];
      const limit = usual[Math.floor(NEAR * usual.length)];
      const copies = near.filter((distance) => distance < limit).length / near.length;
      return { samples: median(near), test: median(usual), copies };
    };
    const pixels = await nearness(pixelsOf, await pixelsOf(train));
    const features = await nearness(featuresOf, reference.vectors);
    const shown = own(tf.slice(samples, 0, Math.min(SHOWN, job.count)));
    const pictures = await neighbourPictures(shown, { extractor, dataset, reference, signal });
    return {
      values: { pixels, features },
      files: { 'pixels.png': pictures.pixels, 'features.png': pictures.features },
    };
  } finally {
    tf.dispose(owned);
    extractor.dispose();
  }
}

/** Distances to the nearest, from small to large. */
async function distances(queries: Features, data: Features, signal: AbortSignal): Promise<Float64Array> {
  return (await nearestNeighbours(queries, data, { k: 1, signal })).distances.sort();
}

const median = (sorted: Float64Array): number => sorted[Math.floor(sorted.length / 2)];

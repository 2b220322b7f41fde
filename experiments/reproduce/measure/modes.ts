import * as tf from '@tensorflow/tfjs-core';
import { drawToyData, readDataConfig, sampleMetric, samplesPicture, toyMixture } from '@diffgan/runs';
import type { ModesOf } from '../../measurement.ts';
import { allOf } from '../draw-in-parts.ts';
import type { Workplace } from '../workplace.ts';
import { drawn } from './drawn.ts';
import type { Measured, Place } from './measured.ts';

const SHOWN = 1000;

/** Counts the modes of the data in samples of points. */
export async function measureModes(
  measurement: Omit<ModesOf, 'of' | 'name'>,
  at: Place,
  place: Workplace,
): Promise<Measured<'modes'>> {
  const { job, calls } = await drawn(measurement, at, place);
  const data = await readDataConfig(at.run);
  if (data.name !== 'gaussians25' && data.name !== 'three-gaussians')
    throw new TypeError(`modes of ${data.name} cannot be counted; measure a training on points`);
  const metric = (await sampleMetric(data))!;
  const owned: tf.Tensor[] = [];
  try {
    const samples = await allOf(job);
    owned.push(samples);
    const { modes, highQuality, kl } = await metric.measure(samples, place.signal);
    const shown = tf.slice(samples, 0, Math.min(SHOWN, job.count));
    owned.push(shown);
    const { points } = drawToyData({ ...data, count: SHOWN }).train;
    const reference = tf.tensor2d(points, [SHOWN, 2]);
    owned.push(reference);
    const { bytes } = await samplesPicture(shown, { reference });
    return {
      values: { modes, of: toyMixture(data).means.length, highQuality, kl, calls },
      files: { 'points.svg': bytes },
    };
  } finally {
    tf.dispose(owned);
    metric.dispose();
  }
}

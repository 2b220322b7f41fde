import { sampleMetric } from '@diffgan/runs';
import type { StackedOf } from '../../measurement.ts';
import { allOf } from '../draw-in-parts.ts';
import type { Workplace } from '../workplace.ts';
import { drawn } from './drawn.ts';
import type { Measured, Place } from './measured.ts';

/** Counts the modes of stacked images. */
export async function measureStacked(
  measurement: Omit<StackedOf, 'of' | 'name'>,
  at: Place,
  place: Workplace,
): Promise<Measured<'stacked'>> {
  const { job, calls } = await drawn(measurement, at, place);
  const metric = (await sampleMetric({ name: 'stacked-fashion-mnist' }))!;
  try {
    const samples = await allOf(job);
    try {
      const { modes, kl } = await metric.measure(samples, place.signal);
      return { values: { modes, kl, calls }, files: {} };
    } finally {
      samples.dispose();
    }
  } finally {
    metric.dispose();
  }
}

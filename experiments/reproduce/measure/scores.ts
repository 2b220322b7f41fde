import type * as tf from '@tensorflow/tfjs-core';
import {
  type CollectedFeatures,
  collectFeatures,
  evaluate,
  fashionCnn,
  type FeatureExtractor,
  type FeatureSet,
  FeatureStatistics,
  fidScore,
  type MetricName,
} from '@diffgan/fid';
import { foldIn, key, randintArray } from '@diffgan/ops';
import { openReference } from '@diffgan/runs';
import { run } from '@diffgan/samplers';
import type { ScoresOf, ScoreValues } from '../../measurement.ts';
import { readParts } from '../draw-in-parts.ts';
import type { Workplace } from '../workplace.ts';
import { drawn } from './drawn.ts';
import type { Measured, Place } from './measured.ts';

const metrics: readonly MetricName[] = ['fid', 'kid', 'is', 'precision-recall', 'density-coverage', 'class-shares'];
const RESAMPLES = 20;
const randomness = key(0);

/** Scores samples against the training images of Fashion-MNIST. */
export async function measureScores(
  measurement: Omit<ScoresOf, 'of' | 'name'>,
  at: Place,
  place: Workplace,
): Promise<Measured<'scores'>> {
  const { terminal, signal } = place;
  const { job, calls, classes } = await drawn(measurement, at, place);
  const extractor = await fashionCnn();
  try {
    const images = readParts(job) as AsyncGenerator<tf.Tensor4D, void>;
    const collected = await run(
      collectFeatures(extractor, images, { range: '[-1, 1]', logits: true, signal, split: 'samples' }),
      ({ done }) => terminal.progress(done / job.count, `features: ${done}/${job.count} images`),
    );
    const reference = await fashionFeatures(extractor, place);
    const labels = classes === undefined ? {} : { labels: Array.from({ length: job.count }, (_, i) => i % classes) };
    const evaluation = await run(
      evaluate({ ...collected, ...labels }, reference, { extractor, metrics, key: randomness, signal }),
      (event) => event.type === 'metric' && terminal.progress(event.fraction, event.metric),
    );
    const { fid, kid, is, precisionRecall, densityCoverage, classShares } = evaluation.scores;
    const values: ScoreValues = {
      fid: fid!.value,
      fidDeviation: await bootstrapDeviation(collected, reference.statistics, signal),
      fidBias: fid!.bias,
      ...{ kid: kid!.value, kidError: kid!.standardError },
      ...{ is: is!.value, isDeviation: is!.standardDeviation },
      ...{ precision: precisionRecall!.precision, recall: precisionRecall!.recall },
      ...{ density: densityCoverage!.density, coverage: densityCoverage!.coverage },
      shares: classShares!.shares,
      ...(classShares!.accuracy !== undefined && { accuracy: classShares!.accuracy }),
      calls,
    };
    return { values, files: {} };
  } finally {
    terminal.finish();
    extractor.dispose();
  }
}

/** Features of the training images, which are kept for the next time. */
export async function fashionFeatures(
  extractor: FeatureExtractor,
  { terminal, signal }: Workplace,
): Promise<FeatureSet> {
  const asked = { reference: 'fashion-mnist:train', metrics, cache: true };
  const { set } = await openReference(asked, extractor, { batch: 100, terminal, signal });
  return set as FeatureSet; // of images, for these metrics
}

/** Standard deviation of the FID over resamples of the images with replacement. */
async function bootstrapDeviation(
  { vectors, statistics: { meta, count } }: CollectedFeatures,
  reference: FeatureStatistics,
  signal: AbortSignal,
): Promise<number> {
  const { data, dim } = vectors;
  const n = data.length / dim;
  const found: number[] = [];
  for (let i = 0; i < RESAMPLES; i++) {
    const statistics = new FeatureStatistics(dim, meta);
    const rows = new Float32Array(n * dim);
    randintArray(foldIn(randomness, i), n, 0, n).forEach((row, at) => {
      for (let j = 0; j < dim; j++) rows[at * dim + j] = data[row * dim + j];
    });
    statistics.add(rows);
    found.push((await fidScore(statistics, reference, { signal })).value);
  }
  const mean = found.reduce((sum, value) => sum + value, 0) / RESAMPLES;
  const variance = found.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (RESAMPLES - 1);
  return Math.sqrt((variance * n) / count); // where vectors are but a part of the images
}

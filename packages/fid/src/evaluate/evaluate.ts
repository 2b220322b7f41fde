import { foldIn, type Key, key as makeKey } from '@diffgan/ops';
import type { FeatureExtractor } from '../features/feature-extractor.ts';
import { assertFeatures, countOf } from '../features/features.ts';
import { inSlices, type ProgressOptions } from '../in-slices.ts';
import { classShares } from '../metrics/class-shares.ts';
import { fidInfinity, type FidInfinityOptions } from '../metrics/fid-infinity.ts';
import { fidScore } from '../metrics/fid-score.ts';
import { inceptionScore } from '../metrics/inception-score.ts';
import { kernelInceptionDistance, type KernelInceptionDistanceOptions } from '../metrics/kernel-inception-distance.ts';
import { manifolds } from '../pairwise/manifolds.ts';
import type { PixelRange } from '../pixels/pixel-range.ts';
import { FeatureStatistics } from '../statistics/feature-statistics.ts';
import { StatisticsError } from '../statistics/statistics-error.ts';
import type { FeatureSource } from './batch-features.ts';
import { type CollectedFeatures, collectFeatures } from './collect-features.ts';
import {
  type Evaluation,
  type EvaluationScores,
  type MetricName,
  metricNames,
  needLogits,
  warningsOf,
} from './evaluation.ts';
import type { FeatureSet } from './feature-set.ts';
import { mapEvents } from './map-events.ts';
import type { ImageSource } from './rebatch.ts';
import { streams } from './streams.ts';
import { withProgress } from './with-progress.ts';

/** Options of {@link evaluate}. */
export interface EvaluateOptions {
  /** Makes the features; read, not disposed. */
  extractor: FeatureExtractor;
  /** Which metrics. @defaultValue FID, KID, precision and recall, density and coverage */
  metrics?: readonly MetricName[];
  /** Images per call of the network. @defaultValue 100 */
  batch?: number;
  /** Range of the pixels of samples and reference images, as for {@link extractFeatures}. */
  range?: PixelRange;
  /** What the reference images are, e.g. `'cifar10 train'`; a reference of statistics tells it itself. */
  referenceName?: string;
  /** KID, precision, recall, density and coverage compare at most this many vectors of each side. @defaultValue 10 000 */
  vectors?: number;
  /** Number and size of the subsets of KID. @defaultValue 100 of 1000 */
  kid?: Pick<KernelInceptionDistanceOptions, 'subsets' | 'subsetSize'>;
  /** Key of the random choices: of vectors, of subsets of KID, of the splits of the Inception Score. @defaultValue `key(0)` */
  key?: Key;
  /** Aborts within some tens of milliseconds, or after a batch of the network. */
  signal?: AbortSignal;
}

/** Event of {@link evaluate}. */
export type EvaluateEvent =
  | { readonly type: 'features'; readonly set: 'samples' | 'reference'; readonly done: number }
  /** All features of the samples are there. */
  | { readonly type: 'collected'; readonly samples: CollectedFeatures }
  | { readonly type: 'metric'; readonly metric: MetricName; readonly fraction: number };

const k = { precisionRecall: 3, densityCoverage: 5 };
const usual: readonly MetricName[] = ['fid', 'kid', 'precision-recall', 'density-coverage'];
const compareVectors: readonly MetricName[] = ['kid', 'precision-recall', 'density-coverage'];

const needsVectors = { samples: [...compareVectors, 'fid-infinity'], reference: compareVectors };

/**
 * Scores generated images with several metrics after one pass through the network.
 *
 * The batches in which images come do not matter: they are cut anew. Defaults are those of the literature: KID of 100 subsets of
 * 1000, precision and recall with k = 3, density and coverage with k = 5, Inception Score in 10 splits after a shuffle.
 *
 * @param samples the generated images: a tensor `[n, H, W, C]` (not disposed), an async iterable of such batches (each is
 *   disposed), features of {@link collectFeatures}, or batches of features that were made elsewhere
 * @param reference the real images: likewise, or only {@link FeatureStatistics}, which are enough for `'fid'`, `'fid-infinity'`, `'is'`
 *   and `'class-shares'`
 * @param options extractor and the rest
 * @returns the scores with n, reference, extractor, expected bias and warnings; yields its progress
 * @throws StatisticsError for fewer than two images and statistics of another extractor; RangeError and TypeError for images and
 *   options that are not what they should be
 * @example
 * ```ts
 * const images = uniform<tf.Rank.R4>(key(0), [200, 28, 28, 1], { min: -1, max: 1 });
 * const extractor = await fashionCnn();
 * const { scores } = await run(evaluate(images, await fashionReference('train'), { extractor, metrics: ['fid'] }));
 * formatFid(scores.fid!);
 * ```
 */
export async function* evaluate(
  samples: ImageSource | FeatureSource | CollectedFeatures,
  reference: ImageSource | FeatureSet | FeatureStatistics,
  options: EvaluateOptions,
): AsyncGenerator<EvaluateEvent, Evaluation> {
  const { extractor, kid, key = makeKey(0), signal } = options;
  const metrics = checkedMetrics(options);
  if (reference instanceof FeatureStatistics) assertStatisticsSuffice(metrics);
  const generated = isFeatureSet(samples) ? samples : yield* collect('samples', samples, { ...options, metrics });
  assertEnough('samples', generated.statistics.count);
  yield { type: 'collected', samples: generated };
  const real = isImages(reference) ? yield* collect('reference', reference, { ...options, metrics }) : reference;
  const statistics = real instanceof FeatureStatistics ? real : real.statistics;
  assertEnough('reference', statistics.count);

  const scores = yield* scoresOf(generated, real, { metrics, kid, key, signal });
  const evaluation = {
    extractor: extractor.name,
    layer: extractor.layer,
    n: generated.statistics.count,
    reference: { name: statistics.meta.split ?? 'unnamed', n: statistics.count },
    vectors: {
      samples: countOf(generated.vectors),
      reference: real instanceof FeatureStatistics ? 0 : countOf(real.vectors),
    },
    scores,
  };
  return { ...evaluation, warnings: warningsOf(evaluation) };
}

type Checked = EvaluateOptions & { metrics: readonly MetricName[] };

const isFeatureSet = (set: object): set is CollectedFeatures => 'statistics' in set && 'vectors' in set;

const isImages = (set: ImageSource | FeatureSet | FeatureStatistics): set is ImageSource =>
  !(set instanceof FeatureStatistics) && !isFeatureSet(set);

function checkedMetrics({ metrics = usual }: EvaluateOptions): readonly MetricName[] {
  const unknown = metrics.find((name) => !metricNames.includes(name));
  if (unknown !== undefined || metrics.length === 0)
    throw new RangeError(
      `evaluate: metrics has ${unknown === undefined ? 'no name' : `'${String(unknown)}'`}; known are '${metricNames.join("', '")}'.`,
    );
  return metrics;
}

function assertStatisticsSuffice(metrics: readonly MetricName[]): void {
  const needy = metrics.find((name) => compareVectors.includes(name));
  if (needy !== undefined)
    throw new TypeError(
      `evaluate: '${needy}' compares images with images, but the reference is only a mean and a covariance. ` +
        "Pass reference images or features of collectFeatures, or ask for metrics: ['fid'].",
    );
}

function assertEnough(set: string, count: number): void {
  if (count < 2) throw new StatisticsError(`evaluate: ${set} has ${count} images; at least 2 are needed.`);
}

async function* collect(
  set: 'samples' | 'reference',
  images: ImageSource | FeatureSource,
  { extractor, metrics, batch, range, referenceName, vectors, key = makeKey(0), signal }: Checked,
): AsyncGenerator<EvaluateEvent, CollectedFeatures> {
  const collecting = collectFeatures(extractor, images, {
    batch,
    range,
    split: set === 'samples' ? 'samples' : referenceName,
    vectors: metrics.some((name) => needsVectors[set].includes(name)) ? vectors : 0,
    key: foldIn(key, streams[set]),
    logits: set === 'samples' && needLogits(metrics),
    signal,
  });
  return yield* mapEvents(collecting, (event) => ({ ...event, set }));
}

async function* scoresOf(
  generated: CollectedFeatures,
  real: FeatureSet | FeatureStatistics,
  { metrics, kid, key, signal }: Pick<Checked, 'metrics' | 'kid' | 'signal'> & { key: Key },
): AsyncGenerator<EvaluateEvent, EvaluationScores> {
  const step = <T>(metric: MetricName, work: (options: ProgressOptions) => Promise<T>) =>
    mapEvents(withProgress(work, signal), (fraction) => ({ type: 'metric', metric, fraction }) as const);
  const wants = (name: MetricName) => metrics.includes(name);
  const scores: { -readonly [name in keyof EvaluationScores]: EvaluationScores[name] } = {};
  const statistics = real instanceof FeatureStatistics ? real : real.statistics;
  if (wants('fid')) scores.fid = yield* step('fid', (progress) => fidScore(generated.statistics, statistics, progress));
  if (wants('fid-infinity'))
    scores.fidInfinity = yield* step('fid-infinity', (progress) =>
      infinity(generated, statistics, { key: foldIn(key, streams.fidInfinity), ...progress }),
    );
  if (wants('is') && generated.logits) scores.is = inceptionScore(generated.logits, { key: foldIn(key, streams.is) });
  if (wants('class-shares') && generated.logits) scores.classShares = classShares(generated.logits, generated);
  if (real instanceof FeatureStatistics) return scores;
  const [a, b] = [generated.vectors, real.vectors];
  if (wants('kid'))
    scores.kid = yield* step('kid', (progress) =>
      kernelInceptionDistance(a, b, { ...kid, key: foldIn(key, streams.kid), ...progress }),
    );
  const closed = wants('precision-recall') ? k.precisionRecall : 0;
  const open = wants('density-coverage') ? k.densityCoverage : 0;
  if (closed + open === 0) return scores;
  assertFeatures('evaluate', { samples: a, reference: b }, Math.max(closed, open) + 1);
  const found = yield* step(closed > 0 ? 'precision-recall' : 'density-coverage', (progress) =>
    inSlices(manifolds(a, b, { precisionRecall: closed, densityCoverage: open }), progress),
  );
  const { precision, recall, density, coverage } = found;
  if (closed > 0) scores.precisionRecall = { precision, recall, k: closed };
  if (open > 0) scores.densityCoverage = { density, coverage, k: open };
  return scores;
}

const infinity = (
  { statistics: { meta }, vectors }: CollectedFeatures,
  reference: FeatureStatistics,
  options: FidInfinityOptions,
) => fidInfinity({ rows: vectors.data, meta }, reference, options);

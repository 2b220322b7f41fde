/**
 * Metrics of generated images in float64: FID, KID, Inception Score, precision and recall, density and coverage, modes.
 *
 * @module @diffgan/fid
 */
export { batchFeatures, type BatchFeatures, type FeatureSource } from './evaluate/batch-features.ts';
export { type ClassShares, classShares, type ClassSharesOptions } from './metrics/class-shares.ts';
export { cmmd } from './metrics/cmmd.ts';
export {
  type CollectedFeatures,
  collectFeatures,
  type CollectFeaturesEvent,
  type CollectFeaturesOptions,
} from './evaluate/collect-features.ts';
export { type DensityCoverage, densityCoverage, type DensityCoverageOptions } from './metrics/density-coverage.ts';
export { type DirectedMoments, directedMoments } from './metrics/directed-moments.ts';
export { evaluate, type EvaluateEvent, type EvaluateOptions } from './evaluate/evaluate.ts';
export {
  type Evaluation,
  type EvaluationScores,
  type MetricName,
  metricNames,
  needLogits,
} from './evaluate/evaluation.ts';
export { extractFeatures, type ExtractFeaturesOptions } from './features/extract-features.ts';
export { type FashionCnn, fashionCnn } from './fashion/fashion-cnn.ts';
export {
  fashionCnnFeatures,
  fashionCnnLogits,
  fashionCnnShapes,
  type FashionCnnWeights,
} from './fashion/fashion-cnn-network.ts';
export { fashionReference } from './fashion/fashion-reference.ts';
export type { FeatureExtractor } from './features/feature-extractor.ts';
export { type FeatureSet, featureSetFromNpz, featureSetToNpz } from './evaluate/feature-set.ts';
export type { Features } from './features/features.ts';
export { FeatureStatistics, type StatisticsJson } from './statistics/feature-statistics.ts';
export type { FidPoint } from './metrics/extrapolate-fid.ts';
export { type FeatureRows, type FidInfinity, fidInfinity, type FidInfinityOptions } from './metrics/fid-infinity.ts';
export { type FidScore, fidScore, formatFid } from './metrics/fid-score.ts';
export { frechetDistance } from './metrics/frechet-distance.ts';
export { type GaussianModes, gaussianModes, type GaussianModesOptions } from './metrics/gaussian-modes.ts';
export type { ImageSource } from './evaluate/rebatch.ts';
export { type InceptionScore, inceptionScore, type InceptionScoreOptions } from './metrics/inception-score.ts';
export { inceptionV3, type InceptionOptions, type InceptionV3 } from './inception/inception-v3.ts';
export type { InceptionResize, InceptionScaling } from './inception/prepare-images.ts';
export {
  type KernelInceptionDistance,
  kernelInceptionDistance,
  type KernelInceptionDistanceOptions,
} from './metrics/kernel-inception-distance.ts';
export { type ModeCoverage, modeCoverage, type ModeCoverageOptions } from './metrics/mode-coverage.ts';
export type { Moments, StatisticsMeta } from './statistics/moments.ts';
export { nearestNeighbours, type NearestNeighboursOptions, type Neighbours } from './metrics/nearest-neighbours.ts';
export { npzImages } from './pixels/npz-images.ts';
export type { PixelRange } from './pixels/pixel-range.ts';
export { polynomialMmd } from './metrics/polynomial-mmd.ts';
export { type PrecisionRecall, precisionRecall, type PrecisionRecallOptions } from './metrics/precision-recall.ts';
export type { ProgressOptions } from './in-slices.ts';
export { realism } from './metrics/realism.ts';
export { roundToBytes } from './pixels/round-to-bytes.ts';
export { stackedLabels } from './features/stacked-labels.ts';
export type { ReadStatisticsOptions } from './statistics/statistics-npz.ts';
export { StatisticsError } from './statistics/statistics-error.ts';

/**
 * Metrics of generated images in float64: FID, KID, Inception Score, precision and recall, density and coverage, modes.
 *
 * @module @diffgan/fid
 */
export { batchFeatures, type BatchFeatures, type FeatureSource } from './evaluate/batch-features.ts';
export { cmmd } from './cmmd.ts';
export {
  type CollectedFeatures,
  collectFeatures,
  type CollectFeaturesEvent,
  type CollectFeaturesOptions,
} from './evaluate/collect-features.ts';
export { type DensityCoverage, densityCoverage, type DensityCoverageOptions } from './density-coverage.ts';
export { evaluate, type EvaluateEvent, type EvaluateOptions } from './evaluate/evaluate.ts';
export { type Evaluation, type EvaluationScores, type MetricName, metricNames } from './evaluate/evaluation.ts';
export { extractFeatures, type ExtractFeaturesOptions } from './extract-features.ts';
export { type FashionCnn, fashionCnn } from './fashion-cnn.ts';
export {
  fashionCnnFeatures,
  fashionCnnLogits,
  fashionCnnShapes,
  type FashionCnnWeights,
} from './fashion-cnn-network.ts';
export { fashionReference } from './fashion-reference.ts';
export type { FeatureExtractor } from './feature-extractor.ts';
export { type FeatureSet, featureSetFromNpz, featureSetToNpz } from './evaluate/feature-set.ts';
export type { Features } from './features.ts';
export { FeatureStatistics, type Moments, type StatisticsJson, type StatisticsMeta } from './feature-statistics.ts';
export type { FidPoint } from './extrapolate-fid.ts';
export { type FeatureRows, type FidInfinity, fidInfinity, type FidInfinityOptions } from './fid-infinity.ts';
export { type FidScore, fidScore, formatFid } from './fid-score.ts';
export { frechetDistance } from './frechet-distance.ts';
export { type GaussianModes, gaussianModes, type GaussianModesOptions } from './gaussian-modes.ts';
export type { ImageSource } from './evaluate/rebatch.ts';
export { type InceptionScore, inceptionScore, type InceptionScoreOptions } from './inception-score.ts';
export { inceptionV3, type InceptionOptions, type InceptionV3 } from './inception/inception-v3.ts';
export type { InceptionResize, InceptionScaling } from './inception/prepare-images.ts';
export {
  type KernelInceptionDistance,
  kernelInceptionDistance,
  type KernelInceptionDistanceOptions,
} from './kernel-inception-distance.ts';
export { type ModeCoverage, modeCoverage, type ModeCoverageOptions } from './mode-coverage.ts';
export { nearestNeighbours, type NearestNeighboursOptions, type Neighbours } from './nearest-neighbours.ts';
export { npzImages } from './npz-images.ts';
export type { PixelRange } from './pixel-range.ts';
export { polynomialMmd } from './polynomial-mmd.ts';
export { type PrecisionRecall, precisionRecall, type PrecisionRecallOptions } from './precision-recall.ts';
export type { ProgressOptions } from './in-slices.ts';
export { realism } from './realism.ts';
export { roundToBytes } from './round-to-bytes.ts';
export { stackedLabels } from './stacked-labels.ts';
export type { ReadStatisticsOptions } from './statistics-npz.ts';
export { StatisticsError } from './statistics-error.ts';

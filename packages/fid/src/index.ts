/**
 * Fréchet distance on streaming float64 statistics.
 *
 * @module @diffgan/fid
 */
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
export { FeatureStatistics, type Moments, type StatisticsJson, type StatisticsMeta } from './feature-statistics.ts';
export type { FidPoint } from './extrapolate-fid.ts';
export { type FeatureRows, type FidInfinity, fidInfinity, type FidInfinityOptions } from './fid-infinity.ts';
export { type FidScore, fidScore, formatFid } from './fid-score.ts';
export { frechetDistance } from './frechet-distance.ts';
export type { ProgressOptions } from './in-slices.ts';
export type { NpyHeader, NpyValues } from './npz/npy-header.ts';
export { type NpyArray, type NpzReader, openNpz } from './npz/open-npz.ts';
export { type WritableArray, writeNpz } from './npz/write-npz.ts';
export { type ReadStatisticsOptions, statisticsFromNpz, statisticsToNpz } from './statistics-npz.ts';
export { inceptionV3, type InceptionOptions, type InceptionV3 } from './inception/inception-v3.ts';
export type { InceptionResize, InceptionScaling } from './inception/prepare-images.ts';
export type { PixelRange } from './pixel-range.ts';
export { roundToBytes } from './round-to-bytes.ts';
export { StatisticsError } from './statistics-error.ts';

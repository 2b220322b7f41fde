export {
  fashionCnnFeatures,
  fashionCnnLogits,
  fashionCnnShapes,
  type FashionCnnWeights,
} from './fashion-cnn-network.ts';
export { FeatureStatistics, type Moments, type StatisticsJson, type StatisticsMeta } from './feature-statistics.ts';
export { frechetDistance } from './frechet-distance.ts';
export { StatisticsError } from './statistics-error.ts';
export type { FeatureExtractor } from './feature-extractor.ts';

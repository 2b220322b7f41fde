/**
 * Forward process, posterior and training objectives.
 *
 * @module @diffgan/objectives
 */
export { posteriorMean, type PosteriorMeanOptions } from './posterior-mean.ts';
export { predict, type PredictOptions, type Predicted } from './predict.ts';
export type { Prediction } from './prediction.ts';
export { qSample, type QSampleOptions } from './q-sample.ts';
export { qSamplePair, type QSamplePairOptions, type SamplePair } from './q-sample-pair.ts';
export {
  reverseVariance,
  type ReverseVariance,
  type ReverseVarianceOptions,
  type VarianceKind,
} from './reverse-variance.ts';
export { samplePosterior, type SamplePosteriorOptions } from './sample-posterior.ts';
export { simpleLoss, type SimpleLossOptions } from './simple-loss.ts';
export { splitOutput, type SplitOutput } from './split-output.ts';
export type { NoiseOptions } from './standard-normal.ts';
export { targetOf, type TargetOptions } from './target-of.ts';
export { vdmStep, type VdmStep } from './vdm-step.ts';

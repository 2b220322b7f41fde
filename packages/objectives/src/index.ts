/**
 * Forward process, posterior and training objectives.
 *
 * @module @diffgan/objectives
 */
export { epsToX0, type EpsToX0Options } from './eps-to-x0.ts';
export { posteriorMean, type PosteriorMeanOptions } from './posterior-mean.ts';
export { qSample, type QSampleOptions } from './q-sample.ts';
export { qSamplePair, type QSamplePairOptions, type SamplePair } from './q-sample-pair.ts';
export { samplePosterior, type SamplePosteriorOptions } from './sample-posterior.ts';
export { simpleLoss, type SimpleLossOptions } from './simple-loss.ts';
export type { NoiseOptions } from './standard-normal.ts';
export { vdmStep, type VdmStep } from './vdm-step.ts';

/**
 * Forward process, posterior and training objectives.
 *
 * @module @diffgan/objectives
 */
export { antitheticTimes, type AntitheticTimesOptions } from './antithetic-times.ts';
export { bitsPerDim, type BitsPerDim, type BitsPerDimOptions } from './bits-per-dim.ts';
export { clipToImages } from './clip-to-images.ts';
export {
  discretizedLogLikelihood,
  type DecoderOptions,
  type DiscretizedLogLikelihoodOptions,
} from './discretized-log-likelihood.ts';
export { drawTimesteps } from './draw-timesteps.ts';
export { edmDenoiser } from './edm-denoiser.ts';
export { edmLoss, type EdmLossOptions } from './edm-loss.ts';
export { edmPreconditioning, type EdmPreconditioning, type EdmPreconditioningOptions } from './edm-preconditioning.ts';
export { gammaGradients, type GammaGradientsOptions } from './gamma-gradients.ts';
export { gammaNetwork, type Gamma, type GammaNetwork, type GammaNetworkOptions } from './gamma-network.ts';
export { hybridLoss, type HybridLossOptions } from './hybrid-loss.ts';
export { klNormal, type Normal } from './kl-normal.ts';
export {
  lossAwareTimesteps,
  type LossAwareTimestepsOptions,
  type LossHistory,
  type TimestepSampler,
  type WeightedTimesteps,
} from './loss-aware-timesteps.ts';
export type { LossWeight } from './loss-weight.ts';
export { minSnrWeight, type MinSnrWeightOptions } from './min-snr-weight.ts';
export { posteriorMean, type PosteriorMeanOptions } from './posterior-mean.ts';
export { predict, type PredictOptions, type Predicted } from './predict.ts';
export type { Prediction } from './prediction.ts';
export { priorKl } from './prior-kl.ts';
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
export { vdmLoss, type VdmLoss, type VdmLossOptions } from './vdm-loss.ts';
export { vdmStep, type VdmStep } from './vdm-step.ts';
export { vlbTerm, type BoundOptions, type VlbTermOptions } from './vlb-term.ts';
export { vlbTerms, type VlbTermsOptions } from './vlb-terms.ts';
export { vlbWeight, type VlbWeightOptions } from './vlb-weight.ts';

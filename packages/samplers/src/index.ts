/**
 * Samplers as async generators.
 *
 * @module @diffgan/samplers
 */
export { autoguidance, type AutoguidanceOptions } from './autoguidance.ts';
export { classifierFreeGuidance, type ClassifierFreeGuidanceOptions } from './classifier-free-guidance.ts';
export { classifierGuidance, type ClassifierGuidanceOptions } from './classifier-guidance.ts';
export type { Compile, CompiledFunction } from './compiled-chain.ts';
export { ddganSampler, type DdganSamplerOptions } from './ddgan-sampler.ts';
export { ddimInvert, type DdimInvertOptions } from './ddim-invert.ts';
export { ddimSampler, type DdimSamplerOptions } from './ddim-sampler.ts';
export { ddpmSampler, type DdpmSamplerOptions } from './ddpm-sampler.ts';
export { dpmSolverSampler, type DpmSolverSamplerOptions } from './dpm-solver-sampler.ts';
export { dynamicThreshold, type DynamicThresholdOptions } from './dynamic-threshold.ts';
export { eulerAncestralSampler, type EulerAncestralSamplerOptions } from './euler-ancestral-sampler.ts';
export { eulerSampler } from './euler-sampler.ts';
export { heunSampler, type HeunSamplerOptions } from './heun-sampler.ts';
export { inpaint, type InpaintOptions } from './inpaint.ts';
export { interpolate, type InterpolateOptions } from './interpolate.ts';
export { NotFiniteError } from './not-finite-error.ts';
export { progressiveCode, type ProgressiveCodeOptions, type ProgressiveCodeStep } from './progressive-code.ts';
export type { RandomOptions } from './random-options.ts';
export { run } from '@diffgan/ops';
export type {
  Clip,
  DiffusionSamplerOptions,
  Sampler,
  SamplerOptions,
  SamplerStart,
  SamplerStep,
  SampleShape,
  SamplesOf,
} from './sampler-options.ts';
export { sharedLatent, type SharedLatentOptions } from './shared-latent.ts';
export type { OdeSamplerOptions, Spacing } from './sigma-ladder.ts';
export { type DecodeOptions, strokeEdit, type StrokeEditOptions } from './stroke-edit.ts';
export { uniPcSampler, type UniPcSamplerOptions } from './uni-pc-sampler.ts';
export { vdmSampler, type VdmSamplerOptions } from './vdm-sampler.ts';
export { type ModelWithInputs, withoutAugmentation } from './without-augmentation.ts';

/**
 * Samplers as async generators.
 *
 * @module @diffgan/samplers
 */
export { ddganSampler, type DdganSamplerOptions } from './ddgan-sampler.ts';
export { ddpmSampler, type DdpmSamplerOptions } from './ddpm-sampler.ts';
export { run } from './run.ts';
export type { SamplerOptions, SamplerStart, SamplerStep } from './sampler-options.ts';

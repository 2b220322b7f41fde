/**
 * A trained model by name, folder or URL as a pipeline that samples.
 *
 * @module @diffgan/hub
 */
export { type ImageModelName, modelFolder, type ModelName, modelNames, type PointModelName } from '@diffgan/weights';
export { type BatchOptions, type BatchSampler, type CompileNetwork, type SampleRandomness } from './batch-sampler.ts';
export type { GeneratorAblations } from './chain-parts.ts';
export { createPipeline, type PipelineParts } from './create-pipeline.ts';
export { describePipeline, type DescribePipelineOptions, type PipelineDescription } from './describe-pipeline.ts';
export { type DiffusersDiffusion, diffusionFromDiffusers } from './diffusion-from-diffusers.ts';
export { DIFFUSION_FILE, type ModelDiffusion, modelDiffusionJson } from './model-diffusion.ts';
export { gammaFromSafetensors, gammaNetworkFromSafetensors, gammaToSafetensors } from './gamma-file.ts';
export { loadPipeline, type LoadPipelineOptions, type LoadProgress } from './load-pipeline.ts';
export type { FileContent, ModelFiles } from './file-reader.ts';
export type { DirectoryHandle, PipelineSource } from './model-files.ts';
export type { PickedFile } from './picked-files.ts';
export type { ImagePipeline, Pipeline, PipelineNetworks, PointPipeline } from './pipeline.ts';
export { offerFile } from './offer-file.ts';
export { MissingScheduleError, PipelineError } from './pipeline-error.ts';
export type { SampleEvent, SampleOptions } from './sample-events.ts';
export type { Sampling } from './sampling.ts';
export {
  isSpacing,
  predictionSchema,
  samplerNames,
  type SamplerName,
  type SamplingConfig,
  samplingSchema,
  spacingNames,
  varianceSchema,
} from './sampling-config.ts';
export { type GammaConfig, gammaSchema, type ScheduleConfig, scheduleSchema } from './schedule-config.ts';
export { scheduleFromConfig } from './schedule-from-config.ts';
export { solversThatTake } from './solvers.ts';
export { type AnyCanvas, drawOnCanvas, type DrawOptions, type SampleArray, toImageData } from './to-image-data.ts';

import { kinds, parse } from '@diffgan/config';
import { FileFormatError } from '@diffgan/files';
import { type ModelConfig, modelSchemas } from '@diffgan/unet';
import { type ChainParts, configShape, type SamplingParts } from './chain-parts.ts';
import { checkSampling } from './check-sampling.ts';
import { describeModel, type DescriptionOptions, type ModelDescription } from './describe-model.ts';
import { modelFiles, type OpenFiles, type PipelineSource, readText } from './model-files.ts';
import { overrideSampling } from './override-sampling.ts';
import { PipelineError } from './pipeline-error.ts';
import type { SamplingConfig } from './sampling-config.ts';

/** What can be told of a model besides where it lies. */
export interface DescribePipelineOptions extends DescriptionOptions {
  /** Takes the place of what the model says. */
  sampling?: Partial<SamplingConfig>;
  /** A classifier of noised examples that guides the samples. */
  classifier?: { readonly classes: number };
  /** A worse denoiser of the same data and prediction, away from which autoguidance leads. */
  worse?: ModelConfig;
  /**
   * What the model must draw: another one is refused.
   * @defaultValue whatever it draws
   */
  draws?: 'images' | 'points';
}

/** What a pipeline will draw, and how. */
export interface PipelineDescription extends SamplingParts, Pick<ModelDescription, 'role' | 'path' | 'ablations'> {
  /** Shape of one sample: `[height, width, channels]` of an image, `[dim]` of a point. */
  readonly sampleShape: readonly number[];
}

/**
 * Tells what `loadPipeline` would load, by configurations alone: weights are not read, and no backend is needed.
 *
 * @param source as of `loadPipeline`
 * @throws as `loadPipeline`, but for what is wrong with the weights.
 * @example
 * ```ts
 * const { sampleShape, sampling } = await describePipeline('fashion-mnist-distil');
 * sampleShape; // [28, 28, 1]
 * sampling.sampler; // 'ddgan'
 * ```
 */
export const describePipeline = (
  source: PipelineSource,
  options: DescribePipelineOptions = {},
): Promise<PipelineDescription> => describeFiles(modelFiles(source), options);

/** {@link describePipeline} of files that are open. */
export async function describeFiles(files: OpenFiles, options: DescribePipelineOptions): Promise<PipelineDescription> {
  const { role, path, schedule, sampling, spacing, ablations } = await describeModel(files, options);
  const network = await readNetwork(files, path, options.signal);
  const { name } = files;
  const sampleShape = configShape(network);
  assertDraws(name, sampleShape, options);
  const asked = spaced(overrideSampling(sampling, { ...options.sampling }), schedule, spacing);
  const { classifier, worse } = options;
  const parts = { name, network, schedule, sampling: asked, classifier, worse };
  checkSampling(parts);
  return { ...parts, role, path, ablations, sampleShape };
}

async function readNetwork(files: OpenFiles, path: string, signal?: AbortSignal): Promise<ModelConfig> {
  const text = await readText(files, `${path}config.json`, signal);
  const refuse = (why: string, cause?: unknown) =>
    new FileFormatError(`${files.name}: ${path}config.json describes no network: ${why}`, { cause });
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw refuse((cause as Error).message, cause);
  }
  const network: ModelConfig = parse(kinds('kind', modelSchemas), json, refuse);
  if (/(generator|denoiser|unet)$/.test(network.kind)) return network;
  throw new PipelineError(`${files.name}: ${path} holds a ${network.kind}, from which nothing can be drawn`);
}

/** Refuses a network that draws points where images are wanted, or points where images are. */
function assertDraws(name: string, shape: readonly number[], { draws }: DescribePipelineOptions): void {
  const found = shape.length === 3 ? 'images' : 'points';
  if (draws !== undefined && draws !== found)
    throw new PipelineError(
      `${name} draws ${found} of ${shape.join('×')}, and ${draws} are asked for; give another model`,
    );
}

/** Fewer steps than the schedule has are spaced as the model says, where nothing else is asked for. */
function spaced(sampling: SamplingConfig, schedule: ChainParts['schedule'], spacing?: string): SamplingConfig {
  const { steps, sigmas } = sampling;
  const whole = steps === undefined || typeof schedule === 'function' || steps === schedule.steps;
  return whole || sigmas || spacing === undefined ? sampling : { spacing, ...sampling };
}

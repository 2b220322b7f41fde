import type { LayersModel } from '@tensorflow/tfjs-layers';
import { FileFormatError } from '@diffgan/files';
import { createModel, loadWeights, modelConfig } from '@diffgan/unet';
import type { CompileNetwork } from './batch-sampler.ts';
import { createPipeline } from './create-pipeline.ts';
import { describeModel, type DescriptionOptions } from './describe-model.ts';
import { type ModelFiles, modelFiles, type PipelineSource, readText } from './model-files.ts';
import { overrideSampling } from './override-sampling.ts';
import type { Pipeline } from './pipeline.ts';
import { PipelineError } from './pipeline-error.ts';
import type { SamplingConfig } from './sampling-config.ts';

/** How far loading is. */
export interface LoadProgress {
  /** What is read, such as `generator/model.safetensors`. */
  file: string;
  /** Bytes of it that are there. */
  loaded: number;
  total: number;
}

/** Options of {@link loadPipeline}. */
export interface LoadPipelineOptions extends DescriptionOptions {
  /** Takes the place of what the model says. */
  sampling?: Partial<SamplingConfig>;
  /** A classifier of noised examples that guides the samples; it stays the caller's. */
  classifier?: LayersModel;
  /** Makes graphs of network calls: `(f) => compile(f, { variables: 'constant' })` of `@diffgan/runtime`. @defaultValue none */
  compile?: CompileNetwork;
  /** Called while weights are read. */
  onProgress?: (progress: LoadProgress) => void;
}

/**
 * Loads a trained model: that of a run of `diffgan train`, a network alone, or one that the project ships.
 *
 * A folder holds `config.json` with the settings of a run and a folder for each network with its own `config.json` and
 * `model.safetensors`; that of a network alone does not tell its noise schedule, which `options.schedule` then gives. Everything in it is
 * data, nothing is executed.
 *
 * @param source a name (`'fashion-mnist-ddgan'`), a folder (Node), a URL, the handle of a folder or a reader of files (browsers).
 * @returns a pipeline; the caller ends with `dispose`.
 * @throws PipelineError when nothing can be drawn from it as it is; FileFormatError when a file is broken; Error when one cannot be read.
 * @example
 * ```ts
 * const pipeline = await loadPipeline('fashion-mnist-ddgan');
 * const images = await run(pipeline.sample({ count: 16, key: key(7) })); // [16, 28, 28, 1] in [−1, 1]
 * pipeline.dispose();
 * ```
 */
export async function loadPipeline(source: PipelineSource, options: LoadPipelineOptions = {}): Promise<Pipeline> {
  const { classifier, compile, signal } = options;
  const files = modelFiles(source);
  const { role, path, schedule, sampling, ablations } = await describeModel(files, options);
  const network = await loadNetwork(files, path, options);
  try {
    const pipeline = createPipeline({
      name: files.name,
      networks: { [role]: network, ...(classifier && { classifier }) },
      schedule,
      sampling: overrideSampling(sampling, { ...options.sampling }),
      ablations,
      card: await readCard(files, signal),
      compile,
    });
    return { ...pipeline, dispose: () => void network.dispose() };
  } catch (error) {
    network.dispose();
    throw error;
  }
}

async function loadNetwork(
  files: ModelFiles,
  path: string,
  { signal, onProgress }: LoadPipelineOptions,
): Promise<LayersModel> {
  const network = makeNetwork(files, path, await readText(files, `${path}config.json`, signal));
  const file = `${path}model.safetensors`;
  const onBytes = (loaded: number, total: number) => onProgress?.({ file, loaded, total });
  try {
    const { kind } = modelConfig(network);
    if (!/(generator|denoiser|unet)$/.test(kind))
      throw new PipelineError(`${files.name}: ${path} holds a ${kind}, from which nothing can be drawn`);
    await loadWeights(network, await files.file(file), { signal, onProgress: onBytes });
    return network;
  } catch (error) {
    network.dispose();
    throw error;
  }
}

function makeNetwork(files: ModelFiles, path: string, config: string): LayersModel {
  try {
    return createModel(config, { key: null });
  } catch (cause) {
    throw new FileFormatError(`${files.name}: ${path}config.json describes no network: ${(cause as Error).message}`, {
      cause,
    });
  }
}

/** A model without a card is a model, too. */
async function readCard(files: ModelFiles, signal?: AbortSignal): Promise<string | undefined> {
  try {
    return await readText(files, 'README.md', signal);
  } catch {
    signal?.throwIfAborted();
    return undefined;
  }
}

import type { LayersModel } from '@tensorflow/tfjs-layers';
import { backendReady } from '@diffgan/ops';
import { createModelFor, loadWeights, modelConfig } from '@diffgan/unet';
import type { ImageModelName, PointModelName } from '@diffgan/weights';
import type { CompileNetwork } from './batch-sampler.ts';
import { classifierFacts } from './chain-parts.ts';
import { createPipeline } from './create-pipeline.ts';
import { describeFiles, type DescribePipelineOptions, type PipelineDescription } from './describe-pipeline.ts';
import { modelFiles, type OpenFiles, type PipelineSource, readText } from './model-files.ts';
import type { ImagePipeline, Pipeline, PointPipeline } from './pipeline.ts';

/** How far loading is. */
export interface LoadProgress {
  /** What is read, such as `generator/model.safetensors`. */
  file: string;
  /** Bytes of it that are there. */
  loaded: number;
  /** Bytes of the whole; undefined while a server does not tell. */
  total: number | undefined;
}

/** Options of {@link loadPipeline}. */
export interface LoadPipelineOptions extends Omit<DescribePipelineOptions, 'classifier' | 'worse'> {
  /** A classifier of noised examples that guides the samples; it stays the caller's. */
  classifier?: LayersModel;
  /** A worse denoiser of the same data and prediction, away from which `sampling.autoguidance` leads; it stays the caller's. */
  worse?: LayersModel;
  /** Makes graphs of network calls: `(f) => compile(f, { variables: 'constant' })` of `@diffgan/runtime`. @defaultValue none */
  compile?: CompileNetwork;
  /**
   * Which weights are read: `model.safetensors`, or those rounded to half precision in `model.float16.safetensors`, which are half as large
   * and which networks of `@diffgan/weights` and of `saveModel` with that option have.
   * @defaultValue `'float32'`
   */
  dtype?: 'float32' | 'float16';
  /**
   * Whether what is fetched from a server is kept for the next time: by the Cache API in pages, in the cache of this user in Node. It is
   * fetched again when the server has another version, and taken as it is without a connection.
   * @defaultValue true
   */
  cache?: boolean;
  /** Called while weights are read. */
  onProgress?: (progress: LoadProgress) => void;
}

/**
 * Loads a trained model: that of a run of `diffgan train`, a network alone, or one that the project ships.
 *
 * A folder holds `config.json` with the settings of a run and a folder for each network with its own `config.json` and
 * `model.safetensors`; that of a network alone tells its noise schedule in `diffusion.json` beside it, or not at all, and
 * `options.schedule` then gives it. Everything in it is data, nothing is executed.
 *
 * @param source a name (`'fashion-mnist-distil'`), a folder (Node), a URL; in browsers also the handle of a folder or the files of an `<input
 *   type=file webkitdirectory>`; or anything that gives the files.
 * @returns a pipeline; the caller ends with `dispose`.
 * @throws PipelineError when nothing can be drawn from it as it is; FileFormatError when a file is broken; Error when one cannot be read.
 * @example
 * ```ts
 * const pipeline = await loadPipeline('fashion-mnist-distil');
 * const images = await pipeline.sample({ count: 16, key: key(7) }); // [16, 28, 28, 1] in [−1, 1]
 * pipeline.dispose();
 * ```
 */
export function loadPipeline(source: ImageModelName, options?: LoadPipelineOptions): Promise<ImagePipeline>;
export function loadPipeline(source: PointModelName, options?: LoadPipelineOptions): Promise<PointPipeline>;
export function loadPipeline(
  source: PipelineSource,
  options: LoadPipelineOptions & { draws: 'images' },
): Promise<ImagePipeline>;
export function loadPipeline(
  source: PipelineSource,
  options: LoadPipelineOptions & { draws: 'points' },
): Promise<PointPipeline>;
export function loadPipeline(source: PipelineSource, options?: LoadPipelineOptions): Promise<Pipeline>;
export async function loadPipeline(source: PipelineSource, options: LoadPipelineOptions = {}): Promise<Pipeline> {
  const { classifier, worse, compile, signal } = options;
  const files = modelFiles(source, options);
  const guide = classifier && classifierFacts(classifier);
  const { role, schedule, sampling, ablations, ...found } = await describeFiles(files, {
    ...options,
    classifier: guide,
    worse: worse && modelConfig(worse),
  });
  await backendReady();
  const network = await loadNetwork(files, found, options);
  try {
    const pipeline = createPipeline({
      name: files.name,
      networks: { [role]: network, ...(classifier && { classifier }), ...(worse && { worse }) },
      schedule,
      sampling,
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

const MAX_WEIGHT_BYTES = 2 ** 31;

async function loadNetwork(
  files: OpenFiles,
  { path, network: config }: Pick<PipelineDescription, 'path' | 'network'>,
  { signal, onProgress, dtype = 'float32' }: LoadPipelineOptions,
): Promise<LayersModel> {
  const file = `${path}model${dtype === 'float16' ? '.float16' : ''}.safetensors`;
  let told = false; // by the download
  const onBytes = (loaded: number, total: number | undefined) => onProgress?.({ file, loaded, total });
  const onDownload = (loaded: number, total: number | undefined) => ((told = true), onBytes(loaded, total));
  const weights = await files.content(file, { maxBytes: MAX_WEIGHT_BYTES, signal, onProgress: onDownload });
  const network = await createModelFor(config, weights);
  try {
    await loadWeights(network, weights, { signal, onProgress: told ? undefined : onBytes });
    return network;
  } catch (error) {
    network.dispose();
    throw error;
  }
}

/** A model without a card is a model, too. */
async function readCard(files: OpenFiles, signal?: AbortSignal): Promise<string | undefined> {
  try {
    return await readText(files, 'README.md', signal);
  } catch {
    signal?.throwIfAborted();
    return undefined;
  }
}

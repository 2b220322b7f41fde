import type { LayersModel } from '@tensorflow/tfjs-layers';
import { modelConfig } from '../networks/finish.ts';
import { weightsToSafetensors } from './model-weights.ts';
import { readNetworkFolder, writeNetworkFolder } from './network-folder.ts';

const WEIGHTS = 'model.safetensors';
const HALF_WEIGHTS = 'model.float16.safetensors';

/** Options of {@link saveModel}. */
export interface SaveModelOptions {
  /** Text to keep in the weight file, such as where the weights come from. @defaultValue `{}` */
  metadata?: Record<string, string>;
  /**
   * How the weights are stored: `'float16'` rounds them to half precision into a file of half the size, `model.float16.safetensors`, which
   * `loadPipeline` of `@diffgan/hub` reads with the same option.
   * @defaultValue `'float32'`
   */
  dtype?: 'float32' | 'float16';
}

/**
 * Writes `config.json` and `model.safetensors` into `dir` (made if missing), each complete or not at all: a folder of Node, or one
 * in the Origin Private File System of a page, `opfs:models/mine`.
 *
 * @throws TypeError if the model does not come from a factory of this package; the error of the file system if it cannot be written.
 * @example
 * ```ts
 * const generator = ddganGenerator(presets['fashion-mnist-tiny'].generator);
 * await saveModel('runs/mine/generator', generator);
 * ```
 */
export async function saveModel(
  dir: string,
  model: LayersModel,
  { metadata = {}, dtype = 'float32' }: SaveModelOptions = {},
): Promise<void> {
  const config = modelConfig(model);
  const bytes = await weightsToSafetensors(model, { metadata, dtype });
  const name = dtype === 'float16' ? HALF_WEIGHTS : WEIGHTS;
  await writeNetworkFolder(dir, { config, weights: { name, bytes } });
}

/**
 * Makes the model that {@link saveModel} wrote.
 *
 * @param dir folder, its URL, or `opfs:models/mine` (browsers); its files are data, nothing in them is executed.
 * @returns the model; the caller disposes it.
 * @throws FileFormatError naming the file that is wrong and how; Error if one cannot be read.
 * @example
 * ```ts
 * await saveModel('models/generator', ddganGenerator(presets['fashion-mnist-tiny'].generator));
 * const generator = await loadModel('models/generator'); // or 'https://example.org/models/generator'
 * generator.dispose();
 * ```
 */
export async function loadModel(dir: string | URL): Promise<LayersModel> {
  return readNetworkFolder(dir, {
    weights: WEIGHTS,
    layout: 'native',
    refusal: (file, reason) =>
      `loadModel: ${file} does not describe a model: ${reason}; restore the file that saveModel wrote`,
  });
}

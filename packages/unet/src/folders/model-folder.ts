import type { LayersModel } from '@tensorflow/tfjs-layers';
import { modelConfig } from '../networks/finish.ts';
import { weightsToSafetensors } from './model-weights.ts';
import { readNetworkFolder, writeNetworkFolder } from './network-folder.ts';

const WEIGHTS = 'model.safetensors';

/** Options of {@link saveModel}. */
export interface SaveModelOptions {
  /** Text to keep in the weight file, such as where the weights come from. @defaultValue `{}` */
  metadata?: Record<string, string>;
}

/**
 * Writes `config.json` and `model.safetensors` into `dir` (made if missing), each complete or not at all. Node only.
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
  { metadata = {} }: SaveModelOptions = {},
): Promise<void> {
  const config = modelConfig(model);
  const bytes = await weightsToSafetensors(model, { metadata });
  await writeNetworkFolder(dir, { config, weights: { name: WEIGHTS, bytes } });
}

/**
 * Makes the model that {@link saveModel} wrote.
 *
 * @param dir folder, or its URL (browsers); its files are data, nothing in them is executed.
 * @returns the model; the caller disposes it.
 * @throws FileFormatError naming the file that is wrong and how; Error if one cannot be read.
 * @example
 * ```ts fragment
 * const generator = await loadModel('https://example.org/models/fashion/generator');
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

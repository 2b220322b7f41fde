import type { LayersModel } from '@tensorflow/tfjs-layers';
import { FileFormatError, readBytes, writeFileAtomic } from '@diffgan/ops/files';
import { createModel } from './create-model.ts';
import { modelConfig } from './finish.ts';
import { loadWeights, weightsToSafetensors } from './model-weights.ts';

const CONFIG = 'config.json';
const WEIGHTS = 'model.safetensors';
const MAX_CONFIG_BYTES = 1 << 20; // a real configuration has a few hundred bytes

/** `dir` is a folder path, or the URL of one, with or without a slash at its end. */
const inside = (dir: string | URL, file: string): string => `${String(dir).replace(/([^/])\/*$/, '$1/')}${file}`;

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
 * await saveModel('runs/mine/generator', generator);
 * ```
 */
export async function saveModel(
  dir: string,
  model: LayersModel,
  { metadata = {} }: SaveModelOptions = {},
): Promise<void> {
  const config = `${JSON.stringify(modelConfig(model), null, 2)}\n`;
  const weights = await weightsToSafetensors(model, { metadata });
  const { mkdir } = await import('node:fs/promises');
  await mkdir(dir, { recursive: true });
  await writeFileAtomic(inside(dir, WEIGHTS), weights);
  await writeFileAtomic(inside(dir, CONFIG), config);
}

/**
 * Makes the model that {@link saveModel} wrote.
 *
 * @param dir - folder, or its URL (browsers); its files are data, nothing in them is executed.
 * @returns the model; the caller disposes it.
 * @throws FileFormatError naming the file that is wrong and how; Error if one cannot be read.
 * @example
 * ```ts
 * const generator = await loadModel('https://example.org/models/fashion/generator');
 * ```
 */
export async function loadModel(dir: string | URL): Promise<LayersModel> {
  const model = await modelOf(inside(dir, CONFIG));
  try {
    await loadWeights(model, inside(dir, WEIGHTS));
  } catch (error) {
    model.dispose();
    throw error;
  }
  return model;
}

async function modelOf(file: string): Promise<LayersModel> {
  const text = new TextDecoder().decode(await readBytes(file, { maxBytes: MAX_CONFIG_BYTES }));
  try {
    return createModel(text, { key: null });
  } catch (cause) {
    throw new FileFormatError(
      `loadModel: ${file} does not describe a model: ${(cause as Error).message}; restore the file that saveModel wrote`,
      { cause },
    );
  }
}

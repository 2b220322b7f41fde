import type { LayersModel } from '@tensorflow/tfjs-layers';
import { readBytes, writeFileAtomic } from '@diffgan/ops/files';
import { createModel } from './create-model.ts';
import { modelConfig } from './finish.ts';
import { loadWeights, weightsToSafetensors } from './model-weights.ts';

const CONFIG = 'config.json';
const WEIGHTS = 'model.safetensors';
const MAX_CONFIG_BYTES = 1 << 20; // a real configuration has a few hundred bytes

/** `dir` is a folder path, or the URL of one. */
const inside = (dir: string | URL, file: string): string => `${String(dir).replace(/\/+$/, '')}/${file}`;

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
  { metadata = {} }: { metadata?: Record<string, string> } = {},
): Promise<void> {
  const config = `${JSON.stringify(modelConfig(model), null, 2)}\n`;
  const weights = await weightsToSafetensors(model, metadata);
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
 * @throws FileFormatError, TypeError or RangeError saying which file is wrong and how.
 * @example
 * ```ts
 * const generator = await loadModel('https://example.org/models/fashion/generator');
 * ```
 */
export async function loadModel(dir: string | URL): Promise<LayersModel> {
  const config = await readBytes(inside(dir, CONFIG), { maxBytes: MAX_CONFIG_BYTES });
  const weights = await readBytes(inside(dir, WEIGHTS));
  const model = createModel(new TextDecoder().decode(config));
  try {
    await loadWeights(model, weights);
  } catch (error) {
    model.dispose();
    throw error;
  }
  return model;
}

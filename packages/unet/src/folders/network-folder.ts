import type { LayersModel } from '@tensorflow/tfjs-layers';
import { FileFormatError, isPageFile, readBytes, writeAtomically } from '@diffgan/files';
import type { ModelConfig } from '../config/model-config.ts';
import { modelSchemas } from '../config/model-schemas.ts';
import { requireConfig } from '../config/require-config.ts';
import type { LayoutName } from '../layouts/layouts.ts';
import { createModelFor } from './create-model-for.ts';
import { loadWeights } from './model-weights.ts';

const CONFIG = 'config.json';
const MAX_CONFIG_BYTES = 1 << 20; // a real configuration has a few hundred bytes

/** `dir` is a folder path, or the URL of one, with or without a slash at its end. */
const inside = (dir: string | URL, file: string): string => `${String(dir).replace(/([^/])\/*$/, '$1/')}${file}`;

/** Writes a configuration and weights into `dir`, made if missing; each file complete or not at all, the weights first. */
export async function writeNetworkFolder(
  dir: string,
  { config, weights }: { config: object; weights: { name: string; bytes: Uint8Array } },
): Promise<void> {
  if (!isPageFile(dir)) {
    const { mkdir } = process.getBuiltinModule('node:fs/promises');
    await mkdir(dir, { recursive: true });
  }
  await writeAtomically(inside(dir, weights.name), weights.bytes);
  await writeAtomically(inside(dir, CONFIG), `${JSON.stringify(config, null, 2)}\n`);
}

/** How to read a folder. */
export interface NetworkFolder {
  /** Name of the weight file. */
  weights: string;
  layout: LayoutName;
  /** The configuration in terms of this library. @defaultValue as it is */
  parse?: (config: unknown) => unknown;
  /** What to say of a configuration that cannot be used. */
  refusal: (file: string, reason: string) => string;
}

/** Makes the model of a folder's configuration and loads its weights. */
export async function readNetworkFolder(dir: string | URL, folder: NetworkFolder): Promise<LayersModel> {
  const file = inside(dir, CONFIG);
  const text = new TextDecoder().decode(await readBytes(file, { maxBytes: MAX_CONFIG_BYTES }));
  let config: unknown;
  try {
    config = parseJson(text);
    if (folder.parse) config = folder.parse(config);
    requireConfig('createModel', modelSchemas, config);
  } catch (cause) {
    throw new FileFormatError(folder.refusal(file, (cause as Error).message), { cause });
  }
  const model = await createModelFor(config as ModelConfig, inside(dir, folder.weights));
  try {
    await loadWeights(model, inside(dir, folder.weights), { layout: folder.layout });
  } catch (error) {
    model.dispose();
    throw error;
  }
  return model;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new TypeError(`the configuration is not valid JSON (${(cause as Error).message})`, { cause });
  }
}

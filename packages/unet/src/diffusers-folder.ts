import type { LayersModel } from '@tensorflow/tfjs-layers';
import { FileFormatError, readBytes, writeFileAtomic } from '@diffgan/ops/files';
import type { DdpmUnetConfig } from './config.ts';
import { ddpmUnet } from './ddpm-unet.ts';
import { modelConfig } from './finish.ts';
import { diffusersConfig, unetConfigFromDiffusers } from './layouts/diffusers-config.ts';
import { loadWeights, weightsToSafetensors } from './model-weights.ts';

const CONFIG = 'config.json';
const WEIGHTS = 'diffusion_pytorch_model.safetensors';
const MAX_CONFIG_BYTES = 1 << 20; // a real configuration has some kB

const inside = (dir: string | URL, file: string): string => `${String(dir).replace(/([^/])\/*$/, '$1/')}${file}`;

/**
 * Writes a model as a folder that `UNet2DModel.from_pretrained` of diffusers loads: `config.json` and
 * `diffusion_pytorch_model.safetensors`. Node only.
 *
 * @param model - of {@link ddpmUnet}.
 * @throws RangeError naming the field of its configuration that a `UNet2DModel` cannot have.
 * @example
 * ```ts
 * await saveForDiffusers('exported/unet', model); // Python: UNet2DModel.from_pretrained('exported/unet')
 * ```
 */
export async function saveForDiffusers(dir: string, model: LayersModel): Promise<void> {
  const config = `${JSON.stringify(diffusersConfig(modelConfig(model)), null, 2)}\n`;
  const weights = await weightsToSafetensors(model, { layout: 'diffusers', metadata: { format: 'pt' } });
  const { mkdir } = await import('node:fs/promises');
  await mkdir(dir, { recursive: true });
  await writeFileAtomic(inside(dir, WEIGHTS), weights);
  await writeFileAtomic(inside(dir, CONFIG), config);
}

/**
 * Makes the model of a folder that diffusers wrote for a `UNet2DModel`, such as google/ddpm-cifar10-32.
 *
 * @param dir - folder, or its URL, with `config.json` and `diffusion_pytorch_model.safetensors`.
 * @returns a model of {@link ddpmUnet}; the caller disposes it.
 * @throws FileFormatError naming the file that is wrong and how; Error if one cannot be read.
 * @example
 * ```ts
 * const model = await loadFromDiffusers('downloads/ddpm-cifar10-32');
 * ```
 */
export async function loadFromDiffusers(dir: string | URL): Promise<LayersModel> {
  const model = await modelOf(inside(dir, CONFIG));
  try {
    await loadWeights(model, inside(dir, WEIGHTS), { layout: 'diffusers' });
  } catch (error) {
    model.dispose();
    throw error;
  }
  return model;
}

async function modelOf(file: string): Promise<LayersModel> {
  const text = new TextDecoder().decode(await readBytes(file, { maxBytes: MAX_CONFIG_BYTES }));
  try {
    const config: DdpmUnetConfig = unetConfigFromDiffusers(JSON.parse(text));
    return ddpmUnet(config);
  } catch (cause) {
    throw new FileFormatError(
      `loadFromDiffusers: ${file} does not describe a network that this package has: ${(cause as Error).message}`,
      { cause },
    );
  }
}

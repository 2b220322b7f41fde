import type { LayersModel } from '@tensorflow/tfjs-layers';
import { diffusersConfig, unetConfigFromDiffusers } from '../layouts/diffusers-config.ts';
import { modelConfig } from '../networks/finish.ts';
import { weightsToSafetensors } from './model-weights.ts';
import { readNetworkFolder, writeNetworkFolder } from './network-folder.ts';

const WEIGHTS = 'diffusion_pytorch_model.safetensors';

/**
 * Writes a model as a folder that `UNet2DModel.from_pretrained` of diffusers loads: `config.json` and
 * `diffusion_pytorch_model.safetensors`. Node only.
 *
 * @param model of {@link ddpmUnet}.
 * @throws RangeError naming the field of its configuration that a `UNet2DModel` cannot have.
 * @example
 * ```ts
 * const model = ddpmUnet({ ...presets['fashion-mnist-small'].denoiser, groups: 4 });
 * await saveForDiffusers('exported/unet', model); // Python: UNet2DModel.from_pretrained('exported/unet')
 * ```
 */
export async function saveForDiffusers(dir: string, model: LayersModel): Promise<void> {
  const config = diffusersConfig(modelConfig(model));
  const bytes = await weightsToSafetensors(model, { layout: 'diffusers', metadata: { format: 'pt' } });
  await writeNetworkFolder(dir, { config, weights: { name: WEIGHTS, bytes } });
}

/**
 * Makes the model of a folder that diffusers wrote for a `UNet2DModel`, such as google/ddpm-cifar10-32.
 *
 * @param dir folder, or its URL, with `config.json` and `diffusion_pytorch_model.safetensors`.
 * @returns a model of {@link ddpmUnet}; the caller disposes it.
 * @throws FileFormatError naming the file that is wrong and how; Error if one cannot be read.
 * @example
 * ```ts
 * await saveForDiffusers('downloads/unet', ddpmUnet({ ...presets['fashion-mnist-small'].denoiser, groups: 4 }));
 * const model = await loadFromDiffusers('downloads/unet'); // or what diffusers wrote, such as google/ddpm-cifar10-32
 * model.dispose();
 * ```
 */
export async function loadFromDiffusers(dir: string | URL): Promise<LayersModel> {
  return readNetworkFolder(dir, {
    weights: WEIGHTS,
    layout: 'diffusers',
    parse: unetConfigFromDiffusers,
    refusal: (file, reason) =>
      `loadFromDiffusers: ${file} does not describe a network that this package has: ${reason}`,
  });
}

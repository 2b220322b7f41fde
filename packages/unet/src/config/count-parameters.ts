import { ddganDiscriminatorParameters } from './ddgan-discriminator-config.ts';
import { ddganGeneratorParameters } from './ddgan-generator-config.ts';
import { ddpmUnetParameters } from './ddpm-unet-config.ts';
import { mlpParameters } from './mlp-config.ts';
import type { ModelConfig } from './model-config.ts';
import { noiseClassifierParameters } from './noise-classifier-config.ts';
import { vdmDenoiserParameters } from './vdm-denoiser-config.ts';

/**
 * The number of parameters of the network that a configuration describes, without making it; a model has four bytes for each.
 *
 * @param config one that {@link createModel} takes; others give a number without meaning.
 * @example
 * ```ts
 * countParameters(presets.cifar10.denoiser); // 35746307
 * ```
 */
export function countParameters(config: ModelConfig): number {
  switch (config.kind) {
    case 'ddpm-unet':
      return ddpmUnetParameters(config);
    case 'ddgan-generator':
      return ddganGeneratorParameters(config);
    case 'ddgan-discriminator':
      return ddganDiscriminatorParameters(config);
    case 'vdm-denoiser':
      return vdmDenoiserParameters(config);
    case 'noise-classifier':
      return noiseClassifierParameters(config);
    default:
      return mlpParameters(config);
  }
}

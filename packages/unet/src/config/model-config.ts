import type { DdganDiscriminatorConfig } from './ddgan-discriminator-config.ts';
import type { DdganGeneratorConfig } from './ddgan-generator-config.ts';
import type { DdpmUnetConfig } from './ddpm-unet-config.ts';
import type { AnyMlpConfig } from './mlp-config.ts';
import type { NoiseClassifierConfig } from './noise-classifier-config.ts';
import type { VdmDenoiserConfig } from './vdm-denoiser-config.ts';

/** Any network configuration; `kind` tells them apart. It is what `config.json` holds. */
export type ModelConfig =
  | DdpmUnetConfig
  | DdganGeneratorConfig
  | DdganDiscriminatorConfig
  | VdmDenoiserConfig
  | NoiseClassifierConfig
  | AnyMlpConfig;

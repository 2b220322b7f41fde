import type { Schema } from '@diffgan/config';
import { ddganDiscriminatorSchema } from './ddgan-discriminator-config.ts';
import { ddganGeneratorSchema } from './ddgan-generator-config.ts';
import { ddpmUnetSchema } from './ddpm-unet-config.ts';
import { mlpClassifierSchema, mlpCriticSchema, mlpDenoiserSchema, mlpGeneratorSchema } from './mlp-config.ts';
import type { ModelConfig } from './model-config.ts';
import { noiseClassifierSchema } from './noise-classifier-config.ts';
import { vdmDenoiserSchema } from './vdm-denoiser-config.ts';

/**
 * What the factories of this package take, by `kind`: the one description of each family of networks, with which configurations are
 * checked that come from files.
 *
 * @example
 * ```ts
 * import { parse } from '@diffgan/config';
 * import { modelSchemas } from '@diffgan/unet';
 *
 * const json = JSON.parse('{ "kind": "mlp-denoiser", "dim": 2, "hidden": [64, 64], "timeWidth": 32 }');
 * const config = parse(modelSchemas['mlp-denoiser'], json, (problem) => new RangeError(`my.json: ${problem}`));
 * config.hidden.length; // 2
 * ```
 */
export const modelSchemas = {
  'ddpm-unet': ddpmUnetSchema,
  'ddgan-generator': ddganGeneratorSchema,
  'ddgan-discriminator': ddganDiscriminatorSchema,
  'vdm-denoiser': vdmDenoiserSchema,
  'noise-classifier': noiseClassifierSchema,
  'mlp-denoiser': mlpDenoiserSchema,
  'mlp-generator': mlpGeneratorSchema,
  'mlp-critic': mlpCriticSchema,
  'mlp-classifier': mlpClassifierSchema,
} as const satisfies { readonly [K in ModelConfig['kind']]: Schema<Extract<ModelConfig, { kind: K }>> };

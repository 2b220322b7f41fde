import type { LayersModel } from '@tensorflow/tfjs-layers';
import type { ModelConfig } from './config/model-config.ts';
import { ddganDiscriminator } from './networks/ddgan-discriminator.ts';
import { ddganGenerator } from './networks/ddgan-generator.ts';
import { ddpmUnet } from './networks/ddpm-unet.ts';
import type { FactoryOptions } from './networks/factory-options.ts';
import { mlpClassifier, mlpCritic, mlpDenoiser, mlpGenerator } from './networks/mlp.ts';
import { noiseClassifier } from './networks/noise-classifier.ts';
import { vdmDenoiser } from './networks/vdm-denoiser.ts';

const kinds: readonly ModelConfig['kind'][] = [
  'ddpm-unet',
  'ddgan-generator',
  'ddgan-discriminator',
  'vdm-denoiser',
  'noise-classifier',
  'mlp-denoiser',
  'mlp-generator',
  'mlp-critic',
  'mlp-classifier',
];

/**
 * Makes the model a configuration describes, whatever its kind; `json` may come from outside (`config.json`).
 *
 * @param json a {@link ModelConfig} or its JSON text.
 * @returns a model that the caller disposes.
 * @throws TypeError if it is not an object with a known `kind`; RangeError naming the field that is out of range.
 * @example
 * ```ts
 * const model = ddpmUnet(presets['fashion-mnist-tiny'].denoiser);
 * const twin = createModel(modelConfig(model)); // same architecture, freshly drawn weights
 * ```
 */
export function createModel(json: ModelConfig | string, options: FactoryOptions = {}): LayersModel {
  const config = typeof json === 'string' ? parse(json) : json;
  switch (config?.kind) {
    case 'ddpm-unet':
      return ddpmUnet(config, options);
    case 'ddgan-generator':
      return ddganGenerator(config, options);
    case 'ddgan-discriminator':
      return ddganDiscriminator(config, options);
    case 'vdm-denoiser':
      return vdmDenoiser(config, options);
    case 'noise-classifier':
      return noiseClassifier(config, options);
    case 'mlp-denoiser':
      return mlpDenoiser(config, options);
    case 'mlp-generator':
      return mlpGenerator(config, options);
    case 'mlp-critic':
      return mlpCritic(config, options);
    case 'mlp-classifier':
      return mlpClassifier(config, options);
    default:
      throw new TypeError(
        `createModel: kind is ${JSON.stringify((config as { kind?: unknown } | null | undefined)?.kind)}; ` +
          `it must be one of ${kinds.join(', ')}`,
      );
  }
}

function parse(text: string): ModelConfig | null {
  try {
    return JSON.parse(text) as ModelConfig | null;
  } catch (cause) {
    throw new TypeError(`createModel: the configuration is not valid JSON (${(cause as Error).message})`, { cause });
  }
}

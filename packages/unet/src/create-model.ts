import type { LayersModel } from '@tensorflow/tfjs-layers';
import type { ModelConfig } from './config.ts';
import { ddganDiscriminator } from './ddgan-discriminator.ts';
import { ddganGenerator } from './ddgan-generator.ts';
import { ddpmUnet, type FactoryOptions } from './ddpm-unet.ts';

type Factory = (config: ModelConfig, options?: FactoryOptions) => LayersModel;
const factories: Record<ModelConfig['kind'], Factory> = {
  'ddpm-unet': ddpmUnet as Factory,
  'ddgan-generator': ddganGenerator as Factory,
  'ddgan-discriminator': ddganDiscriminator as Factory,
};
const kinds = Object.keys(factories);

/**
 * Makes the model a configuration describes, whatever its kind; `json` may come from outside (`config.json`).
 *
 * @param json - a {@link ModelConfig} or its JSON text.
 * @throws TypeError if it is not an object with a known `kind`; RangeError if a field is out of range.
 * @example
 * ```ts
 * const twin = createModel(modelConfig(model)); // same architecture, freshly drawn weights
 * ```
 */
export function createModel(json: ModelConfig | string, options: FactoryOptions = {}): LayersModel {
  const config = typeof json === 'string' ? parse(json) : json;
  const kind = (config as { kind?: unknown } | null)?.kind;
  if (typeof kind !== 'string' || !kinds.includes(kind))
    throw new TypeError(`createModel: kind is ${JSON.stringify(kind)}; it must be one of ${kinds.join(', ')}`);
  return factories[kind as ModelConfig['kind']](config, options);
}

function parse(text: string): ModelConfig {
  try {
    return JSON.parse(text) as ModelConfig;
  } catch (cause) {
    throw new TypeError('createModel: the configuration is not valid JSON', { cause });
  }
}

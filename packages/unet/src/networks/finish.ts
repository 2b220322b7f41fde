import type { LayersModel } from '@tensorflow/tfjs-layers';
import { describeModel, type Key } from '@diffgan/ops';
import { labelCount } from '../config/label-config.ts';
import type { ModelConfig } from '../config/model-config.ts';
import { initialise } from './initialise.ts';
import { predictInBatches } from './predict-in-batches.ts';

const configs = new WeakMap<LayersModel, ModelConfig>();

/** A copy as JSON would bring it back, frozen all the way down. */
const frozenCopy = <T>(value: T): T =>
  JSON.parse(JSON.stringify(value), (_, part: unknown) => Object.freeze(part)) as T;

/**
 * The last line of every factory: remembers the configuration, also for samplers, makes `predict` take what `apply` takes, and draws the
 * weights, unless there is no key.
 */
export function finish(model: LayersModel, config: ModelConfig, key: Key | null): LayersModel {
  predictInBatches(model);
  configs.set(model, frozenCopy(config));
  const takesLabels = model.inputNames.some((name) => name.startsWith('label'));
  const labels = takesLabels && 'classes' in config ? labelCount(config) : undefined;
  describeModel(model, { name: config.kind, ...(labels !== undefined && { labels }) });
  if (key !== null) initialise(model, key);
  return model;
}

/**
 * The configuration a model was made from; `createModel` of it makes an equal one.
 *
 * @returns a frozen copy.
 * @throws TypeError if the model does not come from a factory of this package.
 * @example
 * ```ts
 * modelConfig(ddpmUnet(presets['fashion-mnist-tiny'].denoiser)).kind; // 'ddpm-unet'
 * ```
 */
export function modelConfig(model: LayersModel): ModelConfig {
  const config = configs.get(model);
  if (config === undefined)
    throw new TypeError(
      `modelConfig: ${model.name} was not made by a factory of @diffgan/unet; use one of those or createModel`,
    );
  return config;
}

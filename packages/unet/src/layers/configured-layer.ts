import type { serialization } from '@tensorflow/tfjs-core';
import { layers } from '@tensorflow/tfjs-layers';
import type { Key } from '@diffgan/ops';

/** Arguments every layer takes. */
export interface LayerName {
  /** Name, unique within the model; it prefixes the names of the weights. */
  name?: string;
}

/** A layer whose whole configuration is one plain object, which is also its serialised form. */
export abstract class ConfiguredLayer<Config extends object> extends layers.Layer {
  /** The configuration, as given. */
  readonly settings: Readonly<Config & LayerName>;

  /** @param settings the configuration; `name` is optional. */
  constructor(settings: Config & LayerName) {
    super(settings); // takes `name`, and `trainable` and `dtype` of a layer read back from a file
    this.settings = settings;
  }

  override getConfig(): serialization.ConfigDict {
    return { ...super.getConfig(), ...(this.settings as serialization.ConfigDict) };
  }
}

/** A layer that can draw its own initial weights, in the order of its weight list. */
export interface InitialisedLayer {
  /** Values of the layer's weights at the start of training, drawn from `key`. */
  drawWeights(key: Key): Float32Array[];
}

/** True for layers that implement {@link InitialisedLayer}. */
export function isInitialised(layer: object): layer is layers.Layer & InitialisedLayer {
  return 'drawWeights' in layer;
}

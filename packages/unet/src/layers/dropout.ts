import * as tf from '@tensorflow/tfjs-core';
import type { Shape } from '@tensorflow/tfjs-layers';
import { dropout, type DropoutPart } from '@diffgan/ops';
import { ConfiguredLayer } from './configured-layer.ts';
import { single, singleShape } from './shapes.ts';

/** Configuration of {@link Dropout}. */
export interface DropoutConfig {
  /** Share of the values that training drops. */
  rate: number;
  /** Different for every layer of a model. */
  stream: number;
}

/** Arguments of a call, as `callModel` passes them through a model. */
interface CallOptions {
  training?: boolean;
  dropoutSeed?: tf.Tensor2D;
  dropoutPart?: DropoutPart;
}

/** Sets a random share of the values to zero while training, as the seed of the call says; passes them on otherwise. */
export class Dropout extends ConfiguredLayer<DropoutConfig> {
  static readonly className = 'DiffganDropout';

  override computeOutputShape(inputShape: Shape | Shape[]): Shape {
    return singleShape(inputShape);
  }

  override call(inputs: tf.Tensor | tf.Tensor[], { training, dropoutSeed, dropoutPart }: CallOptions = {}): tf.Tensor {
    const x = single(inputs);
    if (!training) return tf.clone(x);
    if (dropoutSeed === undefined)
      throw new TypeError(
        `${this.name}: a model with dropout ${this.settings.rate} was called with training: true but without dropoutSeed. ` +
          'Make one for each step with dropoutSeed(key), or set dropout of the configuration to 0',
      );
    return dropout(x, dropoutSeed, { ...this.settings, part: dropoutPart });
  }
}

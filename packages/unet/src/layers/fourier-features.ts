import type * as tf from '@tensorflow/tfjs-core';
import type { Shape } from '@tensorflow/tfjs-layers';
import { fourierFeatures } from '@diffgan/ops';
import { ConfiguredLayer } from './configured-layer.ts';
import { lastSize, single, singleShape } from './shapes.ts';

/** Configuration of {@link FourierFeatures}. */
export interface FourierFeaturesConfig {
  /** n of each pair of waves sin(2ⁿπx), cos(2ⁿπx). */
  exponents: readonly number[];
}

/** Fast waves of every channel, `[B,…,C] → [B,…,2·C·n]`. */
export class FourierFeatures extends ConfiguredLayer<FourierFeaturesConfig> {
  static readonly className = 'DiffganFourierFeatures';

  override computeOutputShape(inputShape: Shape | Shape[]): Shape {
    const shape = singleShape(inputShape);
    return [...shape.slice(0, -1), 2 * this.settings.exponents.length * lastSize(shape)];
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    return fourierFeatures(single(inputs), this.settings.exponents);
  }
}

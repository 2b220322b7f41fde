import * as tf from '@tensorflow/tfjs-core';
import type { Shape } from '@tensorflow/tfjs-layers';
import { ConfiguredLayer } from './configured-layer.ts';
import { single, singleShape } from './shapes.ts';

/** Configuration of {@link Affine}. */
export interface AffineConfig {
  scale: number;
  shift: number;
}

/** `scale·x + shift` with constants. */
export class Affine extends ConfiguredLayer<AffineConfig> {
  static readonly className = 'DiffganAffine';

  override computeOutputShape(inputShape: Shape | Shape[]): Shape {
    return singleShape(inputShape);
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    const { scale, shift } = this.settings;
    return tf.tidy(() => tf.add(tf.mul(single(inputs), scale), shift));
  }
}

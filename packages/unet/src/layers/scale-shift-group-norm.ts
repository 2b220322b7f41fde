import * as tf from '@tensorflow/tfjs-core';
import { initializers, type LayerVariable, type Shape } from '@tensorflow/tfjs-layers';
import { adaptiveGroupNorm } from '@diffgan/ops';
import { ConfiguredLayer, type InitialisedLayer } from './configured-layer.ts';
import type { GroupNormConfig } from './group-norm.ts';

/**
 * Group normalisation with one learned scale and shift per channel, whose result an embedding scales and shifts again: inputs
 * `[x [B,…,C], [s, b] [B,2C]]`, `y = (1 + s)·GN(x) + b` (Nichol & Dhariwal 2021, FiLM).
 */
export class ScaleShiftGroupNorm extends ConfiguredLayer<GroupNormConfig> implements InitialisedLayer {
  static readonly className = 'DiffganScaleShiftGroupNorm';
  #scale!: LayerVariable;
  #shift!: LayerVariable;

  override build(inputShape: Shape | Shape[]): void {
    const channels = (inputShape as Shape[])[0].at(-1) as number;
    this.#scale = this.addWeight('scale', [channels], 'float32', initializers.ones());
    this.#shift = this.addWeight('shift', [channels], 'float32', initializers.zeros());
    this.built = true;
  }

  drawWeights(): Float32Array[] {
    const channels = this.#scale.shape[0] as number;
    return [new Float32Array(channels).fill(1), new Float32Array(channels)];
  }

  override computeOutputShape(inputShape: Shape | Shape[]): Shape {
    return (inputShape as Shape[])[0];
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    return tf.tidy(() => {
      const [x, scaleShift] = inputs as [tf.Tensor, tf.Tensor2D];
      const [s, b] = tf.split(scaleShift, 2, 1);
      const slope = tf.add(s, 1);
      // (1 + s)·(scale·x̂ + shift) + b in one normalisation
      const shift = tf.add(tf.mul(slope, this.#shift.read()), b);
      return adaptiveGroupNorm(x, tf.mul(slope, this.#scale.read()), shift, this.settings);
    });
  }
}

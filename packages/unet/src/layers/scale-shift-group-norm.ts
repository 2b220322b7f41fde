import * as tf from '@tensorflow/tfjs-core';
import { initializers, type Shape } from '@tensorflow/tfjs-layers';
import { adaptiveGroupNorm } from '@diffgan/ops';
import { ConfiguredLayer, type InitialisedLayer } from './configured-layer.ts';
import type { GroupNormConfig } from './group-norm.ts';
import { inputsOf, lastSize, singleShape } from './shapes.ts';
import { Weight } from './weight.ts';

/**
 * Group normalisation with one learned scale and shift per channel, whose result an embedding scales and shifts again: inputs
 * `[x [B,…,C], [s, b] [B,2C]]`, `y = (1 + s)·GN(x) + b` (Nichol & Dhariwal 2021, FiLM).
 */
export class ScaleShiftGroupNorm extends ConfiguredLayer<GroupNormConfig> implements InitialisedLayer {
  static readonly className = 'DiffganScaleShiftGroupNorm';
  readonly #scale = new Weight<tf.Rank.R1>();
  readonly #shift = new Weight<tf.Rank.R1>();

  override build(inputShape: Shape | Shape[]): void {
    const channels = lastSize(singleShape(inputShape));
    this.#scale.variable = this.addWeight('scale', [channels], 'float32', initializers.ones());
    this.#shift.variable = this.addWeight('shift', [channels], 'float32', initializers.zeros());
    this.built = true;
  }

  drawWeights(): Float32Array[] {
    const [channels] = this.#scale.shape;
    return [new Float32Array(channels).fill(1), new Float32Array(channels)];
  }

  override computeOutputShape(inputShape: Shape | Shape[]): Shape {
    return singleShape(inputShape);
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    return tf.tidy(() => {
      const [x, scaleShift] = inputsOf<[tf.Tensor, tf.Tensor2D]>(inputs);
      const [s, b] = tf.split(scaleShift, 2, 1);
      const slope = tf.add(s, 1);
      // (1 + s)·(scale·x̂ + shift) + b in one normalisation
      const shift = tf.add(tf.mul(slope, this.#shift.read()), b);
      return adaptiveGroupNorm(x, tf.mul(slope, this.#scale.read()), shift, this.settings);
    });
  }
}

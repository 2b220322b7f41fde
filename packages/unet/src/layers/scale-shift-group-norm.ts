import * as tf from '@tensorflow/tfjs-core';
import { adaptiveGroupNorm } from '@diffgan/ops';
import { ChannelNorm } from './channel-norm.ts';
import { inputsOf } from './shapes.ts';

/**
 * Group normalisation with one learned scale and shift per channel, whose result an embedding scales and shifts again: inputs
 * `[x [B,…,C], [s, b] [B,2C]]`, `y = (1 + s)·GN(x) + b` (Nichol & Dhariwal 2021, FiLM).
 */
export class ScaleShiftGroupNorm extends ChannelNorm {
  static readonly className = 'DiffganScaleShiftGroupNorm';

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    return tf.tidy(() => {
      const [x, scaleShift] = inputsOf<[tf.Tensor, tf.Tensor2D]>(inputs);
      const [s, b] = tf.split(scaleShift, 2, 1);
      const slope = tf.add(s, 1);
      // (1 + s)·(scale·x̂ + shift) + b in one normalisation
      const shift = tf.add(tf.mul(slope, this.shift.read()), b);
      return adaptiveGroupNorm(x, tf.mul(slope, this.scale.read()), shift, this.settings);
    });
  }
}

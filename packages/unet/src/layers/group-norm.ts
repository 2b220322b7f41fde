import type * as tf from '@tensorflow/tfjs-core';
import { groupNorm } from '@diffgan/ops';
import { ChannelNorm } from './channel-norm.ts';
import { single } from './shapes.ts';

/** Group normalisation with one learned scale and shift per channel. */
export class GroupNorm extends ChannelNorm {
  static readonly className = 'DiffganGroupNorm';

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    return groupNorm(single(inputs), this.scale.read(), this.shift.read(), this.settings);
  }
}

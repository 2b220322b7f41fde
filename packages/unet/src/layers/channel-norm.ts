import type * as tf from '@tensorflow/tfjs-core';
import { initializers, type Shape } from '@tensorflow/tfjs-layers';
import { ConfiguredLayer, type InitialisedLayer } from './configured-layer.ts';
import { lastSize, singleShape } from './shapes.ts';
import { Weight } from './weight.ts';

/** Configuration of a group normalisation, plain or adaptive. */
export interface GroupNormConfig {
  /** Number of groups the channels are split into; must divide them. */
  groups: number;
  /** Added to the variance. @defaultValue 1e-6 */
  epsilon?: number;
  /** Activation applied to the result. @defaultValue none */
  activation?: 'silu';
}

/** A normalisation with one learned scale and shift per channel, of the first input's shape. */
export abstract class ChannelNorm extends ConfiguredLayer<GroupNormConfig> implements InitialisedLayer {
  protected readonly scale = new Weight<tf.Rank.R1>();
  protected readonly shift = new Weight<tf.Rank.R1>();

  override build(inputShape: Shape | Shape[]): void {
    const channels = lastSize(singleShape(inputShape));
    this.scale.variable = this.addWeight('scale', [channels], 'float32', initializers.ones());
    this.shift.variable = this.addWeight('shift', [channels], 'float32', initializers.zeros());
    this.built = true;
  }

  drawWeights(): Float32Array[] {
    const [channels] = this.scale.shape;
    return [new Float32Array(channels).fill(1), new Float32Array(channels)];
  }

  override computeOutputShape(inputShape: Shape | Shape[]): Shape {
    return singleShape(inputShape);
  }
}

import type * as tf from '@tensorflow/tfjs-core';
import { initializers, type LayerVariable, type Shape } from '@tensorflow/tfjs-layers';
import { groupNorm } from '@diffgan/ops';
import { ConfiguredLayer, type InitialisedLayer, single, singleShape } from './configured-layer.ts';

/** Configuration of {@link GroupNorm} and of the adaptive variant. */
export interface GroupNormConfig {
  /** Number of groups the channels are split into; must divide them. */
  groups: number;
  /** Added to the variance. Default 1e-6. */
  epsilon?: number;
  /** Activation applied to the result. Default none. */
  activation?: 'silu';
}

/** Group normalisation with one learned scale and shift per channel. */
export class GroupNorm extends ConfiguredLayer<GroupNormConfig> implements InitialisedLayer {
  static readonly className = 'DiffganGroupNorm';
  #scale!: LayerVariable;
  #shift!: LayerVariable;

  override build(inputShape: Shape | Shape[]): void {
    const channels = singleShape(inputShape).at(-1) as number;
    this.#scale = this.addWeight('scale', [channels], 'float32', initializers.ones());
    this.#shift = this.addWeight('shift', [channels], 'float32', initializers.zeros());
    this.built = true;
  }

  drawWeights(): Float32Array[] {
    const channels = this.#scale.shape[0] as number;
    return [new Float32Array(channels).fill(1), new Float32Array(channels)];
  }

  override computeOutputShape(inputShape: Shape | Shape[]): Shape {
    return singleShape(inputShape);
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    const scale = this.#scale.read() as tf.Tensor1D;
    const shift = this.#shift.read() as tf.Tensor1D;
    return groupNorm(single(inputs), scale, shift, this.settings);
  }
}

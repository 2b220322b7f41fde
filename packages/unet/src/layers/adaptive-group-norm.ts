import * as tf from '@tensorflow/tfjs-core';
import { initializers, type Shape } from '@tensorflow/tfjs-layers';
import { adaptiveGroupNorm, dense, type Key } from '@diffgan/ops';
import type { GroupNormConfig } from './channel-norm.ts';
import { ConfiguredLayer, type InitialisedLayer } from './configured-layer.ts';
import { inputsOf, lastSize, shapesOf, singleShape } from './shapes.ts';
import { varianceScaling } from './variance-scaling.ts';
import { Weight } from './weight.ts';

/**
 * Group normalisation whose scale and shift come from an embedding: inputs `[x [B,…,C], style [B,S]]`, `y = a(style)·GN(x) + b(style)`.
 * The bias of a starts at 1, that of b at 0 (DDGAN, AdaGN).
 */
export class AdaptiveGroupNorm extends ConfiguredLayer<GroupNormConfig> implements InitialisedLayer {
  static readonly className = 'DiffganAdaptiveGroupNorm';
  readonly #kernel = new Weight<tf.Rank.R2>();
  readonly #bias = new Weight<tf.Rank.R1>();

  override build(inputShape: Shape | Shape[]): void {
    const [channels, width] = shapesOf(inputShape).map(lastSize);
    this.#kernel.variable = this.addWeight('kernel', [width, 2 * channels], 'float32', initializers.zeros());
    this.#bias.variable = this.addWeight('bias', [2 * channels], 'float32', initializers.zeros());
    this.built = true;
  }

  drawWeights(key: Key): Float32Array[] {
    const [fanIn, fanOut] = this.#kernel.shape;
    const bias = new Float32Array(fanOut).fill(1, 0, fanOut / 2);
    return [varianceScaling(key, fanIn * fanOut, { fanIn, fanOut, scale: 1 }), bias];
  }

  override computeOutputShape(inputShape: Shape | Shape[]): Shape {
    return singleShape(inputShape);
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    return tf.tidy(() => {
      const [x, style] = inputsOf<[tf.Tensor, tf.Tensor2D]>(inputs);
      const affine = dense(style, this.#kernel.read(), this.#bias.read());
      const [scale, shift] = tf.split(affine, 2, 1);
      return adaptiveGroupNorm(x, scale, shift, this.settings);
    });
  }
}

import * as tf from '@tensorflow/tfjs-core';
import { initializers, type Shape } from '@tensorflow/tfjs-layers';
import { attention, dense, type Key, split } from '@diffgan/ops';
import { ConfiguredLayer, type InitialisedLayer } from './configured-layer.ts';
import { joinHeads, splitHeads } from './heads.ts';
import { lastSize, single, singleShape } from './shapes.ts';
import { varianceScaling } from './variance-scaling.ts';
import { Weight } from './weight.ts';

/** Configuration of {@link SelfAttention}. */
export interface SelfAttentionConfig {
  /** Number of heads, each with an equal share of the channels. @defaultValue 1 */
  heads?: number;
  /** Variance scale of the initial kernels of query, key and value. @defaultValue 1 */
  initScale?: number;
}

const projections = ['query', 'key', 'value', 'output'] as const;

/**
 * Self-attention over the pixels of `[B,H,W,C]`: four 1×1 projections around softmax(QKᵀ/√d)V with d = C / heads. The output projection
 * starts at zero; normalisation and the residual sum are layers of their own.
 */
export class SelfAttention extends ConfiguredLayer<SelfAttentionConfig> implements InitialisedLayer {
  static readonly className = 'DiffganSelfAttention';
  readonly #weights = projections.map(() => ({ kernel: new Weight<tf.Rank.R2>(), bias: new Weight<tf.Rank.R1>() }));

  override build(inputShape: Shape | Shape[]): void {
    const channels = lastSize(singleShape(inputShape));
    const zeros = initializers.zeros();
    projections.forEach((name, i) => {
      const { kernel, bias } = this.#weights[i];
      kernel.variable = this.addWeight(`${name}.kernel`, [channels, channels], 'float32', zeros);
      bias.variable = this.addWeight(`${name}.bias`, [channels], 'float32', zeros);
    });
    this.built = true;
  }

  drawWeights(key: Key): Float32Array[] {
    const [channels] = this.#weights[0].bias.shape;
    const { initScale = 1 } = this.settings;
    const fans = { fanIn: channels, fanOut: channels };
    return split(key, projections.length).flatMap((k, i) => [
      varianceScaling(k, channels * channels, { ...fans, scale: projections[i] === 'output' ? 0 : initScale }),
      new Float32Array(channels),
    ]);
  }

  override computeOutputShape(inputShape: Shape | Shape[]): Shape {
    return singleShape(inputShape);
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    return tf.tidy(() => {
      const x = single<tf.Tensor4D>(inputs);
      const [batch, height, width, channels] = x.shape;
      const flat: [number, number] = [batch * height * width, channels];
      const { heads = 1 } = this.settings;
      const project = (input: tf.Tensor2D, i: number): tf.Tensor2D =>
        dense(input, this.#weights[i].kernel.read(), this.#weights[i].bias.read());
      const pixels = tf.reshape<tf.Rank.R2>(x, flat);
      const [query, key, value] = [0, 1, 2].map((i) =>
        splitHeads(tf.reshape(project(pixels, i), [batch, height * width, channels]), heads),
      );
      const mixed = tf.reshape<tf.Rank.R2>(joinHeads(attention(query, key, value), heads), flat);
      return tf.reshape(project(mixed, 3), x.shape);
    });
  }
}

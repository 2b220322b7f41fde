import * as tf from '@tensorflow/tfjs-core';
import { initializers, type Shape } from '@tensorflow/tfjs-layers';
import { attention, dense, type Key, split } from '@diffgan/ops';
import { ConfiguredLayer, type InitialisedLayer } from './configured-layer.ts';
import { joinHeads, splitHeads } from './heads.ts';
import { known, lastSize, single, singleShape } from './shapes.ts';
import { varianceScaling } from './variance-scaling.ts';
import { Weight } from './weight.ts';

/** Configuration of {@link AttentionPool}. */
export interface AttentionPoolConfig {
  /** Output width. */
  units: number;
  /** Number of heads, each with an equal share of the channels. @defaultValue 1 */
  heads?: number;
}

const projections = ['query', 'key', 'value', 'output'] as const;

/**
 * `[B,H,W,C] → [B, units]`: the mean of the pixels is put before them as one more, each of these gets a learned vector of its place, and
 * the first asks all of them, softmax(qKᵀ/√d)V with d = C / heads (Radford et al. 2021, section 2.4). The output projection starts at zero.
 */
export class AttentionPool extends ConfiguredLayer<AttentionPoolConfig> implements InitialisedLayer {
  static readonly className = 'DiffganAttentionPool';
  readonly #places = new Weight<tf.Rank.R2>();
  readonly #weights = projections.map(() => ({ kernel: new Weight<tf.Rank.R2>(), bias: new Weight<tf.Rank.R1>() }));

  override build(inputShape: Shape | Shape[]): void {
    const shape = singleShape(inputShape);
    const [pixels, channels] = [known(shape[1]) * known(shape[2]), lastSize(shape)];
    const zeros = initializers.zeros();
    this.#places.variable = this.addWeight('places', [pixels + 1, channels], 'float32', zeros);
    projections.forEach((name, i) => {
      const width = name === 'output' ? this.settings.units : channels;
      const { kernel, bias } = this.#weights[i];
      kernel.variable = this.addWeight(`${name}.kernel`, [channels, width], 'float32', zeros);
      bias.variable = this.addWeight(`${name}.bias`, [width], 'float32', zeros);
    });
    this.built = true;
  }

  drawWeights(key: Key): Float32Array[] {
    const [places, channels] = this.#places.shape;
    const [first, ...keys] = split(key, 1 + projections.length);
    const fans = { fanIn: channels, fanOut: channels };
    const kernels = projections.flatMap((name, i) => {
      const width = name === 'output' ? this.settings.units : channels;
      const scale = name === 'output' ? 0 : 1;
      return [varianceScaling(keys[i], channels * width, { ...fans, scale }), new Float32Array(width)];
    });
    return [varianceScaling(first, places * channels, { ...fans, scale: 1 }), ...kernels];
  }

  override computeOutputShape(inputShape: Shape | Shape[]): Shape {
    return [singleShape(inputShape)[0], this.settings.units];
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    return tf.tidy(() => {
      const x = single<tf.Tensor4D>(inputs);
      const [batch, height, width, channels] = x.shape;
      const { heads = 1 } = this.settings;
      const pixels = tf.reshape<tf.Rank.R3>(x, [batch, height * width, channels]);
      const mean = tf.mean<tf.Tensor3D>(pixels, 1, true);
      const all = tf.add<tf.Tensor3D>(tf.concat([mean, pixels], 1), this.#places.read());
      const project = (tokens: tf.Tensor, i: number): tf.Tensor3D => {
        const { kernel, bias } = this.#weights[i];
        const projected = dense(tf.reshape(tokens, [-1, channels]), kernel.read(), bias.read());
        return splitHeads(tf.reshape(projected, [batch, -1, channels]), heads);
      };
      const asking = tf.slice(all, [0, 0, 0], [batch, 1, channels]);
      const told = joinHeads(attention(project(asking, 0), project(all, 1), project(all, 2)), heads);
      const { kernel, bias } = this.#weights[3];
      return dense(tf.reshape(told, [batch, channels]), kernel.read(), bias.read());
    });
  }
}

import * as tf from '@tensorflow/tfjs-core';
import { initializers, type LayerVariable, type Shape } from '@tensorflow/tfjs-layers';
import { dense, type Key } from '@diffgan/ops';
import { ConfiguredLayer, type InitialisedLayer } from './configured-layer.ts';
import { lastSize, single, singleShape } from './shapes.ts';
import { varianceScaling } from './variance-scaling.ts';
import { Weight } from './weight.ts';

/** Configuration of {@link Linear}. */
export interface LinearConfig {
  /** Output width. */
  units: number;
  /** Whether a learned vector is added. @defaultValue true */
  bias?: boolean;
  /** Variance scale of the initial kernel; 0 starts at zero. @defaultValue 1 */
  initScale?: number;
}

/** `[B, n] → [B, units]`, with bias unless told otherwise. */
export class Linear extends ConfiguredLayer<LinearConfig> implements InitialisedLayer {
  static readonly className = 'DiffganLinear';
  readonly #kernel = new Weight<tf.Rank.R2>();
  #bias?: LayerVariable;

  override build(inputShape: Shape | Shape[]): void {
    const width = lastSize(singleShape(inputShape));
    const { units, bias = true } = this.settings;
    this.#kernel.variable = this.addWeight('kernel', [width, units], 'float32', initializers.zeros());
    if (bias) this.#bias = this.addWeight('bias', [units], 'float32', initializers.zeros());
    this.built = true;
  }

  drawWeights(key: Key): Float32Array[] {
    const [fanIn, fanOut] = this.#kernel.shape;
    const scale = this.settings.initScale ?? 1;
    const kernel = varianceScaling(key, fanIn * fanOut, { fanIn, fanOut, scale });
    return this.#bias === undefined ? [kernel] : [kernel, new Float32Array(fanOut)];
  }

  override computeOutputShape(inputShape: Shape | Shape[]): Shape {
    return [singleShape(inputShape)[0], this.settings.units];
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    return tf.tidy(() => {
      const [x, kernel] = [single<tf.Tensor2D>(inputs), this.#kernel.read()];
      return this.#bias ? dense(x, kernel, this.#bias.read()) : tf.matMul(x, kernel);
    });
  }
}

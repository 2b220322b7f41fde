import * as tf from '@tensorflow/tfjs-core';
import { initializers, type LayerVariable, type Shape } from '@tensorflow/tfjs-layers';
import { convolution, type Key } from '@diffgan/ops';
import { ConfiguredLayer, type InitialisedLayer } from './configured-layer.ts';
import { lastSize, single, singleShape } from './shapes.ts';
import { varianceScaling } from './variance-scaling.ts';
import { Weight } from './weight.ts';

/** Configuration of {@link Conv2d}. */
export interface Conv2dConfig {
  /** Output channels. */
  filters: number;
  /** Side of the square kernel. */
  kernelSize: number;
  /** Step of the window; the output is `ceil(size / stride)`. @defaultValue 1 */
  stride?: number;
  /** `'same'` pads with zeros to keep the size, `'valid'` takes whole windows only. @defaultValue `'same'` */
  padding?: 'same' | 'valid';
  /** Whether one learned number is added to each channel. @defaultValue true */
  bias?: boolean;
  /** Variance scale of the initial kernel; 0 starts at zero. @defaultValue 1 */
  initScale?: number;
}

/**
 * Convolution, with bias and padded to keep its size unless told otherwise. Unlike the layer of tfjs it computes only the gradients that
 * are asked for: half of the work in a GAN, where each network is often differentiated with respect to its input alone.
 */
export class Conv2d extends ConfiguredLayer<Conv2dConfig> implements InitialisedLayer {
  static readonly className = 'DiffganConv2d';
  readonly #kernel = new Weight<tf.Rank.R4>();
  #bias?: LayerVariable;

  override build(inputShape: Shape | Shape[]): void {
    const channels = lastSize(singleShape(inputShape));
    const { filters, kernelSize, bias = true } = this.settings;
    const zeros = initializers.zeros();
    this.#kernel.variable = this.addWeight('kernel', [kernelSize, kernelSize, channels, filters], 'float32', zeros);
    if (bias) this.#bias = this.addWeight('bias', [filters], 'float32', zeros);
    this.built = true;
  }

  drawWeights(key: Key): Float32Array[] {
    const [height, width, channels, filters] = this.#kernel.shape;
    const area = height * width;
    const fans = { fanIn: area * channels, fanOut: area * filters, scale: this.settings.initScale ?? 1 };
    const kernel = varianceScaling(key, area * channels * filters, fans);
    return this.#bias === undefined ? [kernel] : [kernel, new Float32Array(filters)];
  }

  override computeOutputShape(inputShape: Shape | Shape[]): Shape {
    const [batch, height, width] = singleShape(inputShape);
    const { filters, kernelSize, stride = 1, padding = 'same' } = this.settings;
    const inside = padding === 'same' ? 0 : kernelSize - 1;
    const size = (n: number | null) => n && Math.ceil((n - inside) / stride);
    return [batch, size(height), size(width), filters];
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    return tf.tidy(() => {
      const { stride = 1, padding: pad = 'same' } = this.settings;
      const [x, kernel] = [single<tf.Tensor4D>(inputs), this.#kernel.read()];
      return this.#bias
        ? convolution(x, kernel, this.#bias.read(), { stride, pad })
        : tf.conv2d(x, kernel, stride, pad);
    });
  }
}

import * as tf from '@tensorflow/tfjs-core';
import { initializers, type LayerVariable, type Shape } from '@tensorflow/tfjs-layers';
import { convolution, type Key } from '@diffgan/ops';
import { ConfiguredLayer, type InitialisedLayer, single, singleShape } from './configured-layer.ts';
import { varianceScaling } from './variance-scaling.ts';

/** Configuration of {@link Conv2d}. */
export interface Conv2dConfig {
  /** Output channels. */
  filters: number;
  /** Side of the square kernel. */
  kernelSize: number;
  /** Step of the window; the output is `ceil(size / stride)`. Default 1. */
  stride?: number;
  /** Variance scale of the initial kernel; 0 starts at zero. Default 1. */
  initScale?: number;
}

/**
 * Convolution with bias, padded to keep its size. Unlike the layer of tfjs it computes only the gradients that are asked for: half of
 * the work in a GAN, where each network is often differentiated with respect to its input alone.
 */
export class Conv2d extends ConfiguredLayer<Conv2dConfig> implements InitialisedLayer {
  static readonly className = 'DiffganConv2d';
  #kernel!: LayerVariable;
  #bias!: LayerVariable;

  override build(inputShape: Shape | Shape[]): void {
    const channels = singleShape(inputShape).at(-1) as number;
    const { filters, kernelSize } = this.settings;
    const zeros = initializers.zeros();
    this.#kernel = this.addWeight('kernel', [kernelSize, kernelSize, channels, filters], 'float32', zeros);
    this.#bias = this.addWeight('bias', [filters], 'float32', zeros);
    this.built = true;
  }

  drawWeights(key: Key): Float32Array[] {
    const [height, width, channels, filters] = this.#kernel.shape as number[];
    const area = height * width;
    const fans = { fanIn: area * channels, fanOut: area * filters, scale: this.settings.initScale ?? 1 };
    return [varianceScaling(key, area * channels * filters, fans), new Float32Array(filters)];
  }

  override computeOutputShape(inputShape: Shape | Shape[]): Shape {
    const [batch, height, width] = singleShape(inputShape);
    const { filters, stride = 1 } = this.settings;
    return [batch, height && Math.ceil(height / stride), width && Math.ceil(width / stride), filters];
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    const { stride } = this.settings;
    const kernel = this.#kernel.read() as tf.Tensor4D;
    return tf.tidy(() => convolution(single<tf.Tensor4D>(inputs), kernel, this.#bias.read(), { stride }));
  }
}

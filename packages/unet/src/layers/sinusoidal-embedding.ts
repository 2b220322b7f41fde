import type * as tf from '@tensorflow/tfjs-core';
import type { Shape } from '@tensorflow/tfjs-layers';
import { sinusoidalEmbedding } from '@diffgan/ops';
import { ConfiguredLayer } from './configured-layer.ts';
import { single, singleShape } from './shapes.ts';

/** Configuration of {@link SinusoidalEmbedding}. */
export interface SinusoidalEmbeddingConfig {
  /** Number of waves, half of them sines. */
  sinusoid: number;
  /** Whether the cosines come first. @defaultValue false */
  cosineFirst?: boolean;
  /** What is taken from half the number of waves to get the denominator of the frequencies' exponents. @defaultValue 1 */
  frequencyShift?: 0 | 1;
}

/** Sines and cosines of the position, `[B] → [B, sinusoid]`. */
export class SinusoidalEmbedding extends ConfiguredLayer<SinusoidalEmbeddingConfig> {
  static readonly className = 'DiffganSinusoidalEmbedding';

  override computeOutputShape(inputShape: Shape | Shape[]): Shape {
    return [singleShape(inputShape)[0], this.settings.sinusoid];
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    return sinusoidalEmbedding(single<tf.Tensor1D>(inputs), this.settings.sinusoid, this.settings);
  }
}

import type { Tensor2D, Tensor4D } from '@tensorflow/tfjs-core';

/** A network that turns images into the vectors whose distribution a metric compares. */
export interface FeatureExtractor {
  /** Names the score: features of the extractor `fashion` give `FID-fashion`. */
  readonly name: string;
  /** Which layer of which weights; scores from different layers or weights are not comparable. */
  readonly layer: string;
  /** Features per image. */
  readonly dim: number;
  /** `[B, H, W, C]` in [−1, 1] to `[B, dim]`; synchronous, and the caller disposes the result. */
  features(images: Tensor4D): Tensor2D;
  /** `[B, H, W, C]` in [−1, 1] to `[B, classes]` scores before the softmax. */
  logits?(images: Tensor4D): Tensor2D;
  /**
   * `[B, dim]` features to `[B, classes]` scores, where the features lead to them: one pass of the network then serves metrics of
   * both kinds. Synchronous, and the caller disposes the result.
   */
  logitsOf?(features: Tensor2D): Tensor2D;
  /** Frees the weights. */
  dispose(): void;
}

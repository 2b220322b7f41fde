import type { Rank, Tensor, Tensor2D, Tensor4D } from '@tensorflow/tfjs-core';
import { add, conv2d, matMul, maxPool, relu, reshape, tidy } from '@tensorflow/tfjs-core';

/** Names and shapes of the weights of the network behind `fashionCnn`: 467 818 numbers. */
export const fashionCnnShapes = {
  'conv1.kernel': [3, 3, 1, 32],
  'conv1.bias': [32],
  'conv2.kernel': [3, 3, 32, 32],
  'conv2.bias': [32],
  'conv3.kernel': [3, 3, 32, 64],
  'conv3.bias': [64],
  'conv4.kernel': [3, 3, 64, 64],
  'conv4.bias': [64],
  'dense.kernel': [7 * 7 * 64, 128],
  'dense.bias': [128],
  'logits.kernel': [128, 10],
  'logits.bias': [10],
} as const;

/** The weights by name, with the shapes of {@link fashionCnnShapes}. */
export type FashionCnnWeights = Readonly<Record<keyof typeof fashionCnnShapes, Tensor>>;

type Layer = 'conv1' | 'conv2' | 'conv3' | 'conv4';

function convolve(weights: FashionCnnWeights, layer: Layer, x: Tensor4D): Tensor4D {
  const y = conv2d(x, weights[`${layer}.kernel`] as Tensor4D, 1, 'same');
  return relu(add<Tensor4D>(y, weights[`${layer}.bias`]));
}

function dense(weights: FashionCnnWeights, layer: 'dense' | 'logits', x: Tensor2D): Tensor2D {
  return add<Tensor2D>(matMul(x, weights[`${layer}.kernel`] as Tensor2D), weights[`${layer}.bias`]);
}

/**
 * The features: two pairs of 3 × 3 convolutions, each pair followed by 2 × 2 max pooling, then a dense ReLU layer.
 *
 * @param weights as in {@link fashionCnnShapes}
 * @param images `[B, 28, 28, 1]` in [−1, 1]
 * @returns `[B, 128]`, ≥ 0; the caller disposes it
 * @example
 * ```ts
 * const weights = {} as Record<keyof typeof fashionCnnShapes, tf.Tensor>; // for training; scoring uses fashionCnn()
 * for (const name of Object.keys(fashionCnnShapes) as (keyof typeof fashionCnnShapes)[])
 *   weights[name] = tf.zeros([...fashionCnnShapes[name]]);
 * const features = fashionCnnFeatures(weights, tf.zeros([2, 28, 28, 1]));
 * console.log(features.shape); // [ 2, 128 ]
 * ```
 */
export function fashionCnnFeatures(weights: FashionCnnWeights, images: Tensor4D): Tensor2D {
  return tidy(() => {
    const half = maxPool(convolve(weights, 'conv2', convolve(weights, 'conv1', images)), 2, 2, 'same');
    const quarter = maxPool(convolve(weights, 'conv4', convolve(weights, 'conv3', half)), 2, 2, 'same');
    const flat = reshape<Rank.R2>(quarter, [images.shape[0], 7 * 7 * 64]);
    return relu(dense(weights, 'dense', flat));
  });
}

/**
 * The class scores before the softmax.
 *
 * @param weights as in {@link fashionCnnShapes}
 * @param features `[B, 128]` of {@link fashionCnnFeatures}
 * @returns `[B, 10]`; the caller disposes it
 * @example
 * ```ts
 * const weights = {} as Record<keyof typeof fashionCnnShapes, tf.Tensor>;
 * for (const name of Object.keys(fashionCnnShapes) as (keyof typeof fashionCnnShapes)[])
 *   weights[name] = tf.zeros([...fashionCnnShapes[name]]);
 * console.log(fashionCnnLogits(weights, fashionCnnFeatures(weights, tf.zeros([2, 28, 28, 1]))).shape); // [ 2, 10 ]
 * ```
 */
export function fashionCnnLogits(weights: FashionCnnWeights, features: Tensor2D): Tensor2D {
  return tidy(() => dense(weights, 'logits', features));
}

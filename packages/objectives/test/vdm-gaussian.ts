import * as tf from '@tensorflow/tfjs-core';
import { sigmoid } from '@diffgan/ops';

/** The exact denoiser of data N(0, s² I): ε̂ = E[ε | z] = σ_t z / (α_t² s² + σ_t²). */
export const gaussianDenoiser =
  (s2: number) =>
  (zt: tf.Tensor, gamma: tf.Tensor): tf.Tensor => {
    const variance = sigmoid(tf.reshape(gamma, [-1, 1]));
    return tf.div(tf.mul(tf.sqrt(variance), zt), tf.add(tf.mul(tf.sub(1, variance), s2), variance));
  };

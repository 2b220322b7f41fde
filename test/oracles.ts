import * as tf from '@tensorflow/tfjs-core';
import { type Key, normal } from '@diffgan/ops';
import type { NoiseSchedule } from '@diffgan/schedule';

/** A mixture of spherical normal distributions of vectors. */
export interface GaussianMixture {
  /** Weights of the components; equal unless told. */
  weights?: readonly number[];
  /** Means of the components, all of one length D. */
  means: readonly (readonly number[])[];
  /** Standard deviation of every component. */
  std: number;
}

/** The networks that training would find, given infinite data and capacity. */
export interface MixtureOracle {
  /**
   * E[x_0 | x_t] or E[ε | x_t] from `[x_t [B, D], position [B]]`. A position between two steps means the noise level between
   * theirs, linearly in log σ.
   */
  denoiser: (schedule: NoiseSchedule, predicts?: 'eps' | 'x0') => (xt: tf.Tensor, position: tf.Tensor) => tf.Tensor;
  /**
   * A draw of x_0 | x_t from `[x_t [B, D], z [B, D + 1], position [B]]`, z ~ N(0, I): its last element draws the component, the
   * others x_0 within the component.
   */
  generator: (schedule: NoiseSchedule) => (xt: tf.Tensor, z: tf.Tensor, position: tf.Tensor) => tf.Tensor;
  /** Logits of the component of x_t, from `[x_t, position]`: log π_k − ‖x_t − √ᾱ_t m_k‖² / (2 d_t). */
  classifier: (schedule: NoiseSchedule) => (xt: tf.Tensor, position: tf.Tensor) => tf.Tensor;
  /** The length of z. */
  latentDim: number;
}

/** Exact denoiser and exact implicit generator of a mixture of Gaussians. */
export function gaussianMixture({ means, std, weights = means.map(() => 1) }: GaussianMixture): MixtureOracle {
  const total = weights.reduce((sum, w) => sum + w, 0);
  const logWeights = weights.map((w) => Math.log(w / total));
  const s2 = std ** 2;

  /** Everything at the noise level of each example, `[B, 1]`, and x_t − √ᾱ_t m_k, `[B, K, D]`. */
  const state = (schedule: NoiseSchedule, xt: tf.Tensor, position: tf.Tensor) => {
    const gamma = gammaAt(schedule, position);
    const alphaBar = tf.sigmoid(tf.neg(gamma));
    const noise = tf.sigmoid(gamma);
    const signal = tf.sqrt(alphaBar);
    const d = tf.add(tf.mul(alphaBar, s2), noise);
    const m = tf.expandDims(tf.tensor2d(means.map((mean) => [...mean])), 0);
    const centred = tf.sub(tf.expandDims(xt, 1), tf.mul(tf.expandDims(signal, -1), m));
    const distance = tf.sum(tf.square(centred), 2);
    const logits = tf.sub(tf.tensor1d(logWeights), tf.div(distance, tf.mul(2, d)));
    // The mean of x_0 given x_t and the component, and its standard deviation.
    const gain = tf.expandDims(tf.div(tf.mul(signal, s2), d), -1);
    const componentMeans = tf.add(m, tf.mul(gain, centred));
    return { noise, signal, logits, componentMeans, spread: tf.sqrt(tf.div(tf.mul(s2, noise), d)) };
  };
  const mixed = (weightsOf: tf.Tensor, componentMeans: tf.Tensor) =>
    tf.sum(tf.mul(tf.expandDims(weightsOf, -1), componentMeans), 1);

  return {
    latentDim: means[0].length + 1,
    denoiser:
      (schedule, predicts = 'eps') =>
      (xt, position) =>
        tf.tidy(() => {
          const { noise, signal, logits, componentMeans } = state(schedule, xt, position);
          const x0 = mixed(tf.softmax(logits), componentMeans);
          return predicts === 'x0' ? x0 : tf.div(tf.sub(xt, tf.mul(signal, x0)), tf.sqrt(noise));
        }),
    generator: (schedule) => (xt, z, position) =>
      tf.tidy(() => {
        const { logits, componentMeans, spread } = state(schedule, xt, position);
        const [within, which] = tf.split(z, [means[0].length, 1], 1);
        // Φ(z) is uniform; the component is the first whose cumulated responsibility exceeds it.
        const u = tf.mul(0.5, tf.add(1, tf.erf(tf.div(which, Math.SQRT2))));
        const below = tf.cast(tf.greaterEqual(u, tf.cumsum(tf.softmax(logits), 1)), 'int32');
        const component = tf.minimum(tf.sum(below, 1), tf.scalar(means.length - 1, 'int32'));
        const chosen = tf.cast(tf.oneHot(tf.cast(component, 'int32'), means.length), 'float32');
        return tf.add(mixed(chosen, componentMeans), tf.mul(spread, within));
      }),
    classifier: (schedule) => (xt, position) => tf.tidy(() => state(schedule, xt, position).logits),
  };
}

/** γ of each position, `[B, 1]`. */
function gammaAt({ gamma, positions }: NoiseSchedule, position: tf.Tensor): tf.Tensor {
  const last = positions[positions.length - 1];
  const table = new Float32Array(last + 2).fill(gamma[gamma.length - 1]);
  for (let i = 0; i < positions.length; i++) {
    const [p, next] = [positions[i], positions[Math.min(i + 1, positions.length - 1)]];
    for (let q = p; q < next; q++) table[q] = gamma[i] + ((q - p) / (next - p)) * (gamma[i + 1] - gamma[i]);
  }
  const low = tf.cast(tf.floor(position), 'int32');
  const at = (i: tf.Tensor) => tf.gather(tf.tensor1d(table), tf.cast(i, 'int32'));
  const share = tf.sub(position, tf.floor(position));
  const between = tf.add(tf.mul(tf.sub(1, share), at(low)), tf.mul(share, at(tf.add(low, tf.scalar(1, 'int32')))));
  return tf.reshape(between, [-1, 1]);
}

/** The data itself: `count` draws of a mixture of equal weights, `[count, D]`. */
export function mixtureSamples({ means, std }: GaussianMixture, count: number, key: Key): tf.Tensor {
  return tf.tidy(() => {
    const rows = Array.from({ length: count }, (_, i) => [...means[i % means.length]]);
    return tf.add(tf.tensor2d(rows), tf.mul(std, normal(key, [count, means[0].length])));
  });
}

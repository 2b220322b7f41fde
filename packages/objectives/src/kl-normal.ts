import * as tf from '@tensorflow/tfjs-core';
import { exp } from '@diffgan/ops';

/** A Gaussian with independent elements. */
export interface Normal {
  /** Mean. It is not disposed. */
  mean: tf.Tensor | number;
  /** Logarithm of the variance. It is not disposed. */
  logVariance: tf.Tensor | number;
}

/**
 * KL(N(m_1, σ_1²) ‖ N(m_2, σ_2²)) in nats, element by element: ½(log σ_2² − log σ_1² − 1 + σ_1²/σ_2² + (m_1 − m_2)²/σ_2²).
 *
 * @param p the first Gaussian, under which the expectation is taken
 * @param q the second Gaussian
 * @returns the divergences, of the common shape of all that is given; the caller sums and disposes them. Twice differentiable
 *
 * @example
 * ```ts
 * import { klNormal } from '@diffgan/objectives';
 *
 * klNormal({ mean: 1, logVariance: 0 }, { mean: 0, logVariance: 0 }); // 0.5
 * ```
 */
export function klNormal(p: Normal, q: Normal): tf.Tensor {
  return tf.tidy(() => {
    const logRatio = tf.sub(p.logVariance, q.logVariance);
    const distance = tf.mul(tf.square(tf.sub(p.mean, q.mean)), exp(tf.neg(q.logVariance)));
    return tf.mul(0.5, tf.add(tf.sub(tf.sub(exp(logRatio), 1), logRatio), distance));
  });
}

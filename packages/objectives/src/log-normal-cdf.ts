import * as tf from '@tensorflow/tfjs-core';
import { exp } from '@diffgan/ops';
import { whereAtMost } from './where-at-most.ts';

/**
 * log(erfc(z) e^{z²} / s) for s = 1/(1 + z/2), z ≥ 0, as a polynomial in 2s − 1, lowest power first: the Chebyshev expansion of
 * degree 11, off by 1.1e-8 at most.
 */
const LOG_ERFCX = [
  -0.671794092, 0.672643155, 0.0473438876, -0.0468936406, -0.00988001932, 0.00880882537, 0.00179406625, -0.00228876524,
  -0.000227910966, 0.000573766373, 8.00073828e-6, -8.72838106e-5,
];

/**
 * log Φ(x) of the standard normal distribution, element by element: finite down to x = −1e18, and differentiable twice, since it
 * is made of ops whose gradients keep their link to the input.
 */
export function logNormalCdf(x: tf.Tensor): tf.Tensor {
  return tf.tidy(() => {
    const z = tf.mul(tf.abs(x), Math.SQRT1_2);
    const s = tf.div(1, tf.add(1, tf.mul(z, 0.5)));
    const y = tf.sub(tf.mul(s, 2), 1);
    const polynomial = LOG_ERFCX.reduceRight<tf.Tensor>((sum, c) => tf.add(tf.mul(sum, y), c), tf.zerosLike(y));
    const logTail = tf.sub(tf.add(tf.log(s), polynomial), tf.add(tf.square(z), Math.LN2)); // log ½erfc(|x|/√2)
    return whereAtMost(x, 0, logTail, tf.log1p(tf.neg(exp(logTail))));
  });
}

/** log(1 − e^{−d}) for d > 0, without the cancellation at small d; finite at 0. */
export function logOneMinusExp(d: tf.Tensor): tf.Tensor {
  return tf.tidy(() => {
    const quarter = tf.fill(d.shape, 0.25);
    const small = whereAtMost(d, 0.25, d, quarter);
    // (1 − e^{−d})/d as a series, to 5e-8 for d ≤ ¼
    const series = [-1 / 720, 1 / 120, -1 / 24, 1 / 6, -1 / 2, 1].reduce<tf.Tensor>(
      (sum, c) => tf.add(tf.mul(sum, small), c),
      tf.zerosLike(d),
    );
    const direct = tf.log(tf.sub(1, exp(tf.neg(whereAtMost(d, 0.25, quarter, d)))));
    return whereAtMost(d, 0.25, tf.add(tf.log(tf.add(small, 1e-30)), tf.log(series)), direct);
  });
}

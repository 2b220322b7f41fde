import * as tf from '@tensorflow/tfjs-core';
import { gradientOf, type Key, key as newKey, normal, split } from '@diffgan/ops';

/** How the penalties get the slope of a critic. */
export interface SlopeOptions {
  /**
   * Estimate ‖∇V‖² by ((V(x + hv) − V(x − hv)) / 2h)² with v ~ N(0, I) and h = 0.01 instead of differentiating twice: two calls of
   * the critic and first derivatives only, for critics without second derivatives. Unbiased up to h²; with one probe the
   * standard deviation is √2 times the value.
   * @defaultValue `false`
   */
  finiteDifference?: boolean;
  /**
   * How many v to average over, with `finiteDifference`.
   * @defaultValue `1`
   */
  probes?: number;
  /**
   * Key of all random draws.
   * @defaultValue `key(0)`
   */
  key?: Key;
}

const STEP = 1e-2;

/** ‖∇V(x)‖² of each example, `[B]`. */
export function squaredSlope(
  caller: string,
  critic: (x: tf.Tensor) => tf.Tensor,
  x: tf.Tensor,
  { finiteDifference = false, probes = 1, key = newKey(0) }: SlopeOptions,
): tf.Tensor1D {
  const perExample = (y: tf.Tensor) => tf.reshape(y, [x.shape[0], -1]);
  if (!finiteDifference) return tf.sum(tf.square(perExample(gradientOf(critic, x))), 1);
  if (!Number.isInteger(probes) || probes < 1)
    throw new RangeError(`${caller}: probes is ${probes}; give a whole number ≥ 1`);
  const squares = split(key, probes).map((keyOfProbe) => {
    const move = tf.mul(STEP, normal(keyOfProbe, x.shape));
    const change = tf.sub(critic(tf.add(x, move)), critic(tf.sub(x, move)));
    return tf.square(tf.div(tf.sum<tf.Tensor1D>(perExample(change), 1), 2 * STEP));
  });
  return tf.div(tf.addN(squares), probes);
}

import * as tf from '@tensorflow/tfjs-core';
import { exp } from '@diffgan/ops';

/** e^v up to v = limit and its tangent e^limit (1 + v − limit) above: convex, continuously differentiable, never huge. */
export function boundedExp<T extends tf.Tensor>(v: T, limit: number): T {
  if (limit === Infinity) return exp(v);
  const excess = tf.relu(tf.sub(v, limit));
  return tf.mul<T>(exp(tf.sub(v, excess)), tf.add(1, excess));
}

/** √ of {@link boundedExp}, without the infinite slope of a root at 0. */
export function boundedRootExp<T extends tf.Tensor>(v: T, limit: number): T {
  if (limit === Infinity) return exp(tf.mul<T>(v, 0.5));
  const excess = tf.relu(tf.sub(v, limit));
  return tf.mul<T>(exp(tf.mul(0.5, tf.sub(v, excess))), tf.sqrt(tf.add(1, excess)));
}

/** {@link boundedExp} for v ≥ 0 and its mirror image 1/boundedExp(−v) below: increasing, between about e^∓limit/|v|. */
export function boundedRatio<T extends tf.Tensor>(v: T, limit: number): T {
  if (limit === Infinity) return exp(v);
  const above = tf.relu(tf.sub(v, limit));
  const below = tf.relu(tf.sub(tf.neg(v), limit));
  const clamped = tf.add<T>(tf.sub(v, above), below);
  return tf.div<T>(tf.mul(exp(clamped), tf.add(1, above)), tf.add(1, below));
}

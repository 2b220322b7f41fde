import * as tf from '@tensorflow/tfjs-core';
import { softmax } from './activations.ts';
import { hasFusedKernel, runFusedKernel } from './fused-kernel.ts';
import { withGradient } from './with-gradient.ts';

/**
 * Single-head attention, softmax(Q·Kᵀ/√C)·V (Vaswani et al. 2017), twice differentiable.
 *
 * @param query [B, N, C].
 * @param key [B, M, C].
 * @param value [B, M, D].
 * @returns [B, N, D], owned by the caller.
 * @throws RangeError when the shapes do not fit.
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { attention } from '@diffgan/ops';
 * const x = tf.randomNormal<tf.Rank.R3>([2, 49, 64]);
 * const y = attention(x, x, x);
 * ```
 */
export function attention(query: tf.Tensor3D, key: tf.Tensor3D, value: tf.Tensor3D): tf.Tensor3D {
  const fits =
    query.rank === 3 &&
    key.rank === 3 &&
    value.rank === 3 &&
    query.shape[0] === key.shape[0] &&
    query.shape[2] === key.shape[2] &&
    key.shape[0] === value.shape[0] &&
    key.shape[1] === value.shape[1];
  if (!fits)
    throw new RangeError(
      `attention: query [${query.shape}], key [${key.shape}], value [${value.shape}] must be [B,N,C], [B,M,C], [B,M,D]`,
    );
  return tf.tidy(() => {
    if (hasFusedKernel('DiffganAttention')) return fused(query, key, value);
    const scores = tf.matMul(tf.mul(query, 1 / Math.sqrt(query.shape[2])), key, false, true);
    return tf.matMul<tf.Tensor3D>(softmax(scores), value);
  });
}

/**
 * Forward and backward as one kernel each, neither of which keeps anything as large as the scores. The forward kernel runs before the
 * operation that has the gradient, since tfjs takes anything else that an operation saves for a leak.
 */
function fused(query: tf.Tensor3D, key: tf.Tensor3D, value: tf.Tensor3D): tf.Tensor3D {
  const [y] = runFusedKernel<tf.Tensor3D>('DiffganAttention', { query, key, value });
  return withGradient([query, key, value], () => tf.clone(y), {
    save: [query, key, value, y],
    backward: (dy, [query, key, value, y]) => runFusedKernel('DiffganAttentionGrad', { dy, query, key, value, y }),
  });
}

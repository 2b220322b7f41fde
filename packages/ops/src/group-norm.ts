import * as tf from '@tensorflow/tfjs-core';
import { silu } from './activations.ts';
import { hasFusedKernel, runFusedKernel } from './fused-kernel.ts';
import { withGradient } from './with-gradient.ts';

/** Options of `groupNorm` and `adaptiveGroupNorm`. */
export interface GroupNormOptions {
  /** Number of groups; divides the number of channels. */
  groups: number;
  /** Added to the variance. @defaultValue 1e-6 */
  epsilon?: number;
  /** `'silu'` applies y·sigmoid(y) to the result. */
  activation?: 'silu';
}

/**
 * Group normalisation (Wu & He 2018): every group of consecutive channels of every example gets mean 0 and variance 1, then
 * `scale` and `shift`. Twice differentiable.
 *
 * @param x [B, …, C].
 * @param scale [C].
 * @param shift [C].
 * @returns a tensor of the shape of `x`, owned by the caller.
 * @throws RangeError when shapes or groups do not fit.
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { groupNorm } from '@diffgan/ops';
 * const h = groupNorm(tf.randomNormal([2, 8, 8, 16]), tf.ones([16]), tf.zeros([16]), { groups: 4, activation: 'silu' });
 * ```
 */
export function groupNorm<T extends tf.Tensor>(x: T, scale: tf.Tensor, shift: tf.Tensor, options: GroupNormOptions): T {
  assertGroups('groupNorm', x, options);
  const channels = x.shape[x.rank - 1];
  assertShape('groupNorm', 'scale', scale, [channels]);
  assertShape('groupNorm', 'shift', shift, [channels]);
  return normalizeImages(x, scale, shift, options);
}

/**
 * Group normalisation whose scale and shift belong to the example, as computed from a latent or a time embedding. Twice differentiable.
 *
 * @param x [B, …, C].
 * @param scale [B, C]; multiplies, so 1 leaves the normalised values alone.
 * @param shift [B, C].
 * @returns a tensor of the shape of `x`, owned by the caller.
 * @throws RangeError when shapes or groups do not fit.
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { adaptiveGroupNorm } from '@diffgan/ops';
 * const h = adaptiveGroupNorm(tf.randomNormal([2, 8, 8, 16]), tf.ones([2, 16]), tf.zeros([2, 16]), { groups: 4 });
 * ```
 */
export function adaptiveGroupNorm<T extends tf.Tensor>(
  x: T,
  scale: tf.Tensor,
  shift: tf.Tensor,
  options: GroupNormOptions,
): T {
  assertGroups('adaptiveGroupNorm', x, options);
  const perExample = [x.shape[0], x.shape[x.rank - 1]];
  assertShape('adaptiveGroupNorm', 'scale', scale, perExample);
  assertShape('adaptiveGroupNorm', 'shift', shift, perExample);
  return normalizeImages(x, scale, shift, options);
}

function assertGroups(where: string, x: tf.Tensor, { groups, epsilon = 1e-6 }: GroupNormOptions): void {
  if (x.rank < 2) throw new RangeError(`${where}: x has shape [${x.shape}], but must be [batch, …, channels]`);
  const channels = x.shape[x.rank - 1];
  if (!Number.isInteger(groups) || groups < 1 || channels % groups)
    throw new RangeError(`${where}: groups is ${groups}, but must divide the ${channels} channels of x`);
  if (!(epsilon > 0)) throw new RangeError(`${where}: epsilon is ${epsilon}, but must be positive`);
}

function assertShape(where: string, name: string, tensor: tf.Tensor, shape: number[]): void {
  if (!tf.util.arraysEqual(tensor.shape, shape))
    throw new RangeError(`${where}: ${name} has shape [${tensor.shape}], but must be [${shape}]`);
}

/** Brings everything to rank 3 and back. */
function normalizeImages<T extends tf.Tensor>(x: T, scale: tf.Tensor, shift: tf.Tensor, options: GroupNormOptions): T {
  return tf.tidy(() => {
    const channels = x.shape[x.rank - 1];
    const images = tf.reshape(x, [x.shape[0], -1, channels]);
    if (hasFusedKernel('DiffganGroupNorm')) return tf.reshape(fused(images, scale, shift, options), x.shape) as T;
    const perChannel = (t: tf.Tensor) => tf.reshape(t, [t.size / channels, 1, channels]);
    const y = normalize(images, perChannel(scale), perChannel(shift), options);
    return tf.reshape(y, x.shape) as T;
  });
}

/**
 * Forward and backward as one kernel each; only x is kept in between, and the mean and one over the deviation where the kernel returns
 * them. It runs before the operation that has the gradient, since tfjs takes anything else that an operation saves for a leak.
 *
 * @param x [B, P, C].
 * @param scale [C] or [B, C], and `shift` alike.
 */
function fused(x: tf.Tensor, scale: tf.Tensor, shift: tf.Tensor, options: GroupNormOptions): tf.Tensor {
  const { groups, epsilon = 1e-6, activation } = options;
  const attributes = { groups, epsilon, silu: activation === 'silu' };
  const [y, ...statistics] = runFusedKernel('DiffganGroupNorm', { x, scale, shift }, attributes);
  return withGradient([x, scale, shift], () => tf.clone(y), {
    save: [x, scale, shift, ...statistics],
    backward: (dy, [x, scale, shift, ...statistics]) => {
      const [mean, rstd] = statistics;
      const inputs = { dy, x, scale, shift, ...(statistics.length > 0 && { mean, rstd }) };
      return runFusedKernel('DiffganGroupNormGrad', inputs, attributes);
    },
  });
}

/**
 * The statistics are recorded tensors that the main op saves without having them as inputs: its gradient to x is already the whole
 * one, so first order never walks through them, while second order reaches x through them. Nothing as large as x is kept but x.
 *
 * @param x [B, P, C].
 * @param scale [1 or B, 1, C], and `shift` alike.
 */
function normalize(x: tf.Tensor, scale: tf.Tensor, shift: tf.Tensor, options: GroupNormOptions): tf.Tensor {
  const { groups, epsilon = 1e-6, activation } = options;
  const mean = groupAverage(tf.mean(x, 1, true), groups);
  const rstd = tf.rsqrt(tf.add(groupAverage(channelVariance(x, mean), groups), epsilon));
  const z = withGradient([x, scale, shift], () => affine(x, [scale, shift, mean, rstd]), {
    save: [x, scale, mean, rstd],
    backward: (dy, saved) => gradients(dy, saved, groups),
  });
  return activation ? silu(z) : z;
}

/** (x − mean)·rstd·scale + shift in two passes over x; all but x are [1 or B, 1, C]. */
function affine(x: tf.Tensor, [scale, shift, mean, rstd]: tf.Tensor[]): tf.Tensor {
  const slope = tf.mul(scale, rstd);
  return tf.add(tf.mul(x, slope), tf.sub(shift, tf.mul(mean, slope)));
}

/** Gradients by x, scale and shift, in ops that can be differentiated again. */
function gradients(dy: tf.Tensor, [x, scale, mean, rstd]: tf.Tensor[], groups: number): tf.Tensor[] {
  const [batch, pixels] = x.shape;
  const dShift = tf.sum(dy, 1, true);
  const dScale = tf.mul(tf.sub(tf.sum(tf.mul(dy, x), 1, true), tf.mul(mean, dShift)), rstd);
  const averageG = tf.div(groupAverage(tf.mul(dShift, scale), groups), pixels);
  const averageGX = tf.div(groupAverage(tf.mul(dScale, scale), groups), pixels);
  // dx = rstd·(g − ⟨g⟩ − x̂·⟨g·x̂⟩) with g = dy·scale and x̂ = (x − mean)·rstd, regrouped as dy·slope + x·k + m.
  const k = tf.neg(tf.mul(tf.square(rstd), averageGX));
  const m = tf.neg(tf.add(tf.mul(rstd, averageG), tf.mul(mean, k)));
  const dx = tf.add(tf.mul(dy, tf.mul(scale, rstd)), tf.add(tf.mul(x, k), m));
  const reduced = (t: tf.Tensor) => (scale.shape[0] === batch ? t : tf.sum(t, 0, true));
  return [dx, reduced(dScale), reduced(dShift)];
}

/** Mean of (x − mean)² over the pixels, [B, 1, C]. Its derivative by the mean cancels once channels are averaged to groups. */
function channelVariance(x: tf.Tensor, mean: tf.Tensor): tf.Tensor {
  return withGradient([x], () => tf.mean(tf.squaredDifference(x, mean), 1, true), {
    save: [x, mean],
    backward: (dy, [x, mean]) => [tf.mul(tf.sub(x, mean), tf.mul(dy, 2 / (x.shape[1] ?? 1)))],
  });
}

/** Replaces every channel of s [B, 1, C] by the mean of its group: an orthogonal projection, so its own gradient is itself. */
function groupAverage(s: tf.Tensor, groups: number): tf.Tensor {
  const [batch, , channels] = s.shape;
  const size = channels / groups;
  if (size === 1) return s;
  const forward = () => {
    const means = tf.mean(tf.reshape(s, [batch, groups, size]), 2, true);
    return tf.reshape(tf.tile(means, [1, 1, size]), [batch, 1, channels]);
  };
  return withGradient([s], forward, { save: [], backward: (dy) => [groupAverage(dy, groups)] });
}

import type * as tf from '@tensorflow/tfjs-core';
import type { Key } from '@diffgan/ops';
import { BatchDrawer, type BatchDrawerOptions } from './batch-drawer.ts';
import type { Drawable } from './drawable.ts';

/** Options of {@link drawSamples}. */
export interface DrawOptions extends Omit<BatchDrawerOptions, 'compiled'> {
  /** Batch i comes from `foldIn(key, i)`. */
  key: Key;
  /** Samples to draw. */
  count: number;
  /** The first batch, for who draws a part of the whole. @defaultValue 0 */
  first?: number;
  /**
   * Whether the network calls become one graph where the backend can do that: it pays from a few calls on and rounds a little differently.
   * @defaultValue for more than five batches, and for samplers that call the network often
   */
  compiled?: boolean;
}

/** Batches that repay making one graph of all network calls. */
const worthCompiling = 5;

/**
 * Draws samples `[≤ batch, …]` batch by batch; images are in [−1, 1]. The same key and batch give the same samples whoever draws them. The
 * consumer disposes them.
 *
 * @throws UsageError when the network, its schedule and the configuration do not fit together
 */
export async function* drawSamples(
  drawable: Drawable,
  { count, first = 0, compiled, ...options }: DrawOptions,
): AsyncGenerator<tf.Tensor, void> {
  const { batch } = options;
  const often = count > worthCompiling * batch || drawable.sampling.sampler !== 'ddgan';
  const drawer = new BatchDrawer(drawable, { ...options, compiled: compiled ?? often });
  try {
    for (let i = 0; i * batch < count; i++) yield await drawer.draw(first + i, Math.min(batch, count - i * batch));
  } finally {
    drawer.dispose();
  }
}

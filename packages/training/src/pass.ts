import type * as tf from '@tensorflow/tfjs-core';
import type { Updated } from './train-state.ts';

/** What one pass over a batch, or a share of one, finds. */
export interface Pass extends Pick<Updated, 'losses' | 'measures' | 'examples' | 'told'> {
  /** Gradients of the networks that it trains. */
  gradients: Record<string, tf.Tensor1D>;
}

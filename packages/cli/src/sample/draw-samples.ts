import * as tf from '@tensorflow/tfjs-core';
import { foldIn, type Key } from '@diffgan/ops';
import { compile, type Compiled } from '@diffgan/runtime';
import { run, type SamplerStep } from '@diffgan/samplers';
import type { Drawable } from './drawable.ts';
import { samplerOf } from './sampler-of.ts';

/** Options of {@link drawSamples}. */
export interface DrawOptions {
  /** Samples to draw. */
  count: number;
  /** Samples per network call, always; those too many are dropped. */
  batch: number;
  /** Batch i comes from `foldIn(key, i)`. */
  key: Key;
  /** The first batch, for a process that draws a part of the whole. @defaultValue 0 */
  first?: number;
  /**
   * Whether the network calls become one graph where the backend can do that: it pays from a few batches on and rounds a little differently.
   * @defaultValue for more than five batches
   */
  compiled?: boolean;
  signal?: AbortSignal;
  /** Called after each step of a chain. */
  onStep?: (step: SamplerStep) => void;
}

/** Batches that repay making one graph of all network calls. */
const worthCompiling = 5;

/**
 * Draws samples `[≤ batch, …]` batch by batch; images are in [−1, 1]. The same key and batch give the same samples whoever draws them. The
 * consumer disposes them.
 */
export async function* drawSamples(
  drawable: Drawable,
  { count, batch, key, first = 0, compiled = count > worthCompiling * batch, signal, onStep }: DrawOptions,
): AsyncGenerator<tf.Tensor, void> {
  const graphs: Compiled<tf.Tensor[], tf.Tensor>[] = [];
  const asGraph = (chain: (...inputs: tf.Tensor[]) => tf.Tensor) => {
    graphs.push(compile(chain, { variables: 'constant' }));
    return graphs[graphs.length - 1];
  };
  const sample = samplerOf(drawable, compiled ? asGraph : undefined);
  const shape = [batch, ...drawable.shape];
  try {
    for (let i = 0; i * batch < count; i++) {
      const number = first + i;
      const drawn = await run(sample({ shape, key: foldIn(key, number), signal }, number * batch), onStep);
      await drawn.data(); // the work is done when the numbers are there
      const wanted = Math.min(batch, count - i * batch);
      yield wanted === batch ? drawn : firstOf(drawn, wanted);
    }
  } finally {
    graphs.forEach((graph) => graph.dispose());
  }
}

function firstOf(samples: tf.Tensor, count: number): tf.Tensor {
  const first = tf.slice(samples, 0, count);
  samples.dispose();
  return first;
}

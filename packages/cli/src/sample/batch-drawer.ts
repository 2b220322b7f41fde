import * as tf from '@tensorflow/tfjs-core';
import { foldIn, type Key } from '@diffgan/ops';
import { compile, type Compiled, type Precision } from '@diffgan/runtime';
import { run, type SamplerStep } from '@diffgan/samplers';
import type { Drawable } from './drawable.ts';
import { type DrawBatch, samplerOf } from './sampler-of.ts';

/**
 * Where everything random comes from: batch i from `foldIn(key, i)`, which is fast, or sample i from `keyOf(i)`, so that it is the same
 * (to rounding) in a batch of any size.
 */
export type Randomness = { key: Key; keyOf?: undefined } | { key?: undefined; keyOf: (i: number) => Key };

/** Options of {@link BatchDrawer}, besides randomness. */
export interface BatchDrawerOptions {
  /** Samples per network call, always; those too many are dropped. */
  batch: number;
  /** Whether the network calls become one graph where the backend can do that. */
  compiled: boolean;
  /** What graphs compute in. @defaultValue `'float32'` */
  precision?: Precision;
  signal?: AbortSignal;
  /** Called after each step of a chain. */
  onStep?: (step: SamplerStep) => void;
}

/** Draws batches by number, in any order: a batch is the same whoever draws it, and when. */
export class BatchDrawer {
  readonly #graphs: Compiled<tf.Tensor[], tf.Tensor>[] = [];
  readonly #sample: DrawBatch;

  /** @throws UsageError when the network, its schedule and the configuration do not fit together */
  constructor(
    readonly drawable: Drawable,
    readonly options: BatchDrawerOptions & Randomness,
  ) {
    const asGraph = (compute: (...inputs: tf.Tensor[]) => tf.Tensor) => {
      const graph = compile(compute, { variables: 'constant', precision: options.precision });
      this.#graphs.push(graph);
      return graph;
    };
    this.#sample = samplerOf(drawable, options.compiled ? asGraph : undefined);
  }

  /** The first `count` samples of batch i, `[count, …]`; images are in [−1, 1]. The caller disposes them. */
  async draw(i: number, count = this.options.batch): Promise<tf.Tensor> {
    const drawn = await run(this.chain(i), this.options.onStep);
    await drawn.data(); // the work is done when the numbers are there
    return count === this.options.batch ? drawn : firstOf(drawn, count);
  }

  /** Batch i step by step. */
  chain(i: number, { preview = false } = {}): ReturnType<DrawBatch> {
    const { batch, signal, key, keyOf } = this.options;
    const shape = [batch, ...this.drawable.shape];
    const keys = () => Array.from({ length: batch }, (_, j) => keyOf!(i * batch + j));
    const random = key ? { key: foldIn(key, i) } : { keys: keys() };
    return this.#sample({ shape, signal, preview, ...random }, i * batch);
  }

  dispose(): void {
    this.#graphs.forEach((graph) => graph.dispose());
  }
}

function firstOf(samples: tf.Tensor, count: number): tf.Tensor {
  const first = tf.slice(samples, 0, count);
  samples.dispose();
  return first;
}

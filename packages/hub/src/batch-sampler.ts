import * as tf from '@tensorflow/tfjs-core';
import { foldIn, type Key, key as newKey } from '@diffgan/ops';
import { type CompiledFunction, run, type SamplerStep } from '@diffgan/samplers';
import { type ChainParts, labelOf, sampleShapeOf } from './chain-parts.ts';
import { type Chain, makeChain } from './make-chain.ts';
import { overrideSampling } from './override-sampling.ts';
import type { SamplingConfig } from './sampling-config.ts';

/** Makes one graph of a function of tensors, whose variables stay as they are: `compile` of `@diffgan/runtime`. */
export type CompileNetwork = (
  compute: (...inputs: tf.Tensor[]) => tf.Tensor,
) => CompiledFunction & { dispose?: () => void };

/** Where the random numbers of samples come from. */
export interface SampleRandomness {
  /** Key of everything random. @defaultValue `key(0)` */
  key?: Key;
  /**
   * Whether sample i comes from `foldIn(key, i)`, so that it is the same, to rounding, in a batch of any size; or batch i, which draws
   * faster.
   * @defaultValue `'sample'`
   */
  streams?: 'sample' | 'batch';
  /** The key of sample i, in the place of `key`. */
  keyOf?: (i: number) => Key;
}

/** Options of `pipeline.batches`. */
export interface BatchOptions extends SampleRandomness, Partial<SamplingConfig> {
  /** Samples per network call, always; those too many are dropped. */
  batch: number;
  /** How many samples are wanted in all. @defaultValue many */
  count?: number;
  /**
   * Whether the network calls become one graph, where the pipeline has a `compile`: it pays from a few calls on and rounds a little
   * differently.
   * @defaultValue for more than five batches, and for samplers that call the network often
   */
  compiled?: boolean;
  /** Ends a batch with the signal's reason before its next step. */
  signal?: AbortSignal;
  /** Called after each step of {@link BatchSampler.draw}. */
  onStep?: (step: SamplerStep) => void;
}

/**
 * Draws batches by number, in any order: a batch is the same whoever draws it, and when. The caller ends with `dispose`.
 *
 * @template Samples what it draws, where that is known beforehand.
 */
export class BatchSampler<Samples extends tf.Tensor = tf.Tensor> {
  readonly #parts: ChainParts;
  readonly #graphs: ReturnType<CompileNetwork>[] = [];
  readonly #chain: Chain;

  /** @throws PipelineError when the network, its schedule and the configuration do not fit together */
  constructor(
    parts: ChainParts,
    readonly options: BatchOptions,
    compile?: CompileNetwork,
  ) {
    const asGraph: CompileNetwork | undefined = compile && ((compute) => this.#keep(compile(compute)));
    this.#parts = { ...parts, sampling: overrideSampling(parts.sampling, options) };
    const { compiled = worthCompiling(options, this.#parts.sampling) } = options;
    this.#chain = makeChain(this.#parts, compiled ? asGraph : undefined);
  }

  /** How is drawn: the configuration of the pipeline with what `options` changed. */
  get sampling(): SamplingConfig {
    return this.#parts.sampling;
  }

  /** Shape of one sample. */
  get sampleShape(): readonly number[] {
    return sampleShapeOf(this.#parts.network);
  }

  /** The class that sample `i` is told to be of; undefined if it is told none. */
  labelOf(i: number): number | undefined {
    return labelOf(this.#parts, i);
  }

  /** The first `count` samples of batch i, `[count, …]`; images are in [−1, 1]. The caller disposes them. */
  async draw(i: number, count = this.options.batch): Promise<Samples> {
    const samples = await run(this.chain(i), this.options.onStep);
    await samples.data(); // the work is done when the numbers are there
    return count === this.options.batch ? samples : firstOf(samples, count);
  }

  /** Batch i step by step. */
  chain(i: number, { preview = false } = {}): AsyncGenerator<SamplerStep<Samples>, Samples> {
    const { batch, signal, key = newKey(0), streams = 'sample', keyOf = (j) => foldIn(key, j) } = this.options;
    const shape = [batch, ...this.sampleShape];
    const keys = () => Array.from({ length: batch }, (_, j) => keyOf(i * batch + j));
    const random = streams === 'batch' ? { key: foldIn(key, i) } : { keys: keys() };
    const chain = this.#chain({ shape, signal, preview, ...random }, i * batch);
    return chain as AsyncGenerator<SamplerStep<Samples>, Samples>; // its shape is that of the network
  }

  /** Frees the graphs. */
  dispose(): void {
    this.#graphs.forEach((graph) => graph.dispose?.());
  }

  #keep(graph: ReturnType<CompileNetwork>): ReturnType<CompileNetwork> {
    this.#graphs.push(graph);
    return graph;
  }
}

/** Batches that repay making one graph of all network calls. */
const ENOUGH = 5;

const worthCompiling = ({ count = Infinity, batch }: BatchOptions, { sampler }: SamplingConfig): boolean =>
  count > ENOUGH * batch || sampler !== 'ddgan';

function firstOf<Samples extends tf.Tensor>(samples: Samples, count: number): Samples {
  const first = tf.slice(samples, 0, count);
  samples.dispose();
  return first;
}

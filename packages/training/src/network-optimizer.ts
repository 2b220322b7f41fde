import * as tf from '@tensorflow/tfjs-core';
import { adamUpdate } from '@diffgan/ops';
import { adam, adamW, type AdamWOptions, type Optimizer } from './adam.ts';
import { checkNumber } from './check-number.ts';
import { clipByGlobalNorm } from './clip-by-global-norm.ts';
import { cosineDecay } from './cosine-decay.ts';
import { emaShare, type EmaWarmup } from './ema.ts';
import type { NetworkVectors } from './trained-network.ts';
import { warmup } from './warmup.ts';

/** How the networks of a run are optimised; what can differ between networks is an option of each trainer. */
export interface OptimizationOptions {
  /** Adam's options; a `weightDecay` makes it AdamW. */
  adam?: AdamWOptions;
  /** Largest norm of the gradient of a network; longer ones are shortened. @defaultValue `Infinity` */
  clipNorm?: number;
  /** Steps over which the learning rates rise linearly from 0. @defaultValue 0 */
  warmup?: number;
  /**
   * Decay of the running average of the weights, once `emaWarmup` is over, or several decays for several averages: the first is
   * `average`, the others are called `average@0.9999` and so on.
   *
   * @defaultValue 0.999
   */
  emaDecay?: number | readonly number[];
  /** How the decays grow to their values. @defaultValue `'ratio'` */
  emaWarmup?: EmaWarmup;
  /** Shares into which the batch of each update is cut, one after another, so that large batches fit into memory. @defaultValue 1 */
  accumulate?: number;
}

/** One number for all networks, or one for each. */
export type PerNetwork<Names extends string> = number | Readonly<Record<Names, number>>;

/** The number for one network. */
export const ofNetwork = <Names extends string>(value: PerNetwork<Names>, name: Names): number =>
  typeof value === 'number' ? value : value[name];

/** How one network is optimised. */
export interface NetworkOptimizerOptions extends Omit<OptimizationOptions, 'accumulate'> {
  learningRate: number;
  finalLearningRate: number;
  /** Steps of the run; Infinity where the clock ends it, and then the rate does not fall. */
  steps: number;
  /** Updates per step. @defaultValue 1 */
  updatesPerStep?: number;
}

const VALUES_OF_ADAM = 7;

const decaysOf = ({ emaDecay = 0.999 }: OptimizationOptions): readonly number[] =>
  typeof emaDecay === 'number' ? [emaDecay] : emaDecay;

/** Names of the averages besides the first. */
export const furtherAveragesOf = (options: OptimizationOptions): `average@${number}`[] =>
  decaysOf(options)
    .slice(1)
    .map((decay) => `average@${decay}` as const);

/** The rules of some networks, which differ in nothing but their learning rates. */
export function optimizersOf<Names extends string>(
  names: readonly Names[],
  options: Omit<NetworkOptimizerOptions, LearningRates> & Record<LearningRates, PerNetwork<Names>>,
): Record<Names, NetworkOptimizer> {
  const entries = names.map((name) => {
    const learningRate = ofNetwork(options.learningRate, name);
    const finalLearningRate = ofNetwork(options.finalLearningRate, name);
    return [name, new NetworkOptimizer({ ...options, learningRate, finalLearningRate })] as const;
  });
  return Object.fromEntries(entries) as Record<Names, NetworkOptimizer>;
}

type LearningRates = 'learningRate' | 'finalLearningRate';

/** The rule by which one network moves: warm-up and cosine decay, clipping, Adam, running averages. */
export class NetworkOptimizer {
  readonly #adam: Optimizer;
  readonly #decays: readonly number[];
  readonly #further: readonly `average@${number}`[];

  /** @throws RangeError naming the option that is wrong. */
  constructor(readonly options: NetworkOptimizerOptions) {
    const { adam: adamOptions = {} } = options;
    this.#adam = adamOptions.weightDecay === undefined ? adam(adamOptions) : adamW(adamOptions);
    this.#decays = decaysOf(options);
    this.#further = furtherAveragesOf(options);
  }

  /** The numbers that {@link update} needs for update number `count` of the run, from 1. */
  rates(count: number): tf.Tensor1D {
    const { learningRate: start, finalLearningRate: end, steps, warmup: length = 0, updatesPerStep = 1 } = this.options;
    const { emaWarmup } = this.options;
    const step = Math.ceil(count / updatesPerStep);
    const decayed = steps === Infinity ? start : cosineDecay(step - 1, { start, end, steps });
    const learningRate = decayed * warmup(step, { steps: length });
    const [decay, ...further] = this.#decays;
    return tf.tidy(() => {
      const ofAdam = this.#adam.rates({ count, learningRate, emaDecay: decay, emaWarmup });
      return further.length === 0
        ? ofAdam
        : tf.concat1d([ofAdam, tf.tensor1d(further.map((d) => emaShare({ count, decay: d, warmup: emaWarmup })))]);
    });
  }

  /** The next vectors and the norm of the gradient, before clipping. */
  update(
    vectors: NetworkVectors,
    gradient: tf.Tensor1D,
    rates: tf.Tensor1D,
  ): { vectors: NetworkVectors; norm: tf.Scalar } {
    const { gradient: clipped, norm } = clipByGlobalNorm(gradient, this.options.clipNorm ?? Infinity);
    const { parameters, m, v, average } = vectors;
    const further = this.#further;
    const [ofAdam, ...shares] = tf.split<tf.Tensor1D>(rates, [VALUES_OF_ADAM, ...further.map(() => 1)]);
    const next: NetworkVectors = adamUpdate({ parameters, m, v, average }, clipped, ofAdam);
    further.forEach((name, i) => {
      const move = tf.mul(shares[i], tf.sub(next.parameters, vectors[name]));
      next[name] = tf.add<tf.Tensor1D>(vectors[name], move);
    });
    return { vectors: next, norm };
  }
}

/** What a trainer starts from where its options say nothing. */
export interface OptimizationDefaults<Names extends string> {
  networks: readonly Names[];
  learningRate: PerNetwork<Names>;
  adam?: AdamWOptions;
}

/**
 * How the networks of a run are optimised, with all defaults.
 *
 * @throws RangeError naming the option of `caller` that is out of range.
 */
export function optimizationChoices<Names extends string>(
  caller: string,
  options: OptimizationOptions & Partial<Record<LearningRates, PerNetwork<Names>>>,
  defaults: OptimizationDefaults<Names>,
) {
  const {
    learningRate = defaults.learningRate,
    finalLearningRate = 1e-5,
    adam: adamOptions = defaults.adam ?? {},
  } = options;
  const { clipNorm, warmup: length = 0, emaDecay = 0.999, emaWarmup, accumulate = 1 } = options;
  for (const [option, rates] of Object.entries({ learningRate, finalLearningRate }))
    for (const name of defaults.networks)
      checkNumber(`${caller}: ${option}${typeof rates === 'number' ? '' : `.${name}`}`, ofNetwork(rates, name), {
        min: 0,
      });
  if (clipNorm !== undefined && clipNorm !== Infinity)
    checkNumber(`${caller}: clipNorm`, clipNorm, { min: Number.MIN_VALUE });
  checkNumber(`${caller}: warmup`, length, { min: 0, integer: true });
  checkNumber(`${caller}: accumulate`, accumulate, { min: 1, integer: true });
  emaShare({ count: 1, warmup: emaWarmup }); // throws for what is none
  const decays = decaysOf({ emaDecay });
  for (const decay of decays) checkNumber(`${caller}: emaDecay`, decay, { min: 0, below: 1 });
  if (decays.length === 0 || new Set(decays).size < decays.length)
    throw new RangeError(`${caller}: emaDecay is [${decays.join()}]; give one decay, or several different ones`);
  return {
    ...{ learningRate, finalLearningRate, adam: adamOptions, warmup: length, emaDecay, accumulate },
    ...(clipNorm !== undefined && { clipNorm }),
    ...(emaWarmup !== undefined && { emaWarmup }), // absent as in the checkpoints of old
  };
}

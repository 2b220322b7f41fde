import * as tf from '@tensorflow/tfjs-core';
import type { NetworkOptimizer } from './network-optimizer.ts';
import type { Inputs, Outcome, Pending, TrainState, Update, Updated, Vectors } from './train-state.ts';

/** What one pass over a batch, or a share of one, finds. */
export interface Pass extends Pick<Updated, 'losses' | 'measures' | 'examples'> {
  /** Gradients of the networks that it trains. */
  gradients: Record<string, tf.Tensor1D>;
}

/** An update of the state with what it needs; a step is some of them, one after another. */
export interface Move {
  /** Made just before the move and disposed after it. */
  inputs: Inputs;
  /** Updates the state. */
  advance: (state: TrainState) => Promise<Pending>;
  /** Sees the numbers of the move. */
  observe?: (outcome: Outcome) => void;
}

/** What the optimizers need to know of an update, by network. */
type Rates = Readonly<Record<`${string}.rates`, tf.Tensor1D>>;

/** One update of some networks by the gradients of one loss: as many moves as the batch has shares. */
export class Descent<In extends Inputs> {
  readonly #accumulate: Update<In>;
  readonly #apply: Update<In & Rates>;

  /**
   * @param optimizers of the networks that `pass` has gradients of.
   * @param shares passes per update.
   */
  constructor(
    readonly optimizers: Record<string, NetworkOptimizer>,
    readonly shares: number,
    pass: (vectors: Vectors, inputs: In) => Pass,
  ) {
    const added = (vectors: Vectors, inputs: In, sums: Record<string, tf.Tensor1D>) => {
      const { gradients, ...found } = pass(vectors, inputs);
      if (shares === 1) return { gradients, found };
      const entries = Object.entries(gradients).map(
        ([name, gradient]) => [name, tf.add<tf.Tensor1D>(sums[name], tf.div(gradient, shares))] as const,
      );
      return { gradients: Object.fromEntries(entries), found };
    };
    this.#accumulate = (vectors, inputs, sums) => {
      const { gradients, found } = added(vectors, inputs, sums);
      return { vectors: {}, gradients, ...found };
    };
    this.#apply = (vectors, inputs, sums) => {
      const { gradients, found } = added(vectors, inputs, sums);
      const measures = { ...found.measures };
      const next: Partial<Vectors> = {};
      for (const [name, optimizer] of Object.entries(optimizers)) {
        const updated = optimizer.update(vectors[name], gradients[name], inputs[`${name}.rates`]);
        next[name] = updated.vectors;
        measures[`${name}.gradientNorm`] = updated.norm;
      }
      const cleared = Object.fromEntries(Object.entries(sums).map(([name, sum]) => [name, tf.zerosLike(sum)]));
      return { vectors: next, gradients: cleared, ...found, measures };
    };
  }

  /**
   * Makers of the moves of update number `count`, from 1.
   *
   * @param inputsOf draws what the pass over a share needs.
   */
  moves(
    count: number,
    inputsOf: (share: number) => In,
    observe?: (outcome: Outcome, share: number) => void,
  ): (() => Move)[] {
    return Array.from({ length: this.shares }, (_, share) => () => ({
      ...this.#move(count, inputsOf(share), share === this.shares - 1),
      ...(observe && { observe: (outcome: Outcome) => observe(outcome, share) }),
    }));
  }

  /** The last share moves the networks. */
  #move(count: number, inputs: In, last: boolean): Pick<Move, 'inputs' | 'advance'> {
    if (!last) return { inputs, advance: (state) => state.advance(this.#accumulate, inputs) };
    const all = { ...inputs, ...this.#rates(count) };
    return { inputs: all, advance: (state) => state.advance(this.#apply, all) };
  }

  #rates(count: number): Rates {
    const entries = Object.entries(this.optimizers).map(
      ([name, optimizer]) => [`${name}.rates`, optimizer.rates(count)] as const,
    );
    return Object.fromEntries(entries);
  }
}

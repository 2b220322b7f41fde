import * as tf from '@tensorflow/tfjs-core';
import type { ConditionedNetwork } from './conditions.ts';
import type { NetworkOptimizer } from './network-optimizer.ts';
import type { Pass } from './pass.ts';
import type { Rows } from './rows.ts';
import type { Team } from './team.ts';
import { DEFAULT_BATCH, type TrainOptions } from './train-options.ts';
import type { Inputs, Outcome, Pending, TrainState, Update, Vectors } from './train-state.ts';

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

/** What the processes of a team tell each other in a move. */
type Told = { readonly told?: tf.Tensor1D };

/** How the batch of an update is passed over. */
export interface DescentOptions {
  /** Passes per update. */
  shares: number;
  /** The processes that share each pass. */
  team: Team;
  /** Those of a pass that this process takes. */
  rows: Rows;
}

/** How the batch of an update is passed over by a team, whose rows consist of that many blocks; tells the networks which rows they get. */
export function passesOf(
  { batch = DEFAULT_BATCH, accumulate: shares = 1 }: Pick<TrainOptions, 'batch' | 'accumulate'>,
  team: Team,
  { networks, blocks }: { networks: readonly ConditionedNetwork[]; blocks?: number },
): DescentOptions {
  const rows = team.rowsOf(batch / shares, { blocks });
  if (team.size > 1) for (const network of networks) network.part = { batch: rows.batch, rows: rows.numbers };
  return { shares, team, rows };
}

/** One update of some networks by the gradients of one loss: as many moves as the batch has shares. */
export class Descent<In extends Inputs> {
  readonly #accumulate: Update<In & Told>;
  readonly #apply: Update<In & Told & Rates>;

  /**
   * @param optimizers of the networks that `pass` has gradients of.
   * @param pass over the rows of this process alone; what it finds are means over these.
   */
  constructor(
    readonly optimizers: Record<string, NetworkOptimizer>,
    readonly options: DescentOptions,
    pass: (vectors: Vectors, inputs: In) => Pass,
  ) {
    const { shares, team, rows } = options;
    const added = (vectors: Vectors, inputs: In & Told, sums: Record<string, tf.Tensor1D>) => {
      const { gradients, ...found } = team.together(pass(vectors, inputs), inputs.told, rows);
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
   * @param inputsOf draws what the pass over the own rows of a share of the batch needs.
   */
  moves(
    count: number,
    inputsOf: (share: number) => In,
    observe?: (outcome: Outcome, share: number) => void,
  ): (() => Move)[] {
    const { shares, team } = this.options;
    const inputsHere = (share: number) => ({ ...inputsOf(share), ...team.toTell() });
    return Array.from({ length: shares }, (_, share) => () => ({
      ...this.#move(count, inputsHere(share), share === shares - 1),
      ...(observe && { observe: (outcome: Outcome) => observe(outcome, share) }),
    }));
  }

  /** The last share moves the networks. */
  #move(count: number, inputs: In & Told, last: boolean): Pick<Move, 'inputs' | 'advance'> {
    if (!last) return { inputs, advance: (state) => state.advance(this.#accumulate, inputs) };
    const all = { ...inputs, ...this.#rates(count) } as In & Told & Rates;
    return { inputs: all, advance: (state) => state.advance(this.#apply, all) };
  }

  #rates(count: number): Rates {
    const entries = Object.entries(this.optimizers).map(
      ([name, optimizer]) => [`${name}.rates`, optimizer.rates(count)] as const,
    );
    return Object.fromEntries(entries);
  }
}

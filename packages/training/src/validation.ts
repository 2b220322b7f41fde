import type { Key } from '@diffgan/ops';
import type { Move } from './descent.ts';
import type { Inputs, Update, Updated, Vectors } from './train-state.ts';
import type { Examples } from './training-data.ts';

/** Losses on a batch that change nothing. */
export class Validation<In extends Inputs = Inputs> {
  readonly #update: Update<In>;

  /**
   * @param inputsOf draws what the losses need.
   * @param losses of the running averages, by name.
   */
  constructor(
    readonly inputsOf: (examples: Examples, key: Key) => In,
    losses: (vectors: Vectors, inputs: In) => Updated['losses'],
  ) {
    this.#update = (vectors, inputs) => ({ vectors: {}, losses: losses(vectors, inputs) });
  }

  /** Draws the inputs of a batch and computes its losses. */
  move(examples: Examples, key: Key): Move {
    const inputs = this.inputsOf(examples, key);
    return { inputs, advance: (state) => state.advance(this.#update, inputs) };
  }
}

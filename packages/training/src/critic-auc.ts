import type { HostVectors } from './run-state.ts';

/** A pair of a step counts e times less once so many others have come: 60 steps with batches of 32 and T = 4. */
const WINDOW = 500;
const KEPT = Math.exp(-1 / WINDOW);

/**
 * How well the critic tells data from samples at each step of the diffusion: the share of pairs of one (x_t, t) in which the real x_{t−1}
 * has the larger logit, equal ones counting half, over the last pairs. ½ is chance. The pairs, not all combinations within a batch: what a
 * critic adds to all logits of one (x_t, t) is free, with relativistic losses altogether.
 */
export class CriticAuc {
  /** Sums over the pairs of each step, whose weights fall from the last one back; float32, so that a checkpoint holds them exactly. */
  readonly #wins: Float32Array;
  readonly #pairs: Float32Array;

  constructor(steps: number) {
    this.#wins = new Float32Array(steps);
    this.#pairs = new Float32Array(steps);
  }

  /**
   * Takes the pairs of a batch.
   *
   * @param outcomes 1 where the critic was right, 0 where it was wrong, ½ where it saw no difference.
   */
  observe(t: Int32Array, outcomes: Float32Array): void {
    const [wins, pairs] = [this.#wins, this.#pairs];
    t.forEach((step, i) => {
      wins[step - 1] = KEPT * wins[step - 1] + outcomes[i];
      pairs[step - 1] = KEPT * pairs[step - 1] + 1;
    });
  }

  /** AUC of every step from 1 on; undefined where no pair was seen yet. */
  get values(): (number | undefined)[] {
    return Array.from(this.#pairs, (pairs, i) => (pairs === 0 ? undefined : this.#wins[i] / pairs));
  }

  /** The values by name, for the records. */
  get measures(): Record<string, number> {
    const seen = this.values.flatMap((value, i) =>
      value === undefined ? [] : [[`critic.auc@${i + 1}`, value] as const],
    );
    return Object.fromEntries(seen);
  }

  readonly host: HostVectors = {
    save: () => ({ 'auc.wins': this.#wins.slice(), 'auc.pairs': this.#pairs.slice() }),
    restore: (vectors) => {
      this.#wins.set(vectors['auc.wins']);
      this.#pairs.set(vectors['auc.pairs']);
    },
  };
}

import * as tf from '@tensorflow/tfjs-core';
import type { ProcessGroup } from '@diffgan/runtime';
import type { Pass } from './pass.ts';
import { type Deal, Rows } from './rows.ts';
import type { TrainEvent } from './train-event.ts';

/** What may end a run before its last step. */
export interface Ends {
  aborted: boolean;
  timeIsUp: boolean;
}

/** Steps over which processes are compared. */
const WINDOW = 50;
/** Shares of the time waited above which, and below which, a process is called fast and slow. */
const [MUCH, LITTLE] = [0.25, 0.1];

/**
 * The processes that train together; one alone is a team, too. Each draws its rows of every batch; gradients, losses and what else is measured
 * are means over all. So all have the same weights after each step, which are those of one process up to rounding.
 */
export class Team {
  readonly size: number;
  readonly rank: number;
  /** What this process knows of the end; set by the loop. */
  ends: () => Ends = () => ({ aborted: false, timeIsUp: false });
  /** Sums over the processes of what each of them told in the last move: `aborted`, `timeIsUp`, shares of the time waited by rank. */
  #told: Float32Array | undefined;
  #waitedShare = 0;
  #waited = 0;
  /** When the step began, or rather what led to it: data and pictures make a process late, too. */
  #since = performance.now();
  readonly #recent: { most: number; slowest: number }[] = [];
  readonly #named = new Set<number>();

  constructor(readonly group?: ProcessGroup) {
    this.size = group?.size ?? 1;
    this.rank = group?.rank ?? 0;
    this.#waited = group?.waited ?? 0;
  }

  /** Whether this process keeps files and measures. */
  get leads(): boolean {
    return this.rank === 0;
  }

  /** What the team knows of the end: no process ends without the others. */
  get ended(): Ends {
    if (!this.group) return this.ends();
    const [aborted = 0, timeIsUp = 0] = this.#told ?? [];
    return { aborted: aborted > 0, timeIsUp: timeIsUp > 0 };
  }

  /**
   * The rows that this process takes of a batch of so many.
   *
   * @throws RangeError unless the processes can take equal shares.
   */
  rowsOf(batch: number, { blocks }: Pick<Deal, 'blocks'> = {}): Rows {
    return new Rows(batch, { blocks, size: this.size, rank: this.rank });
  }

  /** What this process tells the others in a move, as an input of it. */
  toTell(): { told?: tf.Tensor1D } {
    if (!this.group) return {};
    const { aborted, timeIsUp } = this.ends();
    const values = new Float32Array(2 + this.size);
    values[0] = Number(aborted);
    values[1] = Number(this.leads && timeIsUp); // clocks differ: one of them counts
    values[2 + this.rank] = this.#waitedShare;
    return { told: tf.tensor1d(values) };
  }

  /** The mean over the processes of a number that all of them need within a pass. Constant for gradients. */
  readonly mean = <T extends tf.Tensor>(own: T): T => (this.group ? tf.div<T>(this.group.sum(own), this.size) : own);

  /**
   * Means over the processes of all that a pass has found, by one sum; the numbers of examples are put in their order, and what the processes
   * tell each other is added up.
   */
  together({ gradients, losses, measures = {}, examples }: Pass, told: tf.Tensor1D | undefined, rows: Rows): Pass {
    const { group } = this;
    if (!group || !told) return { gradients, losses, measures, examples };
    const numbers = [...Object.values(losses), ...Object.values(measures)];
    const column = [...Object.values(gradients), ...numbers.map((number) => tf.reshape(number, [1]))];
    const all = examples ? [told, rows.placed(examples)] : [told];
    const sum = group.sum(tf.concat1d([...column, ...all] as tf.Tensor1D[]));
    const parts = tf.split<tf.Tensor1D>(
      sum,
      [...column, ...all].map(({ size }) => size),
    );
    const means = parts.slice(0, column.length).map((part) => tf.div<tf.Tensor1D>(part, this.size));
    const named = (names: string[], from: number) =>
      Object.fromEntries(names.map((name, i) => [name, tf.reshape<tf.Rank.R0>(means[from + i], [])]));
    const networks = Object.keys(gradients);
    const [lossNames, measureNames] = [Object.keys(losses), Object.keys(measures)];
    return {
      gradients: Object.fromEntries(networks.map((name, i) => [name, means[i]])),
      losses: named(lossNames, networks.length),
      measures: named(measureNames, networks.length + lossNames.length),
      told: parts[column.length],
      ...(examples && { examples: parts[column.length + 1] }),
    };
  }

  /** Takes what the processes told in a move. */
  hear(told: Float32Array): void {
    if (this.group) this.#told = told;
  }

  /** Takes note of the end of a step; what the processes told of the one before, for the records. */
  pace(): Record<string, number> {
    const { group } = this;
    if (!group || !this.#told) return {};
    const now = performance.now();
    this.#waitedShare = Math.min(1, (1000 * (group.waited - this.#waited)) / (now - this.#since));
    [this.#waited, this.#since] = [group.waited, now];
    const shares = this.#told.subarray(2);
    const least = Math.min(...shares);
    const [most, slowest] = [Math.max(...shares), shares.indexOf(least)];
    if (most === 0) return {}; // nobody knew yet
    this.#recent.push({ most, slowest });
    if (this.#recent.length > WINDOW) this.#recent.shift();
    return { 'processes.leastWaited': least, 'processes.mostWaited': most, 'processes.slowest': slowest };
  }

  /** Names a process that the others have waited for in most of the last steps, once. */
  watch(step: number): TrainEvent[] {
    if (this.#recent.length < WINDOW) return [];
    const waited = this.#recent.reduce((sum, { most }) => sum + most, 0) / WINDOW;
    const { slowest } = this.#recent[0];
    const always = this.#recent.filter((recent) => recent.slowest === slowest).length > 0.8 * WINDOW;
    if (!always || waited < MUCH || this.#told![2 + slowest] > LITTLE || this.#named.has(slowest)) return [];
    this.#named.add(slowest);
    const message = `The others wait ${Math.round(100 * waited)} % of the time for rank ${slowest}, which is slower than they are`;
    return [{ type: 'warning', step, kind: 'slow-process', message }];
  }

  /** What to throw for an error of a move. */
  explain(error: unknown): Promise<unknown> {
    return this.group ? this.group.explain(error) : Promise.resolve(error);
  }
}

import * as tf from '@tensorflow/tfjs-core';
import { type Key, normalArray } from '@diffgan/ops';

/** How the rows of a batch are dealt out to processes. */
export interface Deal {
  /** Blocks of consecutive rows that it consists of, such as those that a critic takes its groups from. @defaultValue 1 */
  blocks?: number;
  /** Number of processes. @defaultValue 1 */
  size?: number;
  /** Which of them this is. @defaultValue 0 */
  rank?: number;
}

/**
 * The rows of a batch that a process has: the same share of each block. What is random belongs to the rows of the whole batch, so that it is the same
 * however many processes there are. Noise of the size of the examples is drawn for the own rows alone, since the random numbers are counted through;
 * the few numbers of a row besides are drawn for all rows, some of which depend on each other (times at equal distances), and the own ones taken.
 */
export class Rows {
  readonly #blocks: number;
  readonly #size: number;
  readonly #rank: number;

  /**
   * @param batch rows of the whole.
   * @throws RangeError unless the processes can take equal shares.
   */
  constructor(
    readonly batch: number,
    { blocks = 1, size = 1, rank = 0 }: Deal = {},
  ) {
    const unit = blocks * size;
    if (size > 1 && batch % unit !== 0) {
      const why = blocks === 1 ? '' : `, which belong together across ${blocks} parts of it`;
      throw new RangeError(
        `training: ${batch} examples at a time cannot be dealt out to ${size} processes in equal shares${why}; use a batch whose shares are multiples of ${unit}`,
      );
    }
    [this.#blocks, this.#size, this.#rank] = [blocks, size, rank];
  }

  /** Numbers of the rows. */
  get numbers(): Int32Array {
    return this.of(Int32Array.from({ length: this.batch }, (_, row) => row));
  }

  /** What is of these rows among numbers for the whole batch, as many for each row. */
  of<Values extends Float32Array | Int32Array>(whole: Values): Values {
    if (this.#size === 1) return whole;
    const perRow = whole.length / this.batch;
    const parts = this.#ranges(this.batch).map(([from, to]) => whole.subarray(from * perRow, to * perRow));
    const own = whole.slice(0, whole.length / this.#size) as Values;
    parts.forEach((part, i) => own.set(part, i * part.length));
    return own;
  }

  /**
   * These rows of `normal(key, [count, …shape])`.
   *
   * @param count rows of the whole, where they are others than those of the batch: some of its blocks.
   */
  normal(key: Key, shape: readonly number[], count = this.batch): tf.Tensor {
    const perRow = tf.util.sizeFromShape([...shape]);
    const own = new Float32Array((count / this.#size) * perRow);
    let filled = 0;
    for (const [from, to] of this.#ranges(count)) {
      own.set(normalArray(key, (to - from) * perRow, { start: from * perRow }), filled);
      filled += (to - from) * perRow;
    }
    return tf.tensor(own, [count / this.#size, ...shape]);
  }

  /** Numbers of the own rows where they belong in the whole batch, and 0 elsewhere. */
  placed(own: tf.Tensor1D): tf.Tensor1D {
    const length = this.batch / this.#blocks;
    const share = length / this.#size;
    const before = this.#rank * share;
    const inBlocks = tf.reshape(own, [this.#blocks, share]);
    return tf.reshape(
      tf.pad(inBlocks, [
        [0, 0],
        [before, length - share - before],
      ]),
      [this.batch],
    );
  }

  /** Beginnings and ends of the own rows of some blocks that have so many rows in all. */
  #ranges(count: number): [from: number, to: number][] {
    if (this.#size === 1) return [[0, count]];
    const length = this.batch / this.#blocks;
    const share = length / this.#size;
    return Array.from({ length: count / length }, (_, block) => {
      const from = block * length + this.#rank * share;
      return [from, from + share];
    });
  }
}

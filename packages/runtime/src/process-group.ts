import type * as tf from '@tensorflow/tfjs-core';

/**
 * Processes that compute one thing together, such as the steps of a training, each with a part of the batch. Every process makes the same
 * calls in the same order; each call waits for the others. `joinCollectives` of `@diffgan/runtime/node` makes one.
 */
export interface ProcessGroup {
  /** Number of this process, from 0. */
  readonly rank: number;
  /** Number of processes. */
  readonly size: number;
  /** Seconds that this process has spent in collectives, most of them waiting for slower processes. */
  readonly waited: number;
  /**
   * The sum over all processes, float32 or int32; an operation like others: at once, or in what `compile` and `compileUpdate` compile. All processes
   * get the same bits.
   */
  sum<T extends tf.Tensor>(tensor: T): T;
  /** The values of the process `from`; of the others, type and length count. */
  broadcast<Values extends Float32Array | Int32Array>(values: Values, from?: number): Promise<Values>;
  /** Throws, in all processes, unless all say the same. `what` names it in the message. */
  agree(what: string, text: string): Promise<void>;
  /** What to throw in the place of an error of work with collectives: who is gone, or late. Other errors come back as they are. */
  explain(error: unknown): Promise<unknown>;
}

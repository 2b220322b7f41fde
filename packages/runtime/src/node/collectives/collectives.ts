import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type * as tf from '@tensorflow/tfjs-core';
import { BackendError } from '../../backend-error.ts';
import { typeNumber } from '../../graph/messages.ts';
import { nativeBackend } from '../../graph/native-backend.ts';
import { messageOf } from '../../platform.ts';
import type { ProcessGroup } from '../../process-group.ts';
import type { CollectivesAddon } from './collectives-addon.ts';
import { CollectivesError } from './collectives-error.ts';
import { taskName } from './server-def.ts';

/** Milliseconds in which a process that is there answers. */
const ANSWER = 2000;
/**
 * Milliseconds that a process which has seen another one fail, or do something else, stays: so that the others, who ask as well, do not take it for
 * gone, and TensorFlow tells them what it has seen. One that comes to the collective later finds it gone.
 */
const STAY = 4000;
/** Numbers of a digest, as int32. */
const DIGEST = 8;

/** The processes that this one has joined; made by `joinCollectives`. */
export class Collectives implements ProcessGroup {
  readonly rank: number;
  /** Seconds that a process waits for the others at most. */
  readonly timeLimit: number;
  readonly #addon: CollectivesAddon;
  #met = false;

  /** @param hosts addresses of the processes by rank. */
  constructor(
    addon: CollectivesAddon,
    readonly hosts: readonly string[],
    { rank, timeLimit }: { rank: number; timeLimit: number },
  ) {
    this.#addon = addon;
    this.rank = rank;
    this.timeLimit = timeLimit;
  }

  get size(): number {
    return this.hosts.length;
  }

  get waited(): number {
    return this.#addon.spent();
  }

  sum<T extends tf.Tensor>(tensor: T): T {
    const backend = nativeBackend();
    if (!backend)
      throw new BackendError('tensorflow', 'sums over processes need native TensorFlow', 'Select that backend first');
    const type = { name: 'T', type: backend.binding.TF_ATTR_TYPE, value: typeNumber(tensor) };
    return backend.executeSingleOutput('DiffganAllReduce', [type], [tensor]) as T;
  }

  /** The sum over all processes of values on the host. */
  allReduce<Values extends Float32Array | Int32Array>(values: Values): Promise<Values> {
    return this.#explained(() => this.#addon.allReduce(values));
  }

  async broadcast<Values extends Float32Array | Int32Array>(values: Values, from = 0): Promise<Values> {
    if (!Number.isInteger(from) || from < 0 || from >= this.size)
      throw new RangeError(`Collectives.broadcast: from is ${from}; ranks are from 0 to ${this.size - 1}`);
    const bits = new Int32Array(values.length); // of the others, so that the sum is that of the one; who sends hears of the others, too
    if (from === this.rank) bits.set(new Int32Array(values.buffer, values.byteOffset, values.length));
    const { buffer } = await this.allReduce(bits);
    return (values instanceof Float32Array ? new Float32Array(buffer) : new Int32Array(buffer)) as Values;
  }

  /** Waits until all processes have come here. */
  async barrier(): Promise<void> {
    await this.allReduce(Int32Array.of(1));
  }

  async agree(what: string, text: string): Promise<void> {
    const digest = createHash('sha256').update(text).digest();
    const table = new Int32Array(this.size * DIGEST);
    for (let i = 0; i < DIGEST; i++) table[this.rank * DIGEST + i] = digest.readInt32LE(4 * i);
    const all = await this.allReduce(table);
    const rowOf = (rank: number) => all.subarray(rank * DIGEST, (rank + 1) * DIGEST).join();
    const others = this.#others([0]).filter((rank) => rowOf(rank) !== rowOf(0));
    this.#meet();
    if (others.length === 0) return;
    throw new CollectivesError(
      'mismatch',
      `${ranksOf(others)} ${others.length === 1 ? 'has' : 'have'} another ${what} than rank 0; start all processes alike`,
      others,
    );
  }

  async explain(error: unknown): Promise<unknown> {
    const message = messageOf(error);
    if (error instanceof CollectivesError || !/collective|DiffganAllReduce|group_key|RecvBuf/i.test(message))
      return error;
    const answers = await Promise.all(this.#others([this.rank]).map((rank) => this.#answers(rank)));
    const gone = this.#others([this.rank]).filter((_, i) => !answers[i]);
    await sleep(STAY);
    return this.#diagnosis(message, gone, error);
  }

  /** Waits for the others, and leaves; the group cannot be used any more. */
  async leave(): Promise<void> {
    await this.barrier();
    this.#addon.leave();
  }

  /** All have been here: who does not answer from now on is gone. */
  #meet(): void {
    if (this.#met) return;
    this.#met = true;
    this.#addon.watch(this.#others([this.rank]).map(taskName));
  }

  #diagnosis(message: string, gone: number[], cause: unknown): CollectivesError {
    const limit = `${this.timeLimit} s`;
    if (/group_key|group size|hape mismatch|another member/.test(message))
      return new CollectivesError('mismatch', `the processes do not do the same (${firstLine(message)})`, [], {
        cause,
      });
    if (gone.length > 0 && !this.#met)
      return new CollectivesError('missing', `${this.#named(gone)} did not come within ${limit}`, gone, { cause });
    if (/aborted by[^]*timed out/.test(message))
      return new CollectivesError('late', `the others gave up after waiting for ${limit}`, [], { cause });
    if (gone.length > 0)
      return new CollectivesError(
        'gone',
        `${this.#named(gone)} ${gone.length === 1 ? 'is' : 'are'} gone: the process ended, or the machine; see what it said last`,
        gone,
        { cause },
      );
    const others = this.#others([this.rank]);
    if (/timed out/.test(message)) {
      const what = others.length === 1 ? this.#named(others) : `one of ${this.#named(others)}`;
      return new CollectivesError('late', `${what} is there, but took more than ${limit}`, others, { cause });
    }
    return new CollectivesError('gone', `the processes cannot go on (${firstLine(message)})`, [], { cause });
  }

  async #explained<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw await this.explain(error);
    }
  }

  #answers(rank: number): Promise<boolean> {
    return this.#addon.checkPeer(taskName(rank), ANSWER).then(
      () => true,
      () => false,
    );
  }

  #others(but: readonly number[]): number[] {
    return [...this.hosts.keys()].filter((rank) => !but.includes(rank));
  }

  #named(ranks: readonly number[]): string {
    return ranks.map((rank) => `rank ${rank} (${this.hosts[rank]})`).join(', ');
  }
}

const ranksOf = (ranks: readonly number[]): string => `rank${ranks.length === 1 ? '' : 's'} ${ranks.join(', ')}`;

const firstLine = (message: string): string => message.split('\n')[0].slice(0, 300);

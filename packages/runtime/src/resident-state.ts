import * as tf from '@tensorflow/tfjs-core';
import { checkTensors } from './check-tensors.ts';
import { checkEngine, chosenEngine, type CompileOptions } from './compile.ts';
import type { GraphEngine, HeldTensor } from './graph/graph-engine.ts';

/** Tensors that stay where they are computed on, such as weights and the moments of an optimiser. */
export interface ResidentState {
  /** Copies of the current values, owned by the caller. */
  read(): Promise<tf.Tensor[]>;
  /** Replaces the values by copies of tensors of the same shapes and types. */
  write(tensors: readonly tf.Tensor[]): Promise<void>;
  /** Frees them; a run in progress ends first. */
  dispose(): void;
}

/**
 * Keeps copies of tensors for `compileUpdate`. On the `tensorflow` backend they live in TensorFlow and never enter JavaScript unless they
 * are read.
 *
 * @param tensors Initial values; not disposed.
 * @throws TypeError for what is no tensor of type float32, int32 or bool.
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { residentState } from '@diffgan/runtime';
 * const state = residentState([tf.zeros([3])]);
 * const [zeros] = await state.read();
 * state.dispose();
 * ```
 */
export function residentState(tensors: readonly tf.Tensor[], options: CompileOptions = {}): ResidentState {
  checkEngine('residentState', options.engine);
  checkTensors('residentState', 'tensor', tensors);
  return new Resident(tensors, chosenEngine(options.engine));
}

/** The state behind the interface: one piece of work at a time, in the order in which they were asked for. */
export class Resident implements ResidentState {
  #values: HeldTensor[];
  #last: Promise<unknown> = Promise.resolve();
  #waiting = 0;
  #disposed = false;

  constructor(
    tensors: readonly tf.Tensor[],
    readonly engine: GraphEngine | undefined,
  ) {
    this.#values = tensors.map((tensor) => this.#hold(tensor));
  }

  read(): Promise<tf.Tensor[]> {
    return this.exclusive((values) => values.map((value) => value.toTensor()));
  }

  async write(tensors: readonly tf.Tensor[]): Promise<void> {
    checkTensors('ResidentState.write', 'tensor', tensors);
    const copies = tensors.map((tensor) => this.#hold(tensor)); // now: the caller may dispose of them before their turn
    try {
      await this.exclusive((values) => {
        checkSame('ResidentState.write', copies, values);
        this.replace(copies);
      });
    } catch (error) {
      for (const copy of copies) copy.dispose();
      throw error;
    }
  }

  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    if (this.#waiting === 0) this.replace([]);
    else void this.#last.then(() => this.replace([]));
  }

  /** Runs `work` on the current values after what was asked for before. */
  exclusive<T>(work: (values: readonly HeldTensor[]) => T | Promise<T>): Promise<T> {
    if (this.#disposed) return Promise.reject(new Error('ResidentState: this state was disposed'));
    this.#waiting++;
    const turn = this.#last.then(() => work(this.#values)).finally(() => this.#waiting--);
    this.#last = turn.catch(() => undefined); // a failure is its caller's; the next one goes on
    return turn;
  }

  /** Takes over new values and frees the old ones. */
  replace(values: HeldTensor[]): void {
    const old = this.#values;
    this.#values = values;
    for (const value of old) value.dispose();
  }

  #hold(tensor: tf.Tensor): HeldTensor {
    return this.engine ? this.engine.hold(tensor) : new EagerHeld(tf.keep(tf.clone(tensor)));
  }
}

/** A value of a state on a backend without graphs: a tensor of tfjs that no tidy disposes. */
export class EagerHeld implements HeldTensor {
  constructor(readonly tensor: tf.Tensor) {}

  get shape(): readonly number[] {
    return this.tensor.shape;
  }

  get dtype(): tf.DataType {
    return this.tensor.dtype;
  }

  toTensor(): tf.Tensor {
    return tf.clone(this.tensor);
  }

  intoTensor(): tf.Tensor {
    return this.tensor;
  }

  dispose(): void {
    this.tensor.dispose();
  }
}

/** Throws unless both lists have the same shapes and types. */
export function checkSame(
  where: string,
  found: readonly Pick<HeldTensor, 'shape' | 'dtype'>[],
  wanted: readonly Pick<HeldTensor, 'shape' | 'dtype'>[],
): void {
  if (found.length !== wanted.length)
    throw new RangeError(`${where}: there are ${found.length} tensors, but the state has ${wanted.length}`);
  for (const [i, { shape, dtype }] of wanted.entries())
    if (!tf.util.arraysEqual([...found[i].shape], [...shape]) || found[i].dtype !== dtype)
      throw new RangeError(
        `${where}: tensor ${i} is ${found[i].dtype} of shape [${found[i].shape}], but that of the state is ${dtype} of shape [${shape}]`,
      );
}

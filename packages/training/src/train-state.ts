import {
  type CompiledUpdate,
  compileUpdate,
  type Precision,
  type ResidentState,
  residentState,
} from '@diffgan/runtime';
import * as tf from '@tensorflow/tfjs-core';
import { type NetworkVectors, setParameters, type TrainedNetwork } from './trained-network.ts';

/** The state of all networks of a run, by name. */
export type Vectors = Record<string, NetworkVectors>;

/** What is drawn for a move and changes from one to the next; the names of an update stay the same. */
export type Inputs = Record<string, tf.Tensor>;

/** What an update makes of the state and of its inputs. */
export interface Updated {
  /** The next state of the networks that it changes. */
  vectors: Partial<Vectors>;
  /** Gradients to add up until the last share of a batch, by network. */
  gradients?: Record<string, tf.Tensor1D>;
  /** Mean losses by name. */
  losses: Record<string, tf.Scalar>;
  /** Other numbers by name. */
  measures?: Record<string, tf.Scalar>;
  /** A number for each example, for whoever chooses the next ones. */
  examples?: tf.Tensor1D;
}

/** A pure function of the state; `gradients` is what earlier shares of the batch have added up. */
export type Update = (vectors: Vectors, inputs: Inputs, gradients: Record<string, tf.Tensor1D>) => Updated;

/** An update as numbers. */
export interface Outcome {
  losses: Record<string, number>;
  measures: Record<string, number>;
  examples: Float32Array;
}

/** An update that has run, whose numbers nobody has waited for yet. */
export interface Pending {
  /** Waits for the numbers, once. */
  read(): Promise<Outcome>;
  /** Gives them up. */
  dispose(): void;
}

/** Vectors of a network besides those of Adam. */
export interface StateOptions {
  /** Names of further averages. */
  furtherAverages?: readonly `average@${number}`[];
  /** Whether gradients are added up over several moves. */
  accumulates?: boolean;
  /** What moves compute in. */
  precision?: Precision;
}

const GRADIENT = 'gradient';

/** Where the vectors of a run live between moves: with the backend, out of reach of the engine, so that a move is one compiled graph. */
export class TrainState {
  /** The vectors in the order in which the resident state holds them. */
  readonly #places: { network: string; kind: string }[];
  readonly #state: ResidentState;
  readonly #compiled = new Map<Update, CompiledMove>();
  readonly #precision: Precision | undefined;

  constructor(
    readonly networks: Record<string, TrainedNetwork>,
    { furtherAverages = [], accumulates = false, precision }: StateOptions = {},
  ) {
    this.#precision = precision;
    const kinds = ['parameters', 'm', 'v', 'average', ...furtherAverages, ...(accumulates ? [GRADIENT] : [])];
    this.#places = Object.keys(networks).flatMap((network) => kinds.map((kind) => ({ network, kind })));
    const start = tf.tidy(() =>
      Object.values(networks).flatMap((network) => {
        const vectors = network.start() as Record<string, tf.Tensor1D | undefined>;
        return kinds.map((kind) => vectors[kind] ?? tf.clone(vectors[kind === GRADIENT ? 'm' : 'average']!));
      }),
    );
    this.#state = residentState(start);
    tf.dispose(start);
  }

  /** Replaces the state by what `update` makes of it. */
  async advance(update: Update, inputs: Inputs): Promise<Pending> {
    let move = this.#compiled.get(update);
    if (!move) this.#compiled.set(update, (move = this.#compile(update, Object.keys(inputs))));
    const outputs = await move.compiled.run(this.#state, ...move.inputs.map((name) => inputs[name]));
    return { read: () => readOutcome(move, outputs), dispose: () => tf.dispose(outputs) };
  }

  /** Copies of all vectors but the gradients; the caller disposes them. */
  async read(): Promise<Vectors> {
    const { vectors, gradients } = this.#named(await this.#state.read());
    tf.dispose(gradients);
    return vectors;
  }

  /** Takes over the values of `vectors`, which stay the caller's. */
  async write(vectors: Vectors): Promise<void> {
    const values = tf.tidy(() =>
      this.#places.map(({ network, kind }) => {
        const own = vectors[network];
        return kind === GRADIENT ? tf.zerosLike(own.m) : tf.clone(own[kind as keyof NetworkVectors]);
      }),
    );
    await this.#state.write(values).finally(() => tf.dispose(values));
  }

  /** Gives the models the weights that training has reached. */
  async assign(): Promise<void> {
    const vectors = await this.read();
    for (const [name, { model }] of Object.entries(this.networks)) setParameters(model, vectors[name].parameters);
    tf.dispose(vectors);
  }

  /** Frees the state and the compiled updates; the models stay. */
  dispose(): void {
    this.#state.dispose();
    for (const { compiled } of this.#compiled.values()) compiled.dispose();
  }

  #compile(update: Update, names: string[]): CompiledMove {
    const move: CompiledMove = {
      inputs: names,
      losses: [],
      measures: [],
      compiled: compileUpdate(
        (state: tf.Tensor[], ...values: tf.Tensor[]) => {
          const inputs = Object.fromEntries(names.map((name, i) => [name, values[i]]));
          const { vectors, gradients } = this.#named(state);
          const next = update(vectors, inputs, gradients);
          const { losses, measures = {}, examples } = next;
          // Named when the update runs for the first time, and the same ever after.
          Object.assign(move, { losses: Object.keys(losses), measures: Object.keys(measures) });
          const numbers = [...Object.values(losses), ...Object.values(measures)].map((n) => tf.reshape(n, [1]));
          return {
            state: this.#places.map(({ network, kind }, i) => this.#next(next, network, kind) ?? state[i]),
            outputs: [tf.concat([...numbers, ...(examples ? [examples] : [])])],
          };
        },
        { precision: this.#precision },
      ),
    };
    return move;
  }

  /** The new value of a vector, if the update gave it one. */
  #next({ vectors, gradients }: Updated, network: string, kind: string): tf.Tensor | undefined {
    if (kind === GRADIENT) return gradients?.[network];
    return vectors[network]?.[kind as keyof NetworkVectors];
  }

  #named(tensors: tf.Tensor[]): { vectors: Vectors; gradients: Record<string, tf.Tensor1D> } {
    const vectors: Record<string, Record<string, tf.Tensor>> = {};
    const gradients: Record<string, tf.Tensor1D> = {};
    this.#places.forEach(({ network, kind }, i) => {
      if (kind === GRADIENT) gradients[network] = tensors[i] as tf.Tensor1D;
      else (vectors[network] ??= {})[kind] = tensors[i];
    });
    return { vectors: vectors as Vectors, gradients };
  }
}

interface CompiledMove {
  compiled: CompiledUpdate;
  inputs: string[];
  losses: string[];
  measures: string[];
}

async function readOutcome({ losses, measures }: CompiledMove, outputs: tf.Tensor[]): Promise<Outcome> {
  try {
    const values = (await outputs[0].data()) as Float32Array;
    const named = (names: string[], from: number) =>
      Object.fromEntries(names.map((name, i) => [name, values[from + i]]));
    const numbers = losses.length + measures.length;
    return {
      losses: named(losses, 0),
      measures: named(measures, losses.length),
      examples: values.slice(numbers),
    };
  } finally {
    tf.dispose(outputs);
  }
}

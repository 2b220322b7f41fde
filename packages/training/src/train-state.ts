import * as tf from '@tensorflow/tfjs-core';
import {
  type CompiledUpdate,
  compileUpdate,
  type Precision,
  type ResidentState,
  residentState,
} from '@diffgan/runtime';
import { type NetworkVectors, setParameters, type TrainedNetwork } from './trained-network.ts';

/** The state of all networks of a run, by name. */
export type Vectors = Record<string, NetworkVectors>;

/** What is drawn for a move and changes from one to the next; the names that an update is given stay the same. */
export type Inputs = Readonly<Record<string, tf.Tensor | undefined>>;

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
  /** What the processes of a team have told each other. */
  told?: tf.Tensor1D;
}

/** A pure function of the state; `gradients` is what earlier shares of the batch have added up. */
export type Update<In extends Inputs = Inputs> = (
  vectors: Vectors,
  inputs: In,
  gradients: Record<string, tf.Tensor1D>,
) => Updated;

/** An update as numbers. */
export interface Outcome {
  losses: Record<string, number>;
  measures: Record<string, number>;
  examples: Float32Array;
  /** What the processes of a team have told each other. */
  told?: Float32Array;
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
  readonly #compiled = new Map<Update<never>, CompiledMove>();
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
  async advance<In extends Inputs>(update: Update<In>, inputs: In): Promise<Pending> {
    const given = Object.entries(inputs).flatMap(([name, tensor]) => (tensor ? [{ name, tensor }] : []));
    let move = this.#compiled.get(update);
    if (!move)
      this.#compiled.set(
        update,
        (move = this.#compile(
          update,
          given.map(({ name }) => name),
        )),
      );
    const outputs = await move.compiled.run(this.#state, ...given.map(({ tensor }) => tensor));
    return { read: () => readOutcome(move.names, outputs), dispose: () => tf.dispose(outputs) };
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

  #compile<In extends Inputs>(update: Update<In>, inputNames: readonly string[]): CompiledMove {
    const names: OutcomeNames = { losses: [], measures: [], told: 0 };
    const compiled = compileUpdate(
      (state: tf.Tensor[], ...values: tf.Tensor[]) => {
        const inputs = Object.fromEntries(inputNames.map((name, i) => [name, values[i]])) as In;
        const { vectors, gradients } = this.#named(state);
        const next = update(vectors, inputs, gradients);
        const { losses, measures = {}, examples, told } = next;
        names.losses = Object.keys(losses);
        names.measures = Object.keys(measures);
        names.told = told?.size ?? 0;
        const numbers = [...Object.values(losses), ...Object.values(measures)].map((n) => tf.reshape(n, [1]));
        return {
          state: this.#places.map(({ network, kind }, i) => this.#next(next, network, kind) ?? state[i]),
          outputs: [tf.concat([...numbers, ...(told ? [told] : []), ...(examples ? [examples] : [])])],
        };
      },
      { precision: this.#precision },
    );
    return { compiled, names };
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

/** What the numbers of a move are called, in their order: known once its update has been run, or recorded, for the first time. */
interface OutcomeNames {
  losses: readonly string[];
  measures: readonly string[];
  /** Numbers that the processes of a team have told each other. */
  told: number;
}

interface CompiledMove {
  compiled: CompiledUpdate;
  names: OutcomeNames;
}

async function readOutcome({ losses, measures, told }: OutcomeNames, outputs: tf.Tensor[]): Promise<Outcome> {
  try {
    const values = (await outputs[0].data()) as Float32Array;
    const named = (names: readonly string[], from: number) =>
      Object.fromEntries(names.map((name, i) => [name, values[from + i]]));
    const numbers = losses.length + measures.length;
    return {
      losses: named(losses, 0),
      measures: named(measures, losses.length),
      ...(told > 0 && { told: values.slice(numbers, numbers + told) }),
      examples: values.slice(numbers + told),
    };
  } finally {
    tf.dispose(outputs);
  }
}

import { type CompiledUpdate, compileUpdate, type ResidentState, residentState } from '@diffgan/runtime';
import * as tf from '@tensorflow/tfjs-core';
import { type NetworkVectors, setParameters, type TrainedNetwork } from './trained-network.ts';

/** The state of all networks of a run, by name. */
export type Vectors = Record<string, NetworkVectors>;

/** What a step makes of the state and of its batch: the next state and mean losses by name. */
export type Update = (vectors: Vectors, inputs: tf.Tensor[]) => { vectors: Vectors; losses: Record<string, tf.Scalar> };

const kinds = ['parameters', 'm', 'v', 'average'] as const;

/** Where the vectors of a run live between steps: with the backend, out of reach of the engine, so that a step is one compiled graph. */
export class TrainState {
  readonly #names: string[];
  readonly #state: ResidentState;
  readonly #compiled = new Map<Update, { update: CompiledUpdate; losses: string[] }>();

  constructor(readonly networks: Record<string, TrainedNetwork>) {
    this.#names = Object.keys(networks);
    const start = Object.values(networks).map((network) => network.start());
    this.#state = residentState(start.flatMap(listed));
    tf.dispose(start);
  }

  /** Replaces the state by what `update` makes of it and returns the losses. */
  async advance(update: Update, inputs: tf.Tensor[]): Promise<Record<string, number>> {
    const { update: compiled, losses } = this.#compile(update);
    const [stacked] = await compiled.run(this.#state, ...inputs);
    try {
      const values = await stacked.data(); // the one synchronisation of a step
      return Object.fromEntries(losses.map((name, i) => [name, values[i]]));
    } finally {
      stacked.dispose();
    }
  }

  /** Copies of all vectors; the caller disposes them. */
  async read(): Promise<Vectors> {
    return this.#named(await this.#state.read());
  }

  /** Takes over the values of `vectors`, which stay the caller's. */
  async write(vectors: Vectors): Promise<void> {
    await this.#state.write(this.#names.flatMap((name) => listed(vectors[name])));
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
    for (const { update } of this.#compiled.values()) update.dispose();
  }

  #compile(update: Update): { update: CompiledUpdate; losses: string[] } {
    const known = this.#compiled.get(update);
    if (known) return known;
    const losses: string[] = []; // named when the update runs for the first time
    const compiled = compileUpdate((state: tf.Tensor[], ...inputs: tf.Tensor[]) => {
      const next = update(this.#named(state), inputs);
      losses.splice(0, Infinity, ...Object.keys(next.losses));
      return {
        state: this.#names.flatMap((name) => listed(next.vectors[name])),
        outputs: [tf.stack(Object.values(next.losses))],
      };
    });
    const entry = { update: compiled, losses };
    this.#compiled.set(update, entry);
    return entry;
  }

  #named(tensors: tf.Tensor[]): Vectors {
    const entries = this.#names.map((name, n) => {
      const own = kinds.map((kind, k) => [kind, tensors[kinds.length * n + k]] as const);
      return [name, Object.fromEntries(own) as NetworkVectors] as const;
    });
    return Object.fromEntries(entries);
  }
}

const listed = (vectors: NetworkVectors): tf.Tensor[] => kinds.map((kind) => vectors[kind]);

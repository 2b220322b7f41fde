import type * as tf from '@tensorflow/tfjs-core';
import type { Feed, GraphEngine, HeldTensor } from './graph-engine.ts';
import { record, type Recording, type RecordOptions, type VariableUse } from './recorder.ts';

/** A function recorded for one set of shapes and types, ready to run. */
export class Plan {
  readonly #recording: Recording;
  readonly #engine: GraphEngine;

  constructor(
    engine: GraphEngine,
    fn: (...inputs: tf.Tensor[]) => tf.Tensor[],
    { variables = 'fed', ...options }: Omit<RecordOptions, 'variables'> & { variables?: VariableUse },
  ) {
    this.#engine = engine;
    this.#recording = record(engine, fn, { ...options, variables });
    for (const { variable } of this.#recording.variables) engine.retain(variable);
  }

  /** Whether a variable whose values are in the graph has been assigned since. */
  get outdated(): boolean {
    return this.#recording.frozen.some(({ variable, dataId }) => variable.dataId !== dataId);
  }

  /** Values of the arguments, in their order, are lent. */
  run(inputs: readonly HeldTensor[]): HeldTensor[] {
    const fetches = this.#fetches();
    return fetches.length === 0 ? [] : this.#recording.graph.run(this.#feeds(inputs), fetches);
  }

  async runAsync(inputs: readonly HeldTensor[]): Promise<HeldTensor[]> {
    const fetches = this.#fetches();
    return fetches.length === 0 ? [] : this.#recording.graph.runAsync(this.#feeds(inputs), fetches);
  }

  dispose(): void {
    for (const { variable } of this.#recording.variables) this.#engine.release(variable);
    this.#recording.graph.dispose();
  }

  #feeds(inputs: readonly HeldTensor[]): Feed[] {
    const { inputs: names, variables, frozen } = this.#recording;
    for (const { variable } of frozen) assertAlive(variable);
    return [
      ...names.map((name, i) => ({ name, value: inputs[i] })),
      ...variables.map(({ variable, name }) => ({ name, value: this.#current(variable) })),
    ];
  }

  #current(variable: tf.Variable): HeldTensor {
    assertAlive(variable);
    return this.#engine.variable(variable);
  }

  #fetches(): string[] {
    return this.#recording.outputs.map(({ name }) => name);
  }
}

function assertAlive({ isDisposed, name }: tf.Variable): void {
  if (isDisposed)
    throw new Error(`the compiled function reads the variable "${name}", which was disposed. Compile it anew.`);
}

/** What a plan depends on: shapes and types, in order. */
export const signature = (tensors: readonly { dtype: tf.DataType; shape: readonly number[] }[]): string =>
  tensors.map(({ dtype, shape }) => `${dtype}[${shape.join()}]`).join(' ');

import type * as tf from '@tensorflow/tfjs-core';
import type { Feed, GraphEngine, HeldTensor } from './graph-engine.ts';
import { record, type Recording } from './recorder.ts';

/** A function recorded for one set of shapes and types, ready to run. */
export class Plan {
  private readonly recording: Recording;

  constructor(
    private readonly engine: GraphEngine,
    fn: (...inputs: tf.Tensor[]) => tf.Tensor[],
    examples: readonly tf.Tensor[],
  ) {
    this.recording = record(engine, fn, examples);
    for (const { variable } of this.recording.variables) engine.retain(variable);
  }

  /** Values of the arguments, in their order, are lent. */
  run(inputs: readonly HeldTensor[]): HeldTensor[] {
    const fetches = this.fetches();
    return fetches.length === 0 ? [] : this.recording.graph.run(this.feeds(inputs), fetches);
  }

  async runAsync(inputs: readonly HeldTensor[]): Promise<HeldTensor[]> {
    const fetches = this.fetches();
    return fetches.length === 0 ? [] : this.recording.graph.runAsync(this.feeds(inputs), fetches);
  }

  dispose(): void {
    for (const { variable } of this.recording.variables) this.engine.release(variable);
    this.recording.graph.dispose();
  }

  private feeds(inputs: readonly HeldTensor[]): Feed[] {
    const { inputs: names, variables } = this.recording;
    return [
      ...names.map((name, i) => ({ name, value: inputs[i] })),
      ...variables.map(({ variable, name }) => ({ name, value: this.current(variable) })),
    ];
  }

  private current(variable: tf.Variable): HeldTensor {
    if (variable.isDisposed)
      throw new Error(
        `the compiled function reads the variable "${variable.name}", which was disposed. Compile it anew.`,
      );
    return this.engine.variable(variable);
  }

  private fetches(): string[] {
    return this.recording.outputs.map(({ name }) => name);
  }
}

/** What a plan depends on: shapes and types, in order. */
export const signature = (tensors: readonly { dtype: tf.DataType; shape: readonly number[] }[]): string =>
  tensors.map(({ dtype, shape }) => `${dtype}[${shape.join()}]`).join(' ');

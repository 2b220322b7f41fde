import type { NodeRequest } from './graph-engine.ts';
import { typeName } from './messages.ts';
import { nativeBackend } from './native-backend.ts';

interface Yield {
  dtype: number;
  shape: readonly number[];
}

/**
 * Finds out what nodes yield where nothing infers it: runs each operation once on zeros of the right shapes, with the true values of
 * constants, which often are sizes and axes. At most a tensor of each shape is held, not all that a training step makes.
 */
export class Trials {
  readonly #yields = new Map<string, Yield>();
  readonly #constants = new Map<string, number>();
  readonly #zeros = new Map<string, number>();
  /** What a call yielded before; a network repeats itself. */
  readonly #results = new Map<string, Yield[]>();

  outputs({ op, name, inputs, known, values, call }: NodeRequest): Yield[] {
    const outputs = known ? [known] : this.#run(op, inputs.flat(), call);
    outputs.forEach((output, i) => this.#yields.set(`${name}:${i}`, output));
    if (known && values) this.#constants.set(`${name}:0`, create(known, values));
    return outputs;
  }

  dispose(): void {
    for (const id of [...this.#constants.values(), ...this.#zeros.values()]) nativeBackend()?.binding.deleteTensor(id);
    for (const map of [this.#constants, this.#zeros, this.#yields, this.#results]) map.clear();
  }

  #run(op: string, inputs: readonly string[], call: NodeRequest['call']): Yield[] {
    const { attributes = [], outputs = 1 } = call ?? {};
    const { binding } = expectBackend();
    const samples = inputs.map((input) => this.#sample(input));
    const key = JSON.stringify([op, attributes, samples, outputs]);
    const known = this.#results.get(key);
    if (known) return known;
    const results = binding.executeOp(op, attributes, samples, outputs);
    for (const { id } of results) binding.deleteTensor(id);
    const yields = results.map(({ dtype, shape }) => ({ dtype, shape }));
    this.#results.set(key, yields);
    return yields;
  }

  /** A tensor like the output of that name. */
  #sample(name: string): number {
    const constant = this.#constants.get(name);
    if (constant !== undefined) return constant;
    const output = this.#yields.get(name);
    if (!output) throw new Error(`the graph has no output "${name}"`);
    const key = `${output.dtype}[${output.shape.join()}]`;
    const known = this.#zeros.get(key);
    if (known !== undefined) return known;
    const size = output.shape.reduce((product, length) => product * length, 1);
    const kinds = { float32: Float32Array, int32: Int32Array, bool: Uint8Array };
    const id = create(output, new kinds[typeName(output.dtype)](size));
    this.#zeros.set(key, id);
    return id;
  }
}

function expectBackend() {
  const backend = nativeBackend();
  if (!backend) throw new Error('a graph of the tensorflow backend cannot grow on another one');
  return backend;
}

function create({ dtype, shape }: Yield, values: NonNullable<NodeRequest['values']>): number {
  return expectBackend().binding.createTensor(shape, dtype, values);
}

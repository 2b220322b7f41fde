import type * as tf from '@tensorflow/tfjs-core';
import { setupCommand } from '../platform.ts';
import type { EngineGraph, Feed, GraphEngine, HeldTensor, NodeRequest } from './graph-engine.ts';
import { type Message, nodeMessage, savedModelMessage, typeName, typeNumber } from './messages.ts';
import { type BindingTensor, type NativeBackend, nativeBackend } from './native-backend.ts';
import { Trials } from './trials.ts';
import { valuesOf } from './values-of.ts';

function backend(): NativeBackend {
  const native = nativeBackend();
  if (!native) throw new Error('compiled graphs of the tensorflow backend cannot run on another one');
  return native;
}

/**
 * Runs graphs through tfjs-node as it is published: the graph is written as a SavedModel, which the binding can load. Runs block the
 * JavaScript thread.
 */
export const bindingEngine: GraphEngine = {
  name: 'binding',
  createGraph: () => new Graph(),
  withoutBfloat16: () => `it takes the graph addon, which \`${setupCommand}\` compiles`,
  hold: (tensor) => {
    const dtype = typeNumber(tensor);
    // A copy of its own: TensorFlow would share the array.
    const id = backend().binding.createTensor(tensor.shape, dtype, valuesOf(tensor.dataId).slice());
    return new Held({ id, dtype, shape: tensor.shape });
  },
  lend: (tensor) => new Lent(tensor),
  variable: (variable) => new Lent(variable),
  retain: () => undefined,
  release: () => undefined,
};

class Held implements HeldTensor {
  constructor(readonly tensor: BindingTensor) {}

  get id(): number {
    return this.tensor.id;
  }

  get dtype(): tf.DataType {
    return typeName(this.tensor.dtype);
  }

  get shape(): readonly number[] {
    return this.tensor.shape;
  }

  toTensor(): tf.Tensor {
    const { id, shape, dtype } = this.tensor;
    const { binding } = backend();
    return backend().createOutputTensor({
      id: binding.createTensor(shape, dtype, binding.tensorDataSync(id)),
      shape,
      dtype,
    });
  }

  intoTensor(): tf.Tensor {
    return backend().createOutputTensor(this.tensor);
  }

  dispose(): void {
    backend().binding.deleteTensor(this.tensor.id);
  }
}

/** A tensor of tfjs, used where it is. */
class Lent implements HeldTensor {
  readonly #tensor: tf.Tensor;

  constructor(tensor: tf.Tensor) {
    this.#tensor = tensor;
  }

  get id(): number {
    return backend().getInputTensorIds([this.#tensor])[0];
  }

  get dtype(): tf.DataType {
    return this.#tensor.dtype;
  }

  get shape(): readonly number[] {
    return this.#tensor.shape;
  }

  toTensor(): tf.Tensor {
    return bindingEngine.hold(this.#tensor).intoTensor();
  }

  intoTensor(): tf.Tensor {
    return this.toTensor();
  }

  dispose(): void {}
}

class Graph implements EngineGraph {
  #nodes: Message[] = [];
  readonly #trials = new Trials();
  #model: number | undefined;

  add(node: NodeRequest) {
    const { op, name, inputs, attributes } = node;
    const outputs = this.#trials.outputs(node).map((output, i) => ({ ...output, name: `${name}:${i}` }));
    this.#nodes.push(nodeMessage(op, name, inputs.flat(), attributes));
    return outputs;
  }

  run(feeds: readonly Feed[], fetches: readonly string[]): HeldTensor[] {
    this.#model ??= this.#load();
    const ids = feeds.map(({ value }) => (value as Held | Lent).id);
    const names = feeds.map(({ name }) => name).join();
    return backend()
      .binding.runSavedModel(this.#model, ids, names, fetches.join())
      .map((tensor) => new Held(tensor));
  }

  runAsync(feeds: readonly Feed[], fetches: readonly string[]): Promise<HeldTensor[]> {
    return new Promise((resolve) => resolve(this.run(feeds, fetches)));
  }

  dispose(): void {
    this.#trials.dispose();
    if (this.#model !== undefined) backend().binding.deleteSavedModel(this.#model);
    this.#model = undefined;
  }

  #load(): number {
    this.#trials.dispose();
    const fs = process.getBuiltinModule('node:fs');
    const os = process.getBuiltinModule('node:os');
    const path = process.getBuiltinModule('node:path');
    const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'diffgan-graph-'));
    try {
      fs.writeFileSync(path.join(dir, 'saved_model.pb'), savedModelMessage(this.#nodes));
      this.#nodes = [];
      return backend().binding.loadSavedModel(dir, 'serve');
    } finally {
      fs.rmSync(dir, { recursive: true, force: true });
    }
  }
}

import * as tf from '@tensorflow/tfjs-core';
import type { Addon, AddonGraph, AddonTensor } from './addon.ts';
import { whyNotBfloat16 } from './bfloat16.ts';
import { Bfloat16Graph } from './bfloat16-graph.ts';
import type { EngineGraph, Feed, GraphEngine, HeldTensor, NodeRequest, Precision } from './graph-engine.ts';
import { typeName, typeNumber } from './messages.ts';
import { valuesOf } from './values-of.ts';

/** Runs graphs through the addon: nothing runs while a function is recorded, and runs may leave the JavaScript thread free. */
export class AddonEngine implements GraphEngine {
  readonly name = 'addon';
  /** Copies of variables in TensorFlow, shared by all graphs, renewed when a variable is assigned. */
  readonly #variables = new Map<tf.Variable, { graphs: number; dataId?: tf.DataId; held?: HeldTensor }>();
  readonly #addon: Addon;

  constructor(addon: Addon) {
    this.#addon = addon;
  }

  createGraph(precision: Precision): EngineGraph {
    const graph = new Graph(this.#addon);
    return precision === 'bfloat16' ? new Bfloat16Graph(graph) : graph;
  }

  withoutBfloat16(): string | undefined {
    return whyNotBfloat16(this.#addon);
  }

  hold(tensor: tf.Tensor): HeldTensor {
    const values = valuesOf(tensor.dataId);
    return new Held(this.#addon, this.#addon.createTensor(typeNumber(tensor), tensor.shape, values));
  }

  lend(tensor: tf.Tensor): HeldTensor {
    return this.hold(tensor); // the addon and tfjs-node cannot see each other's tensors
  }

  variable(variable: tf.Variable): HeldTensor {
    const entry = this.#variables.get(variable) ?? { graphs: 0 };
    if (entry.held && entry.dataId === variable.dataId) return entry.held;
    const held = this.hold(variable);
    entry.held?.dispose();
    Object.assign(entry, { held, dataId: variable.dataId });
    return held;
  }

  retain(variable: tf.Variable): void {
    const entry = this.#variables.get(variable) ?? { graphs: 0 };
    entry.graphs++;
    this.#variables.set(variable, entry);
  }

  release(variable: tf.Variable): void {
    const entry = this.#variables.get(variable);
    if (!entry || --entry.graphs > 0) return;
    entry.held?.dispose();
    this.#variables.delete(variable);
  }
}

class Held implements HeldTensor {
  readonly #addon: Addon;

  constructor(
    addon: Addon,
    readonly handle: AddonTensor,
  ) {
    this.#addon = addon;
  }

  get dtype(): tf.DataType {
    return typeName(this.handle.dtype);
  }

  get shape(): readonly number[] {
    return this.handle.shape;
  }

  toTensor(): tf.Tensor {
    return tf.tensor(this.#addon.readTensor(this.handle), this.handle.shape, this.dtype);
  }

  intoTensor(): tf.Tensor {
    const tensor = this.toTensor();
    this.dispose();
    return tensor;
  }

  dispose(): void {
    this.#addon.freeTensor(this.handle);
  }
}

class Graph implements EngineGraph {
  readonly #graph: AddonGraph;
  readonly #addon: Addon;

  constructor(addon: Addon) {
    this.#addon = addon;
    this.#graph = addon.createGraph();
  }

  add({ op, name, inputs, attributes }: NodeRequest) {
    // Of operations with a list TensorFlow derives these two from the list.
    const others = Object.fromEntries(Object.entries(attributes).filter(([key]) => key !== 'N' && key !== 'T'));
    const given = inputs.some((input) => typeof input !== 'string') ? others : attributes;
    const outputs = this.#addon.addNode(this.#graph, op, name, inputs, given);
    return outputs.map(([dtype, shape], i) => ({ name: `${name}:${i}`, dtype, shape }));
  }

  run(feeds: readonly Feed[], fetches: readonly string[]): HeldTensor[] {
    return this.#addon.run(this.#graph, names(feeds), handles(feeds), fetches).map((t) => new Held(this.#addon, t));
  }

  async runAsync(feeds: readonly Feed[], fetches: readonly string[]): Promise<HeldTensor[]> {
    const tensors = await this.#addon.runAsync(this.#graph, names(feeds), handles(feeds), fetches);
    return tensors.map((t) => new Held(this.#addon, t));
  }

  dispose(): void {
    this.#addon.freeGraph(this.#graph);
  }
}

const names = (feeds: readonly Feed[]) => feeds.map(({ name }) => name);
const handles = (feeds: readonly Feed[]) => feeds.map(({ value }) => (value as Held).handle);

import type * as tf from '@tensorflow/tfjs-core';
import type { Message } from './messages.ts';
import type { OpAttribute, Values } from './native-backend.ts';

/** What runs graphs: the addon of this package, or the unmodified binding of tfjs-node. */
export type EngineName = 'addon' | 'binding';

/** The type that convolutions and matrix products of a graph compute in. */
export type Precision = 'float32' | 'bfloat16';

/** An output of a node. */
export interface Output {
  /** "node:index". */
  readonly name: string;
  readonly dtype: number;
  readonly shape: readonly number[];
}

/** A tensor in TensorFlow that tfjs does not know of. */
export interface HeldTensor {
  readonly dtype: tf.DataType;
  readonly shape: readonly number[];
  /** A tensor with these values, owned by the caller. */
  toTensor(): tf.Tensor;
  /** The same, after which this one is gone; without a copy where that can be. */
  intoTensor(): tf.Tensor;
  dispose(): void;
}

/** A node to add. */
export interface NodeRequest {
  readonly op: string;
  readonly name: string;
  /** Outputs of earlier nodes; a list stands for an operation's list argument. */
  readonly inputs: readonly (string | readonly string[])[];
  readonly attributes: Readonly<Record<string, Message>>;
  /** The output, for nodes whose one output is known. */
  readonly known?: { dtype: number; shape: readonly number[] };
  /** Values of a constant. */
  readonly values?: Values;
  /** The call of the backend that the node stands for, for engines that have to try what it yields. */
  readonly call?: { attributes: OpAttribute[]; outputs: number };
}

/** A graph that grows until it first runs. */
export interface EngineGraph {
  /** Adds a node; a shape is null when it depends on values. */
  add(node: NodeRequest): { name: string; dtype: number; shape: readonly number[] | null }[];
  run(feeds: readonly Feed[], fetches: readonly string[]): HeldTensor[];
  /** The same beside the JavaScript thread, where the engine can. */
  runAsync(feeds: readonly Feed[], fetches: readonly string[]): Promise<HeldTensor[]>;
  dispose(): void;
}

/** A value for a placeholder. */
export interface Feed {
  readonly name: string;
  readonly value: HeldTensor;
}

/** Makes graphs and keeps tensors for them. */
export interface GraphEngine {
  readonly name: EngineName;
  createGraph(precision: Precision): EngineGraph;
  /** Why graphs cannot compute in bfloat16 here; undefined where they can. */
  withoutBfloat16(): string | undefined;
  /** Copies a tensor. */
  hold(tensor: tf.Tensor): HeldTensor;
  /** A tensor as the value of one run; without a copy where that can be. To be disposed after the run. */
  lend(tensor: tf.Tensor): HeldTensor;
  /** The current value of a variable that was retained; stays the engine's. */
  variable(variable: tf.Variable): HeldTensor;
  /** Announces that a graph reads the variable, and that it no longer does. */
  retain(variable: tf.Variable): void;
  release(variable: tf.Variable): void;
}

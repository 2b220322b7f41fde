import * as tf from '@tensorflow/tfjs-core';
import { CompileError } from '../compile-error.ts';
import { messageOf } from '../platform.ts';
import { Constants } from './constants.ts';
import { encodeAttribute } from './encode-attribute.ts';
import type { EngineGraph, GraphEngine, NodeRequest, Output, Precision } from './graph-engine.ts';
import { intercept, randomWayOut } from './intercept.ts';
import { attribute, type Message, typeNumber, typeNumberOf, typeNumbers } from './messages.ts';
import { type NativeBackend, nativeBackend, type OpAttribute } from './native-backend.ts';
import { hasUnknownShape, inputTypes, isRandomOperation, listOperations } from './op-signatures.ts';
import { Rewrites } from './rewrites.ts';
import { dataOf, valuesOf } from './values-of.ts';

/** A function as a graph. */
export interface Recording {
  graph: EngineGraph;
  /** Names of the placeholders of the arguments. */
  inputs: string[];
  /** The variables of tfjs that it reads, and the placeholders through which they come. */
  variables: { variable: tf.Variable; name: string }[];
  /** The variables whose values are constants of the graph, and the data that they had. */
  frozen: { variable: tf.Variable; dataId: tf.DataId }[];
  outputs: Output[];
}

/** How variables come into a graph: fed with each run, or as constants. */
export type VariableUse = 'fed' | 'constant';

/** How to record a function. */
export interface RecordOptions {
  /** Tensors with the shapes and types of the arguments. */
  examples: readonly tf.Tensor[];
  variables: VariableUse;
  precision: Precision;
}

let current: Recorder | undefined;

/** Whether a function is being recorded right now. */
export const isRecording = (): boolean => current !== undefined;

/** Throws while a function is recorded: `what` cannot be part of a graph. */
export function assertNotRecording(what: string, wayOut: string): void {
  if (current) throw current.fail(what, wayOut);
}

/**
 * Records what `fn` computes from tensors like `examples`.
 *
 * Every kernel of tfjs-node ends in one of two methods of its backend, which are replaced meanwhile: they add a node to the graph. So
 * whatever tfjs code does, gradients included, becomes a graph.
 * Nothing is computed: what `fn` sees are tensors without values.
 *
 * @throws CompileError when `fn` does what a graph cannot.
 */
export function record(
  engine: GraphEngine,
  fn: (...inputs: tf.Tensor[]) => tf.Tensor[],
  { examples, variables, precision }: RecordOptions,
): Recording {
  const backend = nativeBackend();
  if (!backend) throw new Error('record: the tensorflow backend is not the current one');
  const recorder = new Recorder(engine.createGraph(precision), backend, variables);
  try {
    return recorder.record(fn, examples);
  } catch (error) {
    recorder.graph.dispose();
    throw error;
  }
}

class Recorder {
  /** The output that a tensor's data stands for. Data of tfjs are objects of their own, never used again. */
  readonly #sources = new WeakMap<tf.DataId, Output>();
  /** Data that the graph computes, as opposed to what was there before. */
  readonly #computed = new WeakSet<tf.DataId>();
  readonly #constants: Constants;
  readonly #rewrites: Rewrites;
  readonly #ownVariables = new Map<tf.DataId, { variable: tf.Variable; dataId: tf.DataId }>();
  readonly #variables: Recording['variables'] = [];
  readonly #frozen: Recording['frozen'] = [];
  #count = 0;
  #failure: CompileError | undefined;
  readonly #backend: NativeBackend;
  readonly #variableUse: VariableUse;

  constructor(
    readonly graph: EngineGraph,
    backend: NativeBackend,
    variableUse: VariableUse,
  ) {
    this.#backend = backend;
    this.#variableUse = variableUse;
    const add = (node: Omit<NodeRequest, 'name'>) => this.#add(node)[0];
    this.#constants = new Constants(add);
    this.#rewrites = new Rewrites({
      add,
      constant: (dtype, shape, values) => this.#constants.get(dtype, shape, values),
    });
  }

  record(fn: (...inputs: tf.Tensor[]) => tf.Tensor[], examples: readonly tf.Tensor[]): Recording {
    const inputs: string[] = [];
    const outputs: Output[] = [];
    tf.tidy(() => {
      const standIns = examples.map((example, i) => {
        const output = this.#placeholder(`input${i}`, example);
        inputs.push(output.name);
        return this.#symbol(output);
      });
      const restore = [this.#markVariables(), this.#begin()];
      try {
        for (const tensor of this.#call(fn, standIns)) outputs.push(this.#result(tensor));
      } finally {
        for (const undo of restore) undo();
      }
    });
    return { graph: this.graph, inputs, variables: this.#variables, frozen: this.#frozen, outputs };
  }

  #call(fn: (...inputs: tf.Tensor[]) => tf.Tensor[], standIns: tf.Tensor[]): tf.Tensor[] {
    const before = Object.keys(tf.engine().state.registeredVariables).length;
    let results: tf.Tensor[];
    try {
      results = fn(...standIns);
    } catch (error) {
      throw this.#failure ?? error;
    }
    if (Object.keys(tf.engine().state.registeredVariables).length > before)
      this.fail('it makes variables', 'Make them outside; a model makes its own when it is first called');
    if (this.#failure) throw this.#failure;
    return results;
  }

  /**
   * Gives each variable data of its own meanwhile, so that it is told from what shares its data: the tensor that it was made from, and other
   * variables made from that. Returns what puts theirs back.
   */
  #markVariables(): () => void {
    const own = new Map<tf.Variable, tf.DataId>();
    for (const variable of Object.values(tf.engine().state.registeredVariables)) {
      const dtype = typeNumberOf(variable.dtype);
      if (dtype === undefined) continue;
      const { dataId } = variable;
      own.set(variable, dataId);
      variable.dataId = this.#backend.createOutputTensor({ id: -1, shape: variable.shape, dtype }).dataId;
      this.#ownVariables.set(variable.dataId, { variable, dataId });
    }
    return () => {
      for (const [variable, dataId] of own) variable.dataId = dataId;
    };
  }

  /** A node of its own for each result, because what is fed cannot be fetched. */
  #result(tensor: tf.Tensor): Output {
    const source = this.#source(tensor);
    const attributes = { T: attribute.type(source.dtype) };
    return this.#add({ op: 'Identity', inputs: [source.name], attributes, known: source })[0];
  }

  #placeholder(name: string, tensor: tf.Tensor): Output {
    const { shape } = tensor;
    const type = typeNumber(tensor);
    const attributes = { dtype: attribute.type(type), shape: attribute.shape(shape) };
    return this.#add({ op: 'Placeholder', inputs: [], attributes, known: { dtype: type, shape } }, name)[0];
  }

  /** A tensor of tfjs without values; tfjs-node frees nothing when its number is −1. */
  #symbol(output: Output): tf.Tensor {
    const { dtype, shape } = output;
    const tensor = this.#backend.createOutputTensor({ id: -1, shape: [...shape], dtype });
    this.#sources.set(tensor.dataId, output);
    this.#computed.add(tensor.dataId);
    return tensor;
  }

  #add(node: Omit<NodeRequest, 'name'>, name = `${node.op}_${this.#count++}`): Output[] {
    return this.graph.add({ ...node, name }).map(({ name, dtype, shape }) => {
      if (!shape || shape.some((size) => size < 0))
        throw this.fail(`the shape of what ${node.op} yields depends on values`, shapeWayOut);
      if (!Object.values<number>(typeNumbers).includes(dtype))
        throw new CompileError(
          `${node.op} yields a type other than float32, int32 and bool`,
          'Compute that part outside and pass the result in',
        );
      return { name, dtype, shape };
    });
  }

  /** The output that a tensor stands for: of a node, of a variable's placeholder, or of a constant. */
  #source(tensor: tf.TensorInfo): Output {
    const { dataId, shape } = tensor;
    if (dataId === undefined) throw new CompileError('it uses a 64-bit integer', 'Use int32');
    const known = this.#sources.get(dataId);
    if (known) return known;
    const output = this.#outside(dataId, shape);
    this.#sources.set(dataId, output);
    return output;
  }

  #outside(dataId: tf.DataId, shape: readonly number[]): Output {
    const own = this.#ownVariables.get(dataId);
    if (!own) return this.#constant(dataId, shape);
    if (this.#variableUse === 'constant') {
      this.#frozen.push(own);
      return this.#constant(own.dataId, shape);
    }
    const { variable } = own;
    const output = this.#placeholder(`variable${this.#variables.length}`, variable);
    this.#variables.push({ variable, name: output.name });
    return output;
  }

  #constant(dataId: tf.DataId, shape: readonly number[]): Output {
    const data = dataOf(dataId);
    if (!data) throw new CompileError('it uses a tensor that was disposed', 'Keep that tensor');
    if (data.values === null && data.id < 0)
      throw new CompileError(
        'it uses a tensor of another function that was compiled',
        'Do not store tensors outside of the function: return them',
      );
    if (!Object.values<number>(typeNumbers).includes(data.dtype))
      throw new CompileError('it uses a tensor that is not float32, int32 or bool', 'Compute that part outside');
    // A copy: tfjs may share the array of a tensor with its maker, who may change it.
    const values = valuesOf(dataId).slice();
    const output = this.#constants.get(data.dtype, shape, values);
    this.#rewrites.noteConstant(output, values);
    return output;
  }

  #attributes(op: string, list: readonly OpAttribute[], inputs: readonly Output[]): Record<string, Message> {
    const result: Record<string, Message> = {};
    for (const { name, type, value } of list) result[name] = encodeAttribute(this.#backend.binding, op, type, value);
    for (const [name, input] of Object.entries(inputTypes[op] ?? {}))
      result[name] = attribute.type(inputs[input].dtype);
    return result;
  }

  /** What the replaced methods of the backend do. */
  #execute(op: string, list: OpAttribute[], inputs: tf.TensorInfo[], outputs: number): tf.Tensor[] {
    if (isRandomOperation(op)) throw this.fail(`it draws random numbers (${op})`, randomWayOut);
    if (hasUnknownShape(op)) throw this.fail(`the shape of what ${op} yields depends on values`, shapeWayOut);
    const sources = inputs.map((input) => this.#source(input));
    const rewritten = this.#rewrites.apply({ op, attributes: list, inputs: sources });
    if (rewritten) return [this.#symbol(rewritten)];
    const names = sources.map(({ name }) => name);
    const listLength = op in listOperations ? names.length - listOperations[op] : 0;
    const node = {
      op,
      inputs: op in listOperations ? [names.slice(0, listLength), ...names.slice(listLength)] : names,
      attributes: this.#attributes(op, list, sources),
      call: { attributes: list, outputs },
    };
    return this.#addChecked(node).map((output) => this.#symbol(output));
  }

  #addChecked(node: Omit<NodeRequest, 'name'>): Output[] {
    try {
      return this.#add(node);
    } catch (error) {
      if (error instanceof CompileError) throw error;
      throw new CompileError(
        `TensorFlow does not accept ${node.op} here (${messageOf(error)})`,
        'Check the shapes and types that go into it',
        { cause: error },
      );
    }
  }

  /** Puts what is intercepted under this recording; returns what puts everything back. */
  #begin(): () => void {
    const restore = intercept(this.#backend, {
      execute: (...call) => this.#execute(...call),
      isRecorded: (dataId) => this.#isRecorded(dataId),
      fail: (why, wayOut) => this.fail(why, wayOut),
    });
    const outer = current;
    current = this; // eslint-disable-line @typescript-eslint/no-this-alias -- the one recording in progress
    return () => {
      current = outer;
      restore();
    };
  }

  #isRecorded(dataId: tf.DataId): boolean {
    return this.#computed.has(dataId) || this.#ownVariables.has(dataId);
  }

  /** Remembers the reason: code between here and the caller may catch the exception. */
  fail(why: string, wayOut: string): CompileError {
    this.#failure ??= new CompileError(why, wayOut);
    return this.#failure;
  }
}

const shapeWayOut = 'Use an operation whose result has a fixed shape, such as tf.where or a mask';

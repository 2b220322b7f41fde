import * as tf from '@tensorflow/tfjs-core';
import { checkTensors, resultTensors } from './check-tensors.ts';
import { findEngine } from './graph/engines.ts';
import type { EngineName, GraphEngine, HeldTensor } from './graph/graph-engine.ts';
import { Plan, signature } from './graph/plan.ts';
import { isRecording, type VariableUse } from './graph/recorder.ts';
import { checkPrecision, type PrecisionOptions, usedPrecision } from './precision.ts';

/** Options of `compile`, `residentState` and `compileTrainStep`. */
export interface CompileOptions {
  /**
   * What runs graphs on the `tensorflow` backend: the addon of this package, or the binding of tfjs-node as it is published; `'none'`
   * runs eagerly. Other backends always do.
   *
   * @defaultValue the addon where it was compiled, else the binding
   */
  engine?: EngineName | 'none';
}

/** Options of `compile`. */
export interface CompileFunctionOptions extends CompileOptions, PrecisionOptions {
  /**
   * How the variables that the function reads come into the graph. `'fed'`: with each run. `'constant'`: as constants, which TensorFlow
   * lays out once for its fastest kernels (a U-Net on one image takes about a sixth less time); after an assignment the graph is made
   * anew, which takes as long as the first call, so it is for networks that have been trained. The values are in memory twice.
   *
   * @defaultValue `'fed'`
   */
  variables?: VariableUse;
}

/** A compiled function. */
export interface Compiled<Args extends tf.Tensor[], Result extends tf.Tensor | tf.Tensor[]> {
  /** Runs it; the results are fresh tensors that the caller owns. */
  (...inputs: Args): Result;
  /** Runs it beside the JavaScript thread where the addon is present, so that timers and requests go on. */
  runAsync(...inputs: Args): Promise<Result>;
  /** Frees the graphs. */
  dispose(): void;
}

/**
 * Makes a function of tensors faster. On the `tensorflow` backend the first call for each set of shapes and types records the operations
 * that `fn` runs as one graph, and later calls run that; on other backends it runs as it is, tidied. Callers need not know which.
 *
 * Variables of tfjs that `fn` reads keep their meaning: a later call sees what has been assigned. Other tensors from outside are constants,
 * and so is everything that is not a tensor. Within `tf.grad` and its kin, and within another compiled function, `fn` runs as it is.
 *
 * @param fn A function of tensors alone that returns one or several tensors, without reading values (`data`, `dataSync`), assigning
 *   variables or drawing random numbers: noise is an argument.
 * @returns A function with the same arguments; it does not dispose them.
 * @throws RangeError when one of the options is unknown. The compiled function throws CompileError when `fn` does what a graph cannot, and TypeError for arguments that are no tensors of type float32, int32 or bool.
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { compile } from '@diffgan/runtime';
 * const f = compile((x: tf.Tensor) => tf.add(tf.mul(x, 2), 1));
 * const y = f(tf.tensor([1, 2])); // [3, 5]
 * f.dispose();
 * ```
 */
export function compile<Args extends tf.Tensor[], Result extends tf.Tensor | tf.Tensor[]>(
  fn: (...inputs: Args) => Result,
  options: CompileFunctionOptions = {},
): Compiled<Args, Result> {
  checkEngine('compile', options.engine);
  checkVariableUse(options.variables);
  checkPrecision('compile', options.precision);
  const body = new CompiledFunction(fn as unknown as (...inputs: tf.Tensor[]) => Result, options);
  const call = (...inputs: Args): Result => body.call(inputs);
  const runAsync = (...inputs: Args): Promise<Result> => body.runAsync(inputs);
  return Object.assign(call, { runAsync, dispose: () => body.dispose() });
}

function checkVariableUse(use: VariableUse | undefined): void {
  if (use !== undefined && !['fed', 'constant'].includes(use))
    throw new RangeError(`compile: variables is "${use}", must be "fed" or "constant". Leave it out for "fed".`);
}

/** Throws for an engine that there is not. */
export function checkEngine(where: string, engine: string | undefined): void {
  if (engine === undefined || ['addon', 'binding', 'none'].includes(engine)) return;
  throw new RangeError(
    `${where}: engine is "${engine}", must be "addon", "binding" or "none". Leave it out for the best.`,
  );
}

/** The engine of an option; undefined where functions run eagerly. */
export const chosenEngine = (engine: CompileOptions['engine']): GraphEngine | undefined =>
  engine === 'none' ? undefined : findEngine(engine);

class CompiledFunction<Result extends tf.Tensor | tf.Tensor[]> {
  readonly #plans = new Map<string, Plan>();
  #returnsList = false;
  #disposed = false;
  readonly #fn: (...inputs: tf.Tensor[]) => Result;
  readonly #options: CompileFunctionOptions;

  constructor(fn: (...inputs: tf.Tensor[]) => Result, options: CompileFunctionOptions) {
    this.#fn = fn;
    this.#options = options;
  }

  call(inputs: tf.Tensor[]): Result {
    const engine = this.#prepare(inputs);
    if (!engine) return this.#eager(inputs);
    const plan = this.#plan(engine, inputs);
    return withLent(engine, inputs, (lent) => this.#results(plan.run(lent)));
  }

  async runAsync(inputs: tf.Tensor[]): Promise<Result> {
    const engine = this.#prepare(inputs);
    if (!engine) return this.#eager(inputs);
    const plan = this.#plan(engine, inputs);
    const lent = inputs.map((input) => engine.lend(input));
    try {
      return this.#results(await plan.runAsync(lent));
    } finally {
      for (const tensor of lent) tensor.dispose();
    }
  }

  dispose(): void {
    this.#disposed = true;
    for (const plan of this.#plans.values()) plan.dispose();
    this.#plans.clear();
  }

  /** The engine, or undefined where `fn` is to run as it is. */
  #prepare(inputs: tf.Tensor[]): GraphEngine | undefined {
    if (this.#disposed) throw new Error('compile: this function was disposed');
    checkTensors('compile', 'argument', inputs);
    // Gradients walk through the operations of fn, which a graph would hide.
    if (isRecording() || tf.engine().state.gradientDepth > 0) return undefined;
    const engine = chosenEngine(this.#options.engine);
    if (!engine) usedPrecision(undefined, this.#options.precision);
    return engine;
  }

  #plan(engine: GraphEngine, inputs: tf.Tensor[]): Plan {
    const key = `${engine.name} ${signature(inputs)}`;
    const made = this.#plans.get(key);
    if (made && !made.outdated) return made;
    const { variables } = this.#options;
    const precision = usedPrecision(engine, this.#options.precision);
    const plan = new Plan(engine, (...tensors) => this.#list(this.#fn(...tensors)), {
      ...{ examples: inputs, variables, precision },
    });
    made?.dispose();
    this.#plans.set(key, plan);
    return plan;
  }

  #list(result: Result): tf.Tensor[] {
    this.#returnsList = Array.isArray(result);
    return resultTensors('compile', result);
  }

  #results(held: HeldTensor[]): Result {
    const tensors = held.map((tensor) => tensor.intoTensor());
    return (this.#returnsList ? tensors : tensors[0]) as Result;
  }

  /** Clones, because what fn returns may be an argument or a variable, which the caller must not come to own twice. */
  #eager(inputs: tf.Tensor[]): Result {
    const fresh = tf.tidy(() => this.#list(this.#fn(...inputs)).map((tensor) => tf.clone(tensor)));
    return (this.#returnsList ? fresh : fresh[0]) as Result;
  }
}

/** Runs `work` with the tensors as feeds, which are given back whatever happens. */
function withLent<T>(engine: GraphEngine, tensors: readonly tf.Tensor[], work: (lent: HeldTensor[]) => T): T {
  const lent = tensors.map((tensor) => engine.lend(tensor));
  try {
    return work(lent);
  } finally {
    for (const tensor of lent) tensor.dispose();
  }
}

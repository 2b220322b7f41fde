import * as tf from '@tensorflow/tfjs-core';
import { checkTensors } from './check-tensors.ts';
import type { GraphEngine, HeldTensor } from './graph/graph-engine.ts';
import { Plan, signature } from './graph/plan.ts';
import { assertNotRecording } from './graph/recorder.ts';
import { checkPrecision, type PrecisionOptions, usedPrecision } from './precision.ts';
import { checkSame, EagerHeld, Resident, type ResidentState } from './resident-state.ts';

/** What a function given to `compileUpdate` returns. */
export interface Update {
  /** The new state: as many tensors as the old one, of the same shapes and types. */
  state: tf.Tensor[];
  /** What the caller of `run` gets. */
  outputs: tf.Tensor[];
}

/** A compiled function from a state to the next one. */
export interface CompiledUpdate {
  /**
   * Runs the function and replaces the state; a run that fails leaves it as it was. Runs on one state happen one after another, in
   * the order of the calls. Inputs may be disposed as soon as this returns.
   *
   * @returns the outputs, owned by the caller.
   * @throws RangeError when the new state does not have the shapes of the old one.
   */
  run(state: ResidentState, ...inputs: tf.Tensor[]): Promise<tf.Tensor[]>;
  /** Frees the graphs. */
  dispose(): void;
}

/**
 * Makes a function that changes a state faster, such as a step of training or of a sampler: `compile` with tensors that stay in
 * TensorFlow between the calls. The same rules hold for `fn`; several compiled functions may share one state.
 *
 * @param fn From the state and inputs to the new state and outputs; disposes of none of them.
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { compileUpdate, residentState } from '@diffgan/runtime';
 * const state = residentState([tf.scalar(0)]);
 * const add = compileUpdate(([sum], x) => ({ state: [tf.add(sum, x)], outputs: [] }));
 * await add.run(state, tf.scalar(2));
 * const [sum] = await state.read(); // 2
 * state.dispose();
 * ```
 */
export function compileUpdate(
  fn: (state: tf.Tensor[], ...inputs: tf.Tensor[]) => Update,
  options: PrecisionOptions = {},
): CompiledUpdate {
  checkPrecision(where, options.precision);
  const update = new UpdateFunction(fn, options);
  return {
    run: (state, ...inputs) => update.run(state, inputs),
    dispose: () => update.dispose(),
  };
}

const where = 'compileUpdate';

class UpdateFunction {
  readonly #plans = new Map<string, Plan>();
  #disposed = false;
  readonly #fn: (state: tf.Tensor[], ...inputs: tf.Tensor[]) => Update;
  readonly #options: PrecisionOptions;

  constructor(fn: (state: tf.Tensor[], ...inputs: tf.Tensor[]) => Update, options: PrecisionOptions) {
    this.#fn = fn;
    this.#options = options;
  }

  async run(state: ResidentState, inputs: tf.Tensor[]): Promise<tf.Tensor[]> {
    assertNotRecording('it runs a compiled update', 'Call the plain function there');
    if (this.#disposed) throw new Error(`${where}: this function was disposed`);
    if (!(state instanceof Resident)) throw new TypeError(`${where}: state must come from residentState`);
    checkTensors(where, 'input', inputs);
    // Clones now, because the caller may dispose of the inputs before their turn.
    const kept = inputs.map((input) => tf.keep(tf.clone(input)));
    try {
      return await state.exclusive((values) =>
        state.engine ? this.#runGraph(state, state.engine, values, kept) : this.#runEagerly(state, values, kept),
      );
    } finally {
      tf.dispose(kept);
    }
  }

  dispose(): void {
    this.#disposed = true;
    for (const plan of this.#plans.values()) plan.dispose();
    this.#plans.clear();
  }

  async #runGraph(
    state: Resident,
    engine: GraphEngine,
    values: readonly HeldTensor[],
    inputs: tf.Tensor[],
  ): Promise<tf.Tensor[]> {
    const plan = this.#plan(engine, values, inputs);
    const lent = inputs.map((input) => engine.lend(input));
    try {
      const results = await plan.runAsync([...values, ...lent]);
      state.replace(results.slice(0, values.length));
      return results.slice(values.length).map((result) => result.intoTensor());
    } finally {
      for (const tensor of lent) tensor.dispose();
    }
  }

  #plan(engine: GraphEngine, values: readonly HeldTensor[], inputs: tf.Tensor[]): Plan {
    const key = `${engine.name} ${signature(values)} | ${signature(inputs)}`;
    const found = this.#plans.get(key);
    if (found) return found;
    const examples = values.map((value) => value.toTensor());
    try {
      const flat = (...tensors: tf.Tensor[]) => {
        const { state, outputs } = this.#call(tensors.slice(0, values.length), tensors.slice(values.length));
        checkSame(`${where}: the new state`, state, examples);
        return [...state, ...outputs];
      };
      const precision = usedPrecision(engine, this.#options.precision);
      const plan = new Plan(engine, flat, { examples: [...examples, ...inputs], precision });
      this.#plans.set(key, plan);
      return plan;
    } finally {
      tf.dispose(examples);
    }
  }

  #call(state: tf.Tensor[], inputs: tf.Tensor[]): Update {
    const update = this.#fn(state, ...inputs);
    if (!Array.isArray(update?.state) || !Array.isArray(update.outputs))
      throw new TypeError(`${where}: the function must return { state, outputs }, two lists of tensors`);
    checkTensors(where, 'state', update.state);
    checkTensors(where, 'output', update.outputs);
    return update;
  }

  #runEagerly(state: Resident, values: readonly HeldTensor[], inputs: tf.Tensor[]): tf.Tensor[] {
    usedPrecision(undefined, this.#options.precision);
    const old = values.map((value) => (value as EagerHeld).tensor);
    const fresh = tf.tidy(() => {
      const update = this.#call(old, inputs);
      checkSame(`${where}: the new state`, update.state, old);
      const clones = (tensors: tf.Tensor[]) => tensors.map((tensor) => tf.clone(tensor));
      return { state: clones(update.state), outputs: clones(update.outputs) };
    });
    state.replace(fresh.state.map((tensor) => new EagerHeld(tf.keep(tensor))));
    return fresh.outputs;
  }
}

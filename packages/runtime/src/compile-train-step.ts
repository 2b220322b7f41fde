import * as tf from '@tensorflow/tfjs-core';
import { adamRates, adamUpdate } from '@diffgan/ops';
import { assertGradients } from './assert-gradients.ts';
import { checkTensors } from './check-tensors.ts';
import { checkEngine, type CompileOptions } from './compile.ts';
import { type CompiledUpdate, compileUpdate, type Update } from './compile-update.ts';
import { checkPrecision, type PrecisionOptions } from './precision.ts';
import { type ResidentState, residentState } from './resident-state.ts';
import { withVariables } from './with-variables.ts';

/** Options of `compileTrainStep`. */
export interface TrainStepOptions extends CompileOptions, PrecisionOptions {
  /** @defaultValue 2e-4 */
  learningRate?: number;
  /** @defaultValue 0.9 */
  beta1?: number;
  /** @defaultValue 0.999 */
  beta2?: number;
  /** Added to the root of the corrected second moment. @defaultValue 1e-8 */
  epsilon?: number;
  /** Decoupled weight decay (AdamW): weights shrink by learningRate·weightDecay in each step. @defaultValue 0 */
  weightDecay?: number;
  /** Decay of the moving average of the weights (EMA); 0 keeps none. @defaultValue 0 */
  averageDecay?: number;
}

/** Options of one step. */
export interface StepOptions {
  /** For this step; schedules need no new graph. */
  learningRate?: number;
}

/** A compiled training step with its weights. */
export interface TrainStep {
  /**
   * One step of training. A step that fails changes nothing.
   *
   * @param inputs Arguments of the loss; not disposed.
   * @returns the loss before the step.
   */
  step(inputs: readonly tf.Tensor[], options?: StepOptions): Promise<number>;
  /** The weights, in the order and shapes of the variables, owned by the caller. */
  weights(): Promise<tf.Tensor[]>;
  /** The moving averages of the weights; RangeError without `averageDecay`. */
  average(): Promise<tf.Tensor[]>;
  /** Writes the weights to the variables, which are otherwise as they were before training. */
  assign(): Promise<void>;
  /** Frees graphs and weights; the variables stay. */
  dispose(): void;
}

/**
 * A whole training step (loss, gradients, Adam or AdamW, moving average) as one compiled update. The weights live outside of the variables,
 * which are written by `assign()`.
 *
 * @param loss From the inputs of a step to a scalar, reading `variables`. The rules of `compile` hold: noise is an input.
 * @param variables What is trained, float32; their values are the initial weights. Those that `loss` does not reach do not change.
 * @throws RangeError when there are no variables or an option is out of range.
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import '@tensorflow/tfjs-layers';
 * import { compileTrainStep } from '@diffgan/runtime';
 * const w = tf.variable(tf.scalar(3));
 * const training = compileTrainStep((x) => tf.mean(tf.square(tf.mul(w, x))), [w], { learningRate: 0.1 });
 * await training.step([tf.ones([4])]); // 9
 * await training.assign(); // w is 2.9
 * training.dispose();
 * ```
 */
export function compileTrainStep(
  loss: (...inputs: tf.Tensor[]) => tf.Tensor,
  variables: readonly tf.Variable[],
  options: TrainStepOptions = {},
): TrainStep {
  checkOptions(variables, options);
  assertGradients();
  return new Training(loss, variables, options);
}

const where = 'compileTrainStep';

function checkOptions(variables: readonly tf.Variable[], options: TrainStepOptions): void {
  checkEngine(where, options.engine);
  checkPrecision(where, options.precision);
  if (variables.length === 0) throw new RangeError(`${where}: there are no variables to train`);
  checkTensors(where, 'variable', variables);
  for (const { name, dtype } of variables)
    if (dtype !== 'float32') throw new TypeError(`${where}: the variable "${name}" is ${dtype}, but must be float32`);
  const { learningRate = 0, beta1 = 0, beta2 = 0, epsilon = 1, weightDecay = 0, averageDecay = 0 } = options;
  const within = (name: string, value: number, fits: boolean, allowed: string) => {
    if (!fits) throw new RangeError(`${where}: ${name} is ${value}, but must be ${allowed}`);
  };
  within('learningRate', learningRate, learningRate >= 0 && learningRate < Infinity, 'at least 0');
  within('epsilon', epsilon, epsilon > 0, 'positive');
  within('weightDecay', weightDecay, weightDecay >= 0, 'at least 0');
  for (const [name, value] of Object.entries({ beta1, beta2, averageDecay }))
    within(name, value, value >= 0 && value < 1, 'at least 0 and less than 1');
}

class Training implements TrainStep {
  readonly #state: ResidentState;
  readonly #update: CompiledUpdate;
  readonly #adam: Required<Omit<TrainStepOptions, 'engine' | 'precision' | 'learningRate'>>;
  readonly #learningRate: number;
  #steps = 0;
  readonly #loss: (...inputs: tf.Tensor[]) => tf.Tensor;
  readonly #variables: readonly tf.Variable[];

  constructor(
    loss: (...inputs: tf.Tensor[]) => tf.Tensor,
    variables: readonly tf.Variable[],
    options: TrainStepOptions,
  ) {
    this.#loss = loss;
    this.#variables = variables;
    const {
      learningRate = 2e-4,
      beta1 = 0.9,
      beta2 = 0.999,
      epsilon = 1e-8,
      weightDecay = 0,
      averageDecay = 0,
    } = options;
    this.#adam = { beta1, beta2, epsilon, weightDecay, averageDecay };
    this.#learningRate = learningRate;
    const { engine, precision } = options;
    this.#update = compileUpdate((state, hyper, ...inputs) => this.#compute(state, hyper as tf.Tensor1D, inputs), {
      precision,
    });
    this.#state = this.#initialState({ engine });
  }

  async step(inputs: readonly tf.Tensor[], { learningRate = this.#learningRate }: StepOptions = {}): Promise<number> {
    const count = ++this.#steps;
    const averaging = 1 - this.#adam.averageDecay;
    const hyper = tf.tensor1d(adamRates({ ...this.#adam, count, learningRate, averaging }));
    try {
      const [loss] = await this.#update.run(this.#state, hyper, ...inputs);
      const [value] = await loss.data();
      loss.dispose();
      return value;
    } catch (error) {
      this.#steps--;
      throw error;
    } finally {
      hyper.dispose();
    }
  }

  weights(): Promise<tf.Tensor[]> {
    return this.#pieces(0);
  }

  average(): Promise<tf.Tensor[]> {
    if (this.#adam.averageDecay === 0)
      throw new RangeError(
        'TrainStep.average: no average is kept. Give compileTrainStep an averageDecay, such as 0.999',
      );
    return this.#pieces(3);
  }

  async assign(): Promise<void> {
    const weights = await this.weights();
    this.#variables.forEach((variable, i) => variable.assign(weights[i]));
    tf.dispose(weights);
  }

  dispose(): void {
    this.#update.dispose();
    this.#state.dispose();
  }

  /** Parameters, m, v and, where one is kept, the average. */
  #initialState(options: CompileOptions): ResidentState {
    const [parameters, zeros] = tf.tidy(() => {
      const vector = flatten(this.#variables);
      return [vector, tf.zerosLike(vector)];
    });
    const average = this.#adam.averageDecay === 0 ? [] : [parameters];
    const state = residentState([parameters, zeros, zeros, ...average], options);
    tf.dispose([parameters, zeros]);
    return state;
  }

  #compute(state: tf.Tensor[], hyper: tf.Tensor1D, inputs: tf.Tensor[]): Update {
    const [parameters, m, v, average = parameters] = state as tf.Tensor1D[];
    let values = 1;
    const scalarLoss = () => {
      const loss = this.#loss(...inputs);
      values = loss.size;
      return tf.reshape<tf.Rank.R0>(values === 1 ? loss : tf.sum(loss), []);
    };
    const { value, grads } = withVariables(this.#variables, unflatten(parameters, this.#variables), () =>
      tf.variableGrads(scalarLoss, [...this.#variables]),
    );
    // After the gradients: an exception within them would leave tensors of tfjs behind.
    if (values !== 1)
      throw new TypeError(
        `${where}: the loss has ${values} values, but must be a scalar. Reduce it, such as with tf.mean`,
      );
    const gradient = flatten(this.#variables.map((variable) => grads[variable.name] ?? tf.zeros(variable.shape)));
    const next = adamUpdate({ parameters, m, v, average }, gradient, hyper);
    return { state: [next.parameters, next.m, next.v, next.average].slice(0, state.length), outputs: [value] };
  }

  async #pieces(index: number): Promise<tf.Tensor[]> {
    const state = await this.#state.read();
    const pieces = tf.tidy(() => unflatten(state[index], this.#variables).map((piece) => tf.clone(piece)));
    tf.dispose(state);
    return pieces;
  }
}

/** One vector of all values. */
function flatten(tensors: readonly tf.Tensor[]): tf.Tensor1D {
  return tf.concat(tensors.map((tensor) => tf.reshape<tf.Rank.R1>(tensor, [-1])));
}

/** The pieces of a vector with the shapes of the tensors it was made of. */
function unflatten(vector: tf.Tensor, like: readonly tf.Tensor[]): tf.Tensor[] {
  const sizes = like.map(({ size }) => size);
  return tf.split(vector, sizes).map((piece, i) => tf.reshape(piece, like[i].shape));
}

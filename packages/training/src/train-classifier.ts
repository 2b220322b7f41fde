import * as tf from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { qSample } from '@diffgan/objectives';
import { foldIn, gather, type Key } from '@diffgan/ops';
import type { NoiseSchedule } from '@diffgan/schedule';
import { ConditionedNetwork, type ConditionInputs, Conditions, describeNetwork } from './conditions.ts';
import { Descent, passesOf } from './descent.ts';
import { optimizationChoices, optimizersOf } from './network-optimizer.ts';
import type { Pass } from './pass.ts';
import { streams } from './streams.ts';
import type { Team } from './team.ts';
import { uniformTimesteps } from './timesteps.ts';
import type { TrainEvent } from './train-event.ts';
import { trainLoop } from './train-loop.ts';
import { lengthOf, type TrainOptions } from './train-options.ts';
import type { Vectors } from './train-state.ts';
import { TrainedNetwork } from './trained-network.ts';
import { classesOf, type Examples, exampleShape, type TrainingData } from './training-data.ts';
import type { StepContext, TrainingTask, TrainResult } from './training-task.ts';
import { Validation } from './validation.ts';

/** Options of {@link trainClassifier}. */
export interface TrainClassifierOptions extends TrainOptions {
  /** Initial learning rate; it falls on half a cosine to `finalLearningRate`. @defaultValue 3e-4 */
  learningRate?: number;
  /** Learning rate at the end of the run. @defaultValue 1e-5 */
  finalLearningRate?: number;
}

/**
 * Trains a classifier of noised examples, the guide of classifier guidance (Dhariwal, Nichol 2021, section 4): cross-entropy of the label
 * given x_t, t uniform. `accuracy` is a measure of each step; it cannot come near 1, since large t leave little to see.
 *
 * @param model logits `[B, classes]` from `[xt, position]`, made by `noiseClassifier` or `mlpClassifier`; trained in place, stays the caller's.
 * @param options with `data` that has labels.
 * @returns an async generator of events, which starts with its first `next`. Its return value holds the averaged weights under
 *   `classifier`; take it with `run` of `@diffgan/samplers`, since `for await` drops it undisposed.
 * @throws RangeError or TypeError naming the option that is wrong; TrainingDivergedError if a loss or weight is not finite; FileFormatError
 *   if the checkpoint is damaged, and the one before it too; CheckpointWriteError if it cannot be written; the signal's reason on abort (the
 *   checkpoint is saved first).
 * @example
 * ```ts
 * const model = mlpClassifier({ kind: 'mlp-classifier', dim: 2, hidden: [32], timeWidth: 16, classes: 25 });
 * const training = trainClassifier(model, linearSchedule(1000), { data: gaussians25(1000, key(0)), steps: 20, batch: 50 });
 * const { averages } = await run(training, (event) => {
 *   if (event.type === 'step') console.log(event.step, event.losses.classifier, event.measures.accuracy);
 * });
 * setParameters(model, averages.classifier);
 * tf.dispose(averages);
 * ```
 */
export function trainClassifier(
  model: LayersModel,
  schedule: NoiseSchedule,
  options: TrainClassifierOptions,
): AsyncGenerator<TrainEvent, TrainResult> {
  return trainLoop((team) => new ClassifierTask(model, schedule, options, team), options);
}

/** Noised examples and their labels. */
type Noised = ConditionInputs & { readonly xt: tf.Tensor; readonly t: tf.Tensor1D; readonly wanted: tf.Tensor1D };

class ClassifierTask implements TrainingTask {
  readonly networks: { classifier: TrainedNetwork };
  readonly settings: Record<string, unknown>;
  readonly rows: TrainingTask['rows'];
  readonly #network: ConditionedNetwork;
  readonly #conditions: Conditions;
  readonly #descent: Descent<Noised>;

  constructor(
    model: LayersModel,
    readonly schedule: NoiseSchedule,
    options: TrainClassifierOptions,
    team: Team,
  ) {
    const choices = optimizationChoices('trainClassifier', options, {
      networks: ['classifier'],
      learningRate: 3e-4,
    });
    this.#network = checkedNetwork(model, options.data);
    this.#conditions = new Conditions('trainClassifier', [this.#network], options);
    this.networks = { classifier: new TrainedNetwork(model) };
    const optimizers = optimizersOf(['classifier'], { ...choices, steps: lengthOf(options) });
    const passes = passesOf(options, team, { networks: [this.#network] });
    this.rows = passes.rows;
    this.#descent = new Descent(optimizers, passes, (vectors, inputs) => this.#pass(vectors, inputs));
    this.settings = {
      ...{ task: 'classifier', schedule: [...schedule.beta], model: describeNetwork(model) },
      ...choices,
    };
  }

  moves({ step, key, examples }: StepContext) {
    return this.#descent.moves(step, (share) => this.#inputs(examples(0, share), foldIn(key, share)));
  }

  readonly validation = new Validation(
    (examples, key) => this.#inputs(examples, key, false),
    ({ classifier }, inputs) =>
      this.networks.classifier.with(classifier.average, () => {
        const { value, measures } = this.#loss(inputs, false);
        return { classifier: value, ...measures };
      }),
  );

  #inputs(examples: Examples, key: Key, training = true): Noised {
    const { rows, values, shape, labels } = examples;
    const of = (stream: keyof typeof streams.classifier) => foldIn(key, streams.classifier[stream]);
    const t = rows.of(uniformTimesteps(this.schedule.steps).draw(rows.batch, of('times')).t);
    const noise = rows.normal(of('noise'), shape.slice(1));
    const xt = qSample(this.schedule, tf.tensor(values, shape), t, { noise });
    return {
      ...this.#conditions.inputs(examples, of('conditions'), training),
      ...{ xt, t: tf.tensor1d(t, 'int32'), wanted: tf.tensor1d(labels!, 'int32') },
    };
  }

  #pass({ classifier }: Vectors, inputs: Noised): Pass {
    const { value, gradient, measures } = this.networks.classifier.gradient(classifier.parameters, () =>
      this.#loss(inputs, true),
    );
    return { gradients: { classifier: gradient }, losses: { classifier: value }, measures };
  }

  #loss(inputs: Noised, training: boolean) {
    const { xt, t, wanted } = inputs;
    const position = gather(this.schedule.positions, t, 1);
    const logits = this.#network.call([xt, position], inputs, training) as tf.Tensor2D;
    const right = tf.oneHot(wanted, logits.shape[1]);
    const crossEntropy = tf.neg(tf.sum(tf.mul(tf.cast(right, 'float32'), tf.logSoftmax(logits)), 1));
    const hits = tf.equal(tf.argMax(logits, 1), wanted);
    return {
      value: tf.mean<tf.Scalar>(crossEntropy),
      measures: { accuracy: tf.mean<tf.Scalar>(tf.cast(hits, 'float32')) },
    };
  }
}

function checkedNetwork(model: LayersModel, data: TrainingData): ConditionedNetwork {
  if (!data.labels)
    throw new TypeError(`trainClassifier: ${data.name} has no labels; use data with labels, which are what it learns`);
  const shape = exampleShape(data);
  const network = new ConditionedNetwork(
    model,
    {
      caller: 'trainClassifier',
      role: 'classifier',
      inputs: [shape, []],
      output: [null],
      maker: 'noiseClassifier or mlpClassifier',
    },
    data,
  );
  if (network.hasLabel)
    throw new TypeError('trainClassifier: the classifier takes labels, which it is to find out; make it without');
  const [classes, known] = [classesOf(data), model.outputs[0].shape[1]];
  if (known !== null && known < classes)
    throw new RangeError(
      `trainClassifier: ${data.name} has labels up to ${classes - 1}, but the classifier knows ${known} classes; make it for ${classes}`,
    );
  return network;
}

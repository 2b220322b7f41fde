import * as tf from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import {
  hybridLoss,
  type LossAwareTimestepsOptions,
  type LossWeight,
  type Prediction,
  simpleLoss,
  type VarianceKind,
  vlbTerm,
} from '@diffgan/objectives';
import { foldIn, type Key, normal, split } from '@diffgan/ops';
import type { NoiseSchedule } from '@diffgan/schedule';
import {
  ConditionedNetwork,
  type ConditionInputs,
  Conditions,
  describeNetwork,
  labelChoices,
  type LabelOptions,
} from './conditions.ts';
import { Descent, passesOf } from './descent.ts';
import { optimizationChoices, optimizersOf } from './network-optimizer.ts';
import type { Pass } from './pass.ts';
import { ofShare, streams } from './streams.ts';
import type { Team } from './team.ts';
import { type Timesteps, timestepsByLoss, uniformTimesteps } from './timesteps.ts';
import type { TrainEvent } from './train-event.ts';
import { trainLoop } from './train-loop.ts';
import { lengthOf, type TrainOptions } from './train-options.ts';
import type { Vectors } from './train-state.ts';
import { TrainedNetwork } from './trained-network.ts';
import { type Examples, exampleShape } from './training-data.ts';
import type { StepContext, TrainingTask, TrainResult } from './training-task.ts';
import { Validation } from './validation.ts';

/** Options of {@link trainDdpm}. */
export interface TrainDdpmOptions extends TrainOptions, LabelOptions {
  /** What the network predicts. @defaultValue `'eps'` */
  predicts?: Prediction;
  /** Variance of the reverse steps; a learned one takes a network with twice as many output channels. @defaultValue `'fixedLarge'` */
  variance?: VarianceKind;
  /**
   * `'simple'`: L_simple. `'hybrid'`: L_simple and a little of the bound, which trains a learned variance. `'vlb'`: the bound, in bits per
   * dimension.
   *
   * @defaultValue `'hybrid'` for learned variances, else `'simple'`
   */
  objective?: 'simple' | 'hybrid' | 'vlb';
  /** Weight of each step in L_simple, such as `minSnrWeight()` or `vlbWeight()` of `@diffgan/objectives`. @defaultValue 1 for all */
  weight?: LossWeight;
  /** `'lossAware'` (or its options): draws steps in proportion to the size of their losses; for `'vlb'`. @defaultValue `'uniform'` */
  timesteps?: 'uniform' | 'lossAware' | LossAwareTimestepsOptions;
  /** Grey levels of the data, for the decoder of the bound. @defaultValue 256 */
  levels?: number;
  /** How the decoder of the bound is computed; `'parity'` is that of the released programs, with its limits. @defaultValue `'stable'` */
  decoderForm?: 'stable' | 'parity';
  /** Initial learning rate; it falls on half a cosine to `finalLearningRate`. @defaultValue 2e-4 */
  learningRate?: number;
  /** Learning rate at the end of the run. @defaultValue 1e-5 */
  finalLearningRate?: number;
}

/**
 * Trains a denoising model (Ho et al. 2020, algorithm 1 and eq. 14): by L_simple, by the hybrid objective of Nichol, Dhariwal 2021 that
 * learns the variance too, or by the variational bound. A network with a further input `[B]` is told the labels of the data.
 *
 * @param model made by `ddpmUnet` or `mlpDenoiser`; trained in place, stays the caller's.
 * @returns an async generator of events, which starts with its first `next`. Its return value holds the averaged weights under `denoiser`;
 *   take it with `run` of `@diffgan/samplers`, since `for await` drops it undisposed.
 * @throws RangeError or TypeError naming the option that is wrong; TrainingDivergedError if a loss or weight is not finite; FileFormatError
 *   if the checkpoint is damaged, and the one before it too; CheckpointWriteError if it cannot be written; the signal's reason on abort (the
 *   checkpoint is saved first).
 * @example
 * ```ts
 * const model = mlpDenoiser({ kind: 'mlp-denoiser', dim: 2, hidden: [32], timeWidth: 16 });
 * const training = trainDdpm(model, linearSchedule(1000), { data: gaussians25(1000, key(0)), steps: 20, batch: 50 });
 * const { averages } = await run(training, (event) => {
 *   if (event.type === 'step') console.log(event.step, event.losses.denoiser);
 * });
 * setParameters(model, averages.denoiser);
 * tf.dispose(averages);
 * ```
 */
export function trainDdpm(
  model: LayersModel,
  schedule: NoiseSchedule,
  options: TrainDdpmOptions,
): AsyncGenerator<TrainEvent, TrainResult> {
  return trainLoop((team) => new DdpmTask(model, schedule, options, team), options);
}

/** What is drawn for the objective. */
type Noised = ConditionInputs & { readonly x0: tf.Tensor; readonly t: tf.Tensor1D; readonly noise: tf.Tensor };

/** With the weights that make up for how t was drawn, `[B]`. */
type Weighted = Noised & { readonly importance: tf.Tensor1D };

class DdpmTask implements TrainingTask {
  readonly networks: { denoiser: TrainedNetwork };
  readonly settings: Record<string, unknown>;
  readonly host: TrainingTask['host'];
  readonly #choices: ReturnType<typeof ddpmChoices>;
  readonly #network: ConditionedNetwork;
  readonly #conditions: Conditions;
  readonly #descent: Descent<Weighted>;
  readonly #timesteps: Timesteps;

  constructor(
    model: LayersModel,
    readonly schedule: NoiseSchedule,
    options: TrainDdpmOptions,
    team: Team,
  ) {
    const choices = (this.#choices = ddpmChoices(options));
    this.#network = checkedNetwork(model, choices.variance, options);
    this.#conditions = new Conditions('trainDdpm', [this.#network], options);
    this.networks = { denoiser: new TrainedNetwork(model) };
    const optimizers = optimizersOf(['denoiser'], { ...choices, steps: lengthOf(options) });
    this.#descent = new Descent(optimizers, passesOf(options, team, { networks: [this.#network] }), (vectors, inputs) =>
      this.#pass(vectors, inputs),
    );
    const { timesteps } = choices;
    this.#timesteps =
      timesteps === 'uniform' ? uniformTimesteps(schedule.steps) : timestepsByLoss(schedule.steps, timesteps);
    this.host = this.#timesteps.host;
    const weight = options.weight && Array.from(schedule.beta, (_, i) => options.weight!(schedule, i + 1));
    this.settings = {
      ...{ task: 'ddpm', schedule: [...schedule.beta], model: describeNetwork(model) },
      ...choices,
      ...(weight && { weight }),
    };
  }

  moves({ step, key, examples }: StepContext) {
    const drawn: Int32Array[] = [];
    return this.#descent.moves(
      step,
      (share) => {
        const own = ofShare(key, share);
        const batch = examples(0, share);
        const { t, weight } = this.#timesteps.draw(batch.shape[0], split(own)[0]);
        drawn[share] = t;
        return { ...this.#inputs(batch, t, own), importance: tf.tensor1d(weight) };
      },
      ({ examples: losses }, share) => this.#timesteps.observe?.(drawn[share], losses),
    );
  }

  readonly validation = new Validation(
    (examples, key) => {
      const { t } = uniformTimesteps(this.schedule.steps).draw(examples.shape[0], split(key)[0]);
      return this.#inputs(examples, t, key, false);
    },
    ({ denoiser }, inputs) => ({
      denoiser: tf.mean(this.networks.denoiser.with(denoiser.average, () => this.#losses(inputs, false))),
    }),
  );

  #inputs(examples: Examples, t: Int32Array, key: Key, training = true): Noised {
    const { values, shape } = examples;
    return {
      ...this.#conditions.inputs(examples, foldIn(key, streams.ddpm.conditions), training),
      x0: tf.tensor(values, shape),
      t: tf.tensor1d(t, 'int32'),
      noise: normal(split(key)[1], shape),
    };
  }

  #pass({ denoiser }: Vectors, { importance, ...inputs }: Weighted): Pass {
    const { value, gradient, examples } = this.networks.denoiser.gradient(denoiser.parameters, () => {
      const losses = this.#losses(inputs, true);
      return { value: tf.mean<tf.Scalar>(tf.mul(importance, losses)), examples: losses };
    });
    return { gradients: { denoiser: gradient }, losses: { denoiser: value }, examples };
  }

  /** The objective for each example, [B]. */
  #losses(inputs: Noised, training: boolean): tf.Tensor1D {
    const { schedule } = this;
    const { objective, predicts, variance, weight, levels, decoderForm: form } = this.#choices;
    const { x0, t, noise } = inputs;
    const model = (xt: tf.Tensor, position: tf.Tensor) => this.#network.call([xt, position], inputs, training);
    const drawn = { t, noise, predicts };
    if (objective === 'simple') return simpleLoss(model, schedule, x0, { ...drawn, weight });
    if (objective === 'hybrid')
      return hybridLoss(model, schedule, x0, { ...drawn, weight, variance: variance as 'learnedRange', levels, form });
    const nats = vlbTerm(model, schedule, x0, { ...drawn, variance, levels, form });
    const dimensions = x0.size / x0.shape[0];
    return tf.mul(schedule.steps / (dimensions * Math.LN2), nats);
  }
}

const isLearned = (variance: VarianceKind) => variance === 'learned' || variance === 'learnedRange';

/** The options that shape the course of training, with their defaults. */
function ddpmChoices(options: TrainDdpmOptions) {
  const { predicts = 'eps', variance = 'fixedLarge' } = options;
  const {
    objective = isLearned(variance) ? 'hybrid' : 'simple',
    timesteps = 'uniform',
    levels = 256,
    weight,
    decoderForm,
  } = options;
  if (!['simple', 'hybrid', 'vlb'].includes(objective))
    throw new RangeError(`trainDdpm: objective is '${String(objective)}'; use one of simple, hybrid, vlb`);
  if (decoderForm !== undefined && !['stable', 'parity'].includes(decoderForm))
    throw new RangeError(`trainDdpm: decoderForm is '${String(decoderForm)}'; use one of stable, parity`);
  if (objective === 'hybrid' && !isLearned(variance))
    throw new RangeError(
      `trainDdpm: objective is 'hybrid', but variance is '${variance}'; the bound in it trains a variance 'learned' or 'learnedRange'`,
    );
  if (objective === 'simple' && isLearned(variance))
    throw new RangeError(
      `trainDdpm: objective is 'simple', which does not train the variance '${variance}'; use 'hybrid' or 'vlb'`,
    );
  if (objective === 'vlb' && weight)
    throw new RangeError("trainDdpm: weight is given, but the objective 'vlb' has its own; leave one of them out");
  return {
    ...optimizationChoices('trainDdpm', options, { networks: ['denoiser'], learningRate: 2e-4 }),
    ...labelChoices(options),
    ...{ predicts, variance, objective, levels },
    timesteps: timesteps === 'lossAware' ? {} : timesteps,
    ...(weight && { weight }),
    ...(decoderForm && { decoderForm }),
  };
}

function checkedNetwork(model: LayersModel, variance: VarianceKind, { data }: TrainDdpmOptions): ConditionedNetwork {
  const shape = exampleShape(data);
  const channels = (isLearned(variance) ? 2 : 1) * shape[shape.length - 1];
  const output = [...shape.slice(0, -1), channels];
  return new ConditionedNetwork(
    model,
    { caller: 'trainDdpm', role: 'denoiser', inputs: [shape, []], output, maker: 'ddpmUnet or mlpDenoiser' },
    data,
  );
}

import * as tf from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { foldIn, type Key, split } from '@diffgan/ops';
import type { NoiseSchedule } from '@diffgan/schedule';
import { ConditionedNetwork, type ConditionInputs, Conditions, describeNetwork } from './conditions.ts';
import { ddpmChoices, isLearned, type TrainDdpmOptions } from './ddpm-options.ts';
import { type DenoisingObjective, type DrawnLevels, edmObjective, stepObjective } from './denoising-objective.ts';
import { Descent, passesOf } from './descent.ts';
import { optimizersOf } from './network-optimizer.ts';
import type { Pass } from './pass.ts';
import { ofShare, streams } from './streams.ts';
import type { Team } from './team.ts';
import type { TrainEvent } from './train-event.ts';
import { trainLoop } from './train-loop.ts';
import { lengthOf } from './train-options.ts';
import type { Vectors } from './train-state.ts';
import { TrainedNetwork } from './trained-network.ts';
import { type Examples, exampleShape } from './training-data.ts';
import type { StepContext, TrainingTask, TrainResult } from './training-task.ts';
import { Validation } from './validation.ts';

/**
 * Trains a denoising model (Ho et al. 2020, algorithm 1 and eq. 14): by L_simple, by the hybrid objective of Nichol, Dhariwal 2021 that
 * learns the variance too, by the variational bound, or, with `predicts: 'edm'`, by the loss of Karras et al. 2022 over all levels of noise. A
 * network with a further input `[B]` is told the labels of the data.
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

/** What is drawn for the objective: `levels` of noise as it takes them. */
type Noised = ConditionInputs & { readonly x0: tf.Tensor; readonly levels: tf.Tensor1D; readonly noise: tf.Tensor };

/** With the weights that make up for how the levels were drawn, `[B]`. */
type Weighted = Noised & { readonly importance: tf.Tensor1D };

class DdpmTask implements TrainingTask {
  readonly networks: { denoiser: TrainedNetwork };
  readonly settings: Record<string, unknown>;
  readonly rows: TrainingTask['rows'];
  readonly host: TrainingTask['host'];
  readonly #network: ConditionedNetwork;
  readonly #conditions: Conditions;
  readonly #descent: Descent<Weighted>;
  readonly #objective: DenoisingObjective;

  constructor(model: LayersModel, schedule: NoiseSchedule, options: TrainDdpmOptions, team: Team) {
    const choices = ddpmChoices(options);
    if (choices.predicts === 'edm') checkTold(schedule);
    this.#network = checkedNetwork(model, options);
    this.#conditions = new Conditions('trainDdpm', [this.#network], options);
    this.networks = { denoiser: new TrainedNetwork(model) };
    const optimizers = optimizersOf(['denoiser'], { ...choices, steps: lengthOf(options) });
    const passes = passesOf(options, team, { networks: [this.#network] });
    this.rows = passes.rows;
    this.#descent = new Descent(optimizers, passes, (vectors, inputs) => this.#pass(vectors, inputs));
    this.#objective = choices.predicts === 'edm' ? edmObjective(choices) : stepObjective(schedule, choices, options);
    this.host = this.#objective.host;
    const weight = options.weight && Array.from(schedule.beta, (_, i) => options.weight!(schedule, i + 1));
    this.settings = {
      ...{ task: 'ddpm', schedule: [...schedule.beta], model: describeNetwork(model) },
      ...choices,
      ...(weight && { weight }),
    };
  }

  moves({ step, key, examples }: StepContext) {
    const observers: DrawnLevels['observe'][] = [];
    return this.#descent.moves(
      step,
      (share) => {
        const own = ofShare(key, share);
        const batch = examples(0, share);
        const { levels, importance, observe } = this.#objective.draw(batch.rows, split(own)[0]);
        observers[share] = observe;
        return { ...this.#inputs(batch, levels, own), importance };
      },
      ({ examples: losses }, share) => observers[share]?.(losses),
    );
  }

  readonly validation = new Validation(
    (examples, key) => {
      const levels = this.#objective.drawFairly(examples.rows, split(key)[0]);
      return this.#inputs(examples, levels, key, false);
    },
    ({ denoiser }, inputs) => ({
      denoiser: tf.mean(this.networks.denoiser.with(denoiser.average, () => this.#losses(inputs, false))),
    }),
  );

  #inputs(examples: Examples, levels: tf.Tensor1D, key: Key, training = true): Noised {
    const { rows, values, shape } = examples;
    return {
      ...this.#conditions.inputs(examples, foldIn(key, streams.ddpm.conditions), training),
      x0: tf.tensor(values, shape),
      levels,
      noise: rows.normal(split(key)[1], shape.slice(1)),
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
    const model = (x: tf.Tensor, position: tf.Tensor) => this.#network.call([x, position], inputs, training);
    return this.#objective.losses(model, inputs.x0, inputs);
  }
}

/** A network in the form of EDM is told σ, so samplers must tell it σ, too. */
function checkTold({ name }: NoiseSchedule): void {
  if (name === 'edm') return;
  throw new RangeError(
    `trainDdpm: predicts is 'edm', but the schedule '${name}' tells the network steps and no σ; use edmSchedule of @diffgan/schedule`,
  );
}

function checkedNetwork(model: LayersModel, { data, variance = 'fixedLarge' }: TrainDdpmOptions): ConditionedNetwork {
  const shape = exampleShape(data);
  const channels = (isLearned(variance) ? 2 : 1) * shape[shape.length - 1];
  const output = [...shape.slice(0, -1), channels];
  return new ConditionedNetwork(
    model,
    { caller: 'trainDdpm', role: 'denoiser', inputs: [shape, []], output, maker: 'ddpmUnet or mlpDenoiser' },
    data,
  );
}

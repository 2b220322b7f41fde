import * as tf from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { antitheticTimes, type GammaNetwork, type VdmLoss, vdmLoss } from '@diffgan/objectives';
import { foldIn, type Key } from '@diffgan/ops';
import { checkNumber } from './check-number.ts';
import {
  ConditionedNetwork,
  type ConditionInputs,
  Conditions,
  describeNetwork,
  labelChoices,
  type LabelOptions,
} from './conditions.ts';
import { Descent, passesOf } from './descent.ts';
import { optimizationChoices, optimizersOf, type PerNetwork } from './network-optimizer.ts';
import type { Pass } from './pass.ts';
import { streams } from './streams.ts';
import type { Team } from './team.ts';
import type { TrainEvent } from './train-event.ts';
import { trainLoop } from './train-loop.ts';
import { lengthOf, type TrainOptions } from './train-options.ts';
import type { Vectors } from './train-state.ts';
import { TrainedNetwork } from './trained-network.ts';
import { type Examples, exampleShape } from './training-data.ts';
import type { StepContext, TrainingTask, TrainResult } from './training-task.ts';
import { Validation } from './validation.ts';

/** Options of {@link trainVdm}. */
export interface TrainVdmOptions extends TrainOptions, LabelOptions {
  /** T of a discrete chain. @defaultValue continuous time */
  diffusionSteps?: number;
  /**
   * Grey levels of images; 0 is for data that are no pixels: the bound is that of a density, and may be negative.
   * @defaultValue 256, and 0 for points
   */
  levels?: number;
  /** Initial learning rates; they fall on half a cosine to `finalLearningRate`. @defaultValue 2e-4 */
  learningRate?: PerNetwork<'denoiser' | 'gamma'>;
  /** Learning rates at the end of the run. @defaultValue 1e-5 */
  finalLearningRate?: PerNetwork<'denoiser' | 'gamma'>;
}

/**
 * Trains a variational diffusion model and its noise schedule (Kingma et al. 2021): model and end points of γ descend the bound, the
 * interior of γ, on which the bound does not depend in continuous time, descends the variance of its estimate. Times are antithetic.
 *
 * Losses of a step, in bits per dimension: `bound`, and its parts `prior`, `reconstruction` and `diffusion`; `diffusion.variance` is a
 * measure: the variance of the estimates within the batch. Pixels are shrunk by (levels − 1)/levels, so that they are the levels that
 * `vdmSampler` decodes to.
 *
 * @param model ε̂ from `[zt, γt]` (γt as float32 `[B]`), and perhaps labels `[B]`, made by `vdmDenoiser` or `mlpDenoiser`; trained in place.
 * @param gamma of `gammaNetwork`; trained in place; nothing of it is if it has no variables.
 * @returns an async generator of events, which starts with its first `next`. Its return value holds the averaged weights under `denoiser`
 *   and `gamma`, both for `setParameters`; take it with `run` of `@diffgan/samplers`, since `for await` drops it undisposed.
 * @throws RangeError or TypeError naming the option that is wrong; TrainingDivergedError if a loss or weight is not finite; FileFormatError
 *   if the checkpoint is damaged, and the one before it too; CheckpointWriteError if it cannot be written; the signal's reason on abort (the
 *   checkpoint is saved first).
 * @example
 * ```ts
 * const model = mlpDenoiser({ kind: 'mlp-denoiser', dim: 2, hidden: [32], timeWidth: 16 });
 * const gamma = gammaNetwork({ hidden: 16 });
 * const { averages } = await run(trainVdm(model, gamma, { data: gaussians25(1000, key(0)), steps: 20, batch: 50 }));
 * setParameters(model, averages.denoiser);
 * setParameters(gamma, averages.gamma);
 * tf.dispose(averages);
 * const samples = await run(vdmSampler(model, await gamma.toFunction(), { shape: [16, 2], steps: 10 }));
 * ```
 */
export function trainVdm(
  model: LayersModel,
  gamma: GammaNetwork,
  options: TrainVdmOptions,
): AsyncGenerator<TrainEvent, TrainResult> {
  return trainLoop((team) => new VdmTask(model, gamma, options, team), options);
}

/** What is drawn for the bound: times in [0, 1], noise there and at the data end. */
type NoisedTwice = ConditionInputs & {
  readonly x0: tf.Tensor;
  readonly t: tf.Tensor1D;
  readonly noise: tf.Tensor;
  readonly noise0: tf.Tensor;
};

class VdmTask implements TrainingTask {
  readonly networks: Record<string, TrainedNetwork>;
  readonly settings: Record<string, unknown>;
  readonly rows: TrainingTask['rows'];
  readonly #choices: ReturnType<typeof vdmChoices>;
  readonly #network: ConditionedNetwork;
  readonly #conditions: Conditions;
  readonly #descent: Descent<NoisedTwice>;
  /** Model and schedule as one, since the bound trains both. */
  readonly #joint: TrainedNetwork;

  constructor(
    model: LayersModel,
    readonly gamma: GammaNetwork,
    options: TrainVdmOptions,
    readonly team: Team,
  ) {
    const choices = (this.#choices = vdmChoices(options));
    this.#network = checkedNetwork(model, options);
    this.#conditions = new Conditions('trainVdm', [this.#network], options);
    const denoiser = new TrainedNetwork(model);
    const learned = gamma.variables.length > 0;
    this.networks = { denoiser, ...(learned && { gamma: new TrainedNetwork(gamma) }) };
    this.#joint = new TrainedNetwork({ variables: [...denoiser.variables, ...gamma.variables] });
    const names = learned ? (['denoiser', 'gamma'] as const) : (['denoiser'] as const);
    const optimizers = optimizersOf(names, { ...choices, steps: lengthOf(options) });
    const passes = passesOf(options, team, { networks: [this.#network] });
    this.rows = passes.rows;
    this.#descent = new Descent(optimizers, passes, (vectors, inputs) => this.#pass(vectors, inputs));
    const schedule = { endPoints: gamma.endPoints.length, interior: gamma.interior.map(({ shape }) => shape) };
    this.settings = { task: 'vdm', model: describeNetwork(model), gamma: schedule, ...choices };
  }

  moves({ step, key, examples }: StepContext) {
    return this.#descent.moves(step, (share) => this.#inputs(examples(0, share), foldIn(key, share)));
  }

  readonly validation = new Validation(
    (examples, key) => this.#inputs(examples, key, false),
    ({ denoiser, gamma }, inputs) => {
      const parameters = gamma ? tf.concat1d([denoiser.average, gamma.average]) : denoiser.average;
      return this.#joint.with(parameters, () => {
        const { bound, parts } = this.#bound(inputs, false);
        return { bound, ...parts };
      });
    },
  );

  #inputs(examples: Examples, key: Key, training = true): NoisedTwice {
    const { levels } = this.#choices;
    const { rows, values, shape } = examples;
    const of = (stream: keyof typeof streams.vdm) => foldIn(key, streams.vdm[stream]);
    const x0 = tf.tensor(values, shape);
    return {
      ...this.#conditions.inputs(examples, of('conditions'), training),
      x0: levels === 0 ? x0 : tf.mul(x0, (levels - 1) / levels),
      t: tf.tensor1d(rows.of(Float32Array.from(antitheticTimes(rows.batch, { key: of('times') })))),
      noise: rows.normal(of('noise'), shape.slice(1)),
      noise0: rows.normal(of('firstNoise'), shape.slice(1)),
    };
  }

  #pass({ denoiser, gamma }: Vectors, inputs: NoisedTwice): Pass {
    const parameters = gamma ? tf.concat1d([denoiser.parameters, gamma.parameters]) : denoiser.parameters;
    const { value, gradient, measures } = this.#joint.gradient(parameters, () => {
      const { bound, parts, variance, mean } = this.#bound(inputs, true, this.team.mean);
      return { value: bound, measures: { ...parts, variance, mean } };
    });
    const { variance, mean, ...parts } = measures;
    const found = { losses: { bound: value, ...parts }, measures: { 'diffusion.variance': variance } };
    if (!gamma) return { gradients: { denoiser: gradient }, ...found };
    const [ofModel, ofGamma] = tf.split<tf.Tensor1D>(gradient, [denoiser.parameters.size, gamma.parameters.size]);
    return {
      gradients: { denoiser: ofModel, gamma: this.#gammaGradient(ofGamma, parameters, { inputs, mean }) },
      ...found,
    };
  }

  /** The gradient of the bound by the end points, and that of the variance of its estimate by the interior. */
  #gammaGradient(
    ofBound: tf.Tensor1D,
    parameters: tf.Tensor1D,
    { inputs, mean }: { inputs: NoisedTwice; mean: tf.Scalar },
  ): tf.Tensor1D {
    const { endPoints, interior } = this.gamma;
    const meanOfAll = (own: tf.Scalar) => (this.team.size === 1 ? own : mean);
    if (interior.length === 0) return ofBound;
    const { gradient } = this.#joint.with(parameters, () => {
      const network = new TrainedNetwork({ variables: interior });
      const own = tf.concat1d(interior.map((variable) => tf.reshape(variable, [variable.size])));
      return network.gradient(own, () => this.#bound(inputs, true, meanOfAll).variance);
    });
    const ends = endPoints.reduce((sum, { size }) => sum + size, 0);
    return ends === 0 ? gradient : tf.concat1d([tf.slice(ofBound, [0], [ends]), gradient]);
  }

  /**
   * The bound with its parts, in bits per dimension, and the variance of one example's estimate of the diffusion part about the mean of the whole
   * batch. That this is a constant where several processes have it together changes no gradient: deviations from a mean sum to 0.
   */
  #bound(inputs: NoisedTwice, training: boolean, meanOfAll = (own: tf.Scalar) => own) {
    const { levels, diffusionSteps: steps } = this.#choices;
    const { x0, t, noise, noise0 } = inputs;
    const model = (zt: tf.Tensor, gammaT: tf.Tensor) => this.#network.call([zt, gammaT], inputs, training);
    const drawn = { t, noise, noise0 };
    const nats = vdmLoss(model, this.gamma, x0, { ...drawn, levels, ...(steps !== undefined && { steps }) });
    const bits = (of: keyof VdmLoss) => tf.div<tf.Tensor1D>(nats[of], (x0.size / x0.shape[0]) * Math.LN2);
    const diffusion = bits('diffusion');
    const parts = {
      prior: tf.mean<tf.Scalar>(bits('prior')),
      reconstruction: tf.mean<tf.Scalar>(bits('reconstruction')),
      diffusion: tf.mean<tf.Scalar>(diffusion),
    };
    const mean = meanOfAll(parts.diffusion);
    return {
      bound: tf.addN(Object.values(parts)),
      ...{ parts, mean },
      variance: tf.mean<tf.Scalar>(tf.square(tf.sub(diffusion, mean))),
    };
  }
}

/** The options that shape the course of training, with their defaults. */
function vdmChoices(options: TrainVdmOptions) {
  const { diffusionSteps, levels = 'points' in options.data ? 0 : 256 } = options;
  checkNumber('trainVdm: levels', levels, { min: 0, integer: true });
  if (diffusionSteps !== undefined) checkNumber('trainVdm: diffusionSteps', diffusionSteps, { min: 1, integer: true });
  return {
    ...optimizationChoices('trainVdm', options, {
      networks: ['denoiser', 'gamma'],
      learningRate: 2e-4,
      adam: { beta1: 0.9, beta2: 0.99 },
    }),
    ...labelChoices(options),
    levels,
    ...(diffusionSteps !== undefined && { diffusionSteps }),
  };
}

function checkedNetwork(model: LayersModel, { data }: TrainVdmOptions): ConditionedNetwork {
  const shape = exampleShape(data);
  return new ConditionedNetwork(
    model,
    { caller: 'trainVdm', role: 'denoiser', inputs: [shape, []], output: shape, maker: 'vdmDenoiser or mlpDenoiser' },
    data,
  );
}

import * as tf from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import {
  adversarialLoss,
  type AdversarialLossName,
  type AdversarialLossOptions,
  type LossPair,
} from '@diffgan/fgan-losses';
import { foldIn, type Key, split } from '@diffgan/ops';
import type { NoiseSchedule } from '@diffgan/schedule';
import { modelConfig } from '@diffgan/unet';
import { checkNumber } from './check-number.ts';
import { ConditionedNetwork, Conditions, describeNetwork, type LabelOptions } from './conditions.ts';
import {
  type CriticPenalties,
  criticPenalties,
  type CriticPenalty,
  type GradientPenalty,
  type PenaltyInterval,
  type SlopePenalty,
} from './critic-penalties.ts';
import { asDraw, type DdganAblations, DdganGame, type Draw, type Players } from './ddgan-game.ts';
import { Descent, type Pass } from './descent.ts';
import { GameWatch } from './game-watch.ts';
import {
  checkOptimization,
  type NetworkOptimizer,
  ofNetwork,
  optimizersOf,
  type PerNetwork,
} from './network-optimizer.ts';
import { streams } from './streams.ts';
import type { TrainEvent } from './train-event.ts';
import {
  DEFAULT_BATCH,
  lengthOf,
  type StepContext,
  type TrainingTask,
  trainLoop,
  type TrainOptions,
  type TrainResult,
} from './train-loop.ts';
import type { Inputs, Vectors } from './train-state.ts';
import { TrainedNetwork } from './trained-network.ts';
import { type Examples, exampleShape } from './training-data.ts';

/** The two networks of a denoising diffusion GAN, made by `ddganGenerator` and `ddganDiscriminator`. Trained in place. */
export interface DdganNetworks {
  /** x̂0 from `[xt, z, position]`, and perhaps labels. */
  generator: LayersModel;
  /** Logit from `[xPrev, xt, position]`, and perhaps labels. */
  critic: LayersModel;
}

/** Options of {@link trainDdgan}. */
export interface TrainDdganOptions extends TrainOptions, DdganAblations, LabelOptions {
  /**
   * The adversarial loss: its name, or its name and options: those of a divergence, or `relativistic`, with which real and fake x_{t−1} of
   * the same (x_t, t) are compared; then give `r1` and `r2`.
   *
   * @defaultValue `'gan'`, non-saturating
   */
  loss?: AdversarialLossName | ({ name: AdversarialLossName } & AdversarialLossOptions);
  /** Initial learning rates; both fall on half a cosine to `finalLearningRate`. @defaultValue `{ generator: 1e-3, critic: 5e-4 }` */
  learningRate?: Readonly<Record<'generator' | 'critic', number>>;
  /** Learning rate at the end of the run. @defaultValue 1e-5 */
  finalLearningRate?: PerNetwork<'generator' | 'critic'>;
  /** Updates of the critic per step, each with a batch of its own; the generator makes do with the last one. @defaultValue 1 */
  criticSteps?: number;
  /**
   * R1 penalty on real pairs: its weight, and every how many updates it is evaluated.
   *
   * @defaultValue `{ gamma: 0.2, every: 10 }`; none for `wgan` and with a gradient penalty
   */
  r1?: SlopePenalty;
  /** The same penalty on fake pairs, by their x_{t−1}. @defaultValue none */
  r2?: SlopePenalty;
  /**
   * Gradient penalty between data and samples, by x_{t−1}: its weight and the slope it asks for.
   *
   * @defaultValue `{ lambda: 10 }` for `wgan`, else none
   */
  gradientPenalty?: GradientPenalty;
  /**
   * Weight of the mean squared error of x̂0 in the generator's loss. It shows the generator the way long before the critic can, which
   * makes short runs much better; too much of it blurs. Not in the paper; Phung, Dao, Tran 2023 (arXiv:2211.16152) add an L1 error.
   *
   * @defaultValue 0
   */
  reconstruction?: number;
}

/**
 * Trains a denoising diffusion GAN (Xiao et al. 2022): the critic learns to tell pairs (x_{t−1}, x_t) of the forward process from pairs
 * whose x_{t−1} is drawn from q(x_{t−1} | x_t, x̂0), x̂0 = G(x_t, z, t); the generator learns to fool it. The adversarial loss is the
 * non-saturating GAN's unless told otherwise; R1 is evaluated every few steps only, with the same weight (the critic stays nearly flat in
 * between). Networks with a further input `[B]` are told the labels of the data.
 *
 * Measures of a step: `critic.real` and `critic.fake` (mean logits), `critic.separation` (share of pairs in which the real one has the
 * larger logit), `critic.penalty` where there is one, and the norms `critic.gradientNorm` and `generator.gradientNorm` before clipping.
 *
 * @param networks - trained in place; they stay the caller's.
 * @param schedule - steps of the diffusion, few: 4 is usual.
 * @returns an async generator of events, which starts with its first `next`. Its return value holds the averaged weights of both networks;
 *   take it with `run` of `@diffgan/samplers`, since `for await` drops it undisposed.
 * @throws RangeError or TypeError naming the option that is wrong; TrainingDivergedError if a loss or weight is not finite; FileFormatError
 *   if the checkpoint is damaged, and the one before it too; CheckpointWriteError if it cannot be written; the signal's reason on abort (the
 *   checkpoint is saved first).
 * @example
 * ```ts
 * const { generator: g, discriminator: d } = presets['fashion-mnist-tiny'];
 * const networks = { generator: ddganGenerator(g), critic: ddganDiscriminator(d) };
 * const training = trainDdgan(networks, vpSchedule(4), { data: await fashionMnist(), steps: 1000 });
 * const { averages } = await run(training, (event) => {
 *   if (event.type === 'step') console.log(event.step, event.losses.critic, event.losses.generator);
 * });
 * setParameters(networks.generator, averages.generator);
 * tf.dispose(averages);
 * ```
 */
export function trainDdgan(
  networks: DdganNetworks,
  schedule: NoiseSchedule,
  options: TrainDdganOptions,
): AsyncGenerator<TrainEvent, TrainResult> {
  return trainLoop(() => new DdganTask(networks, schedule, options), options);
}

type Choices = ReturnType<typeof checkedChoices>;

class DdganTask implements TrainingTask {
  readonly networks: { generator: TrainedNetwork; critic: TrainedNetwork };
  readonly settings: Record<string, unknown>;
  readonly batchesPerStep: number;
  readonly #choices: Choices;
  readonly #game: DdganGame;
  readonly #conditions: Conditions;
  readonly #watch = new GameWatch();
  readonly #loss: LossPair;
  readonly #penalties: readonly CriticPenalty[];
  readonly #generator: Descent;
  readonly #criticOptimizer: Record<'critic', NetworkOptimizer>;
  /** By the names of the penalties that are added to the critic's loss. */
  readonly #critics = new Map<string, Descent>();

  constructor(models: DdganNetworks, schedule: NoiseSchedule, options: TrainDdganOptions) {
    const choices = (this.#choices = checkedChoices(options));
    this.#loss = adversarialLoss(choices.loss.name, choices.loss);
    this.#penalties = criticPenalties(choices);
    const players = checkedPlayers(models, options);
    this.#game = new DdganGame(players, schedule, choices);
    this.#conditions = new Conditions('trainDdgan', Object.values(players), options);
    this.networks = { generator: new TrainedNetwork(models.generator), critic: new TrainedNetwork(models.critic) };
    this.batchesPerStep = choices.criticSteps;
    const shared = { ...choices, steps: lengthOf(options, choices.criticSteps) };
    const generator = optimizersOf(['generator'], shared);
    this.#criticOptimizer = optimizersOf(['critic'], { ...shared, updatesPerStep: choices.criticSteps });
    this.#generator = new Descent(generator, choices.accumulate, (vectors, inputs) =>
      this.#generatorPass(vectors, asDraw(inputs)),
    );
    const configs = { generator: describeNetwork(models.generator), critic: describeNetwork(models.critic) };
    this.settings = { task: 'ddgan', schedule: [...schedule.beta], ...configs, ...choices };
  }

  moves({ step, key, examples }: StepContext) {
    const { criticSteps } = this.#choices;
    const [criticKey, generatorKey] = split(key);
    const inputsOf = (batch: number, own: Key) => (share: number) =>
      this.#inputs(examples(batch, share), share === 0 ? own : foldIn(own, share));
    const critics = Array.from({ length: criticSteps }, (_, i) => {
      const count = (step - 1) * criticSteps + i + 1;
      return this.#criticOf(count).moves(
        count,
        inputsOf(i, i === 0 ? criticKey : foldIn(criticKey, streams.critics + i)),
      );
    });
    return [...critics.flat(), ...this.#generator.moves(step, inputsOf(criticSteps - 1, generatorKey))];
  }

  readonly validation: TrainingTask['validation'] = {
    inputs: (examples, key) => this.#inputs(examples, key, false),
    losses: ({ generator, critic }, inputs) => {
      const draw = asDraw(inputs);
      const { criticLoss, generatorLoss } = this.#loss;
      const shown = this.networks.generator.with(generator.average, () =>
        this.#game.shown(this.#game.denoise(draw, false), draw),
      );
      const [real, fake] = this.networks.critic.with(critic.average, () => [
        this.#game.score(draw.xPrev, draw, false),
        this.#game.score(shown, draw, false),
      ]);
      return { critic: tf.mean(criticLoss(real, fake)), generator: tf.mean(generatorLoss(fake, real)) };
    },
  };

  watch: TrainingTask['watch'] = (outcome, step) => this.#watch.observe(outcome, step);

  #inputs({ values, shape, ...examples }: Examples, key: Key, training = true): Inputs {
    const conditions = this.#conditions.inputs(
      { values, shape, ...examples },
      foldIn(key, streams.conditions),
      training,
    );
    return this.#game.draw(tf.tensor(values, shape), conditions, key);
  }

  /** The update of the critic that is number `count` of the run: penalties come every so often. */
  #criticOf(count: number): Descent {
    const due = this.#penalties.filter(({ every }) => (count - 1) % every === 0);
    const names = due.map(({ name }) => name).join();
    let descent = this.#critics.get(names);
    if (!descent) {
      descent = new Descent(this.#criticOptimizer, this.#choices.accumulate, (vectors, inputs) =>
        this.#criticPass(vectors, asDraw(inputs), due),
      );
      this.#critics.set(names, descent);
    }
    return descent;
  }

  #criticPass({ generator, critic }: Vectors, draw: Draw, penalties: readonly CriticPenalty[]): Pass {
    const game = this.#game;
    const score = (xPrev: tf.Tensor) => game.score(xPrev, draw);
    const fakes = this.networks.generator.with(generator.parameters, () => game.shown(game.denoise(draw), draw));
    const { value, gradient, measures } = this.networks.critic.gradient(critic.parameters, () => {
      const [real, fake] = [score(draw.xPrev), score(fakes)];
      const adversarial = tf.mean<tf.Scalar>(this.#loss.criticLoss(real, fake));
      const parts = penalties.map((penalty) => penalty.value(score, { real: draw.xPrev, fake: fakes, u: draw.u }));
      const penalty = parts.length === 0 ? undefined : tf.addN(parts);
      const found = {
        'critic.real': tf.mean<tf.Scalar>(real),
        'critic.fake': tf.mean<tf.Scalar>(fake),
        'critic.separation': tf.mean<tf.Scalar>(tf.cast(tf.greater(real, fake), 'float32')),
        ...(penalty && { 'critic.penalty': penalty }),
      };
      return { value: penalty ? tf.add<tf.Scalar>(adversarial, penalty) : adversarial, measures: found };
    });
    return { gradients: { critic: gradient }, losses: { critic: value }, measures };
  }

  #generatorPass({ generator, critic }: Vectors, draw: Draw): Pass {
    const game = this.#game;
    const { reconstruction } = this.#choices;
    const { generatorLoss, relativistic } = this.#loss;
    const { value, gradient } = this.networks.critic.with(critic.parameters, () => {
      // only losses of pairs look at the data, which costs another call of the critic
      const real = relativistic ? game.score(draw.xPrev, draw) : tf.zerosLike(draw.u);
      return this.networks.generator.gradient(generator.parameters, () => {
        const x0Hat = game.denoise(draw);
        const adversarial = tf.mean<tf.Scalar>(generatorLoss(game.score(game.shown(x0Hat, draw), draw), real));
        if (reconstruction === 0) return adversarial;
        return tf.add<tf.Scalar>(adversarial, tf.mul(reconstruction, tf.mean(tf.square(tf.sub(x0Hat, draw.x0)))));
      });
    });
    return { gradients: { generator: gradient }, losses: { generator: value } };
  }
}

/** The options that shape the course of training, with their defaults. */
function checkedChoices(options: TrainDdganOptions) {
  const {
    learningRate = { generator: 1e-3, critic: 5e-4 },
    finalLearningRate = 1e-5,
    criticSteps = 1,
    reconstruction = 0,
  } = options;
  const { labelDropping = 0, nullLabel } = options;
  const { directDenoising = false, noiseGeneration = false, noLatent = false, oneShotAug = false } = options;
  const loss = { name: 'gan' as const, ...(typeof options.loss === 'string' ? { name: options.loss } : options.loss) };
  adversarialLoss(loss.name, loss); // throws for what there is not
  checkNumber('trainDdgan: learningRate.generator', learningRate.generator, { min: 0 });
  checkNumber('trainDdgan: learningRate.critic', learningRate.critic, { min: 0 });
  for (const name of ['generator', 'critic'] as const)
    checkNumber('trainDdgan: finalLearningRate', ofNetwork(finalLearningRate, name), { min: 0 });
  checkNumber('trainDdgan: criticSteps', criticSteps, { min: 1, integer: true });
  checkNumber('trainDdgan: reconstruction', reconstruction, { min: 0 });
  return {
    ...checkOptimization('trainDdgan', { adam: { beta1: 0.5, beta2: 0.9 }, ...options }),
    ...{ loss, learningRate, finalLearningRate, criticSteps, reconstruction, labelDropping },
    ...{ directDenoising, noiseGeneration, noLatent, oneShotAug },
    ...(nullLabel !== undefined && { nullLabel }),
    ...checkedPenalties(loss.name, options),
  };
}

function checkedPenalties(loss: AdversarialLossName, options: TrainDdganOptions): CriticPenalties {
  const { r2, gradientPenalty: slope = loss === 'wgan' ? { lambda: 10 } : undefined } = options;
  const { r1 = slope ? undefined : { gamma: 0.2, every: 10 } } = options;
  return {
    ...checkedPenalty('r1', r1, r1?.gamma, 'gamma'),
    ...checkedPenalty('r2', r2, r2?.gamma, 'gamma'),
    ...checkedPenalty('gradientPenalty', slope, slope?.lambda, 'lambda'),
  };
}

/** A penalty by its name with all defaults; nothing where it has no weight. */
function checkedPenalty(
  name: keyof CriticPenalties,
  penalty: PenaltyInterval | undefined,
  weight: number | undefined,
  weightName: string,
): CriticPenalties {
  if (penalty === undefined) return {};
  checkNumber(`trainDdgan: ${name}.${weightName}`, weight, { min: 0 });
  const { every = 1, scale = false } = penalty;
  checkNumber(`trainDdgan: ${name}.every`, every, { min: 1, integer: true });
  return weight === 0 ? {} : { [name]: { ...penalty, every, scale } };
}

function checkedPlayers({ generator, critic }: DdganNetworks, options: TrainDdganOptions): Players {
  const { data, batch = DEFAULT_BATCH, accumulate = 1 } = options;
  const shape = exampleShape(data);
  const caller = 'trainDdgan';
  const players = {
    generator: new ConditionedNetwork(
      generator,
      {
        caller,
        role: 'generator',
        inputs: [shape, [null], []],
        output: shape,
        maker: 'ddganGenerator or mlpGenerator',
      },
      data,
    ),
    critic: new ConditionedNetwork(
      critic,
      { caller, role: 'critic', inputs: [shape, shape, []], output: [], maker: 'ddganDiscriminator or mlpCritic' },
      data,
    ),
  };
  const group = stddevGroupOf(critic);
  const share = batch / accumulate;
  if (share % Math.min(share, group) !== 0)
    throw new RangeError(
      `trainDdgan: batch is ${batch}${accumulate > 1 ? ` in ${accumulate} shares` : ''}; the critic compares groups of ` +
        `${group} (stddevGroup), so use a multiple of it`,
    );
  return players;
}

/** Examples that the critic compares with each other; 1 where it does not say. */
function stddevGroupOf(critic: LayersModel): number {
  try {
    return (modelConfig(critic) as { stddevGroup?: number }).stddevGroup ?? 1;
  } catch {
    return 1;
  }
}

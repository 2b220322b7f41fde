import * as tf from '@tensorflow/tfjs-core';
import { adversarialLoss, type LossPair } from '@diffgan/fgan-losses';
import { foldIn, gather, type Key, split } from '@diffgan/ops';
import type { NoiseSchedule } from '@diffgan/schedule';
import { aucProbabilities } from './auc-timesteps.ts';
import { checkCritic } from './check-critic.ts';
import { Conditions, describeNetwork, isOurs } from './conditions.ts';
import { CriticAuc } from './critic-auc.ts';
import { criticPenalties, type CriticPenalty } from './critic-penalties.ts';
import { DdganGame, type Draw } from './ddgan-game.ts';
import { ddganChoices, type TrainDdganOptions } from './ddgan-options.ts';
import { criticGroup, type DdganNetworks, ddganPlayers } from './ddgan-players.ts';
import { Descent, type DescentOptions, type Move, passesOf } from './descent.ts';
import { isNoWeight, weightAt } from './fading-weight.ts';
import { GameWatch } from './game-watch.ts';
import { type NetworkOptimizer, optimizersOf } from './network-optimizer.ts';
import type { Pass } from './pass.ts';
import { ofShare, streams } from './streams.ts';
import type { Team } from './team.ts';
import { type Timesteps, uniformTimesteps, weightedTimesteps } from './timesteps.ts';
import type { TrainEvent } from './train-event.ts';
import { trainLoop } from './train-loop.ts';
import { lengthOf } from './train-options.ts';
import type { Vectors } from './train-state.ts';
import { TrainedNetwork } from './trained-network.ts';
import type { Examples } from './training-data.ts';
import type { StepContext, TrainingTask, TrainResult } from './training-task.ts';
import { Validation } from './validation.ts';

/**
 * Trains a denoising diffusion GAN (Xiao et al. 2022): the critic learns to tell pairs (x_{t−1}, x_t) of the forward process from pairs
 * whose x_{t−1} is drawn from q(x_{t−1} | x_t, x̂0), x̂0 = G(x_t, z, t); the generator learns to fool it. The adversarial loss is the
 * non-saturating GAN's unless told otherwise; R1 is evaluated every few steps only, with the same weight (the critic stays nearly flat in
 * between). Networks with a further input `[B]` are told the labels of the data.
 *
 * Measures of a step: `critic.real` and `critic.fake` (mean logits), `critic.separation` (share of pairs in which the real one has the
 * larger logit), `critic.auc@t` (the same for each t over the last several hundred pairs, ½ being chance), `critic.penalty` where there is
 * one, and the norms `critic.gradientNorm` and `generator.gradientNorm` before clipping.
 *
 * @param networks trained in place; they stay the caller's.
 * @param schedule steps of the diffusion, few: 4 is usual.
 * @returns an async generator of events, which starts with its first `next`. Its return value holds the averaged weights of both networks;
 *   take it with `run` of `@diffgan/samplers`, since `for await` drops it undisposed.
 * @throws RangeError or TypeError naming the option that is wrong, or the layer of a critic of your own that penalties differentiate wrong;
 *   TrainingDivergedError if a loss or weight is not finite; FileFormatError
 *   if the checkpoint is damaged, and the one before it too; CheckpointWriteError if it cannot be written; the signal's reason on abort (the
 *   checkpoint is saved first).
 * @example
 * ```ts
 * const widths = { dim: 2, hidden: [32], timeWidth: 16 };
 * const generator = mlpGenerator({ kind: 'mlp-generator', latentDim: 2, ...widths });
 * const critic = mlpCritic({ kind: 'mlp-critic', ...widths });
 * const data = gaussians25(1000, key(0)); // of images: ddganGenerator, ddganDiscriminator, fashionMnist
 * const training = trainDdgan({ generator, critic }, vpSchedule(4), { data, steps: 20, batch: 50 });
 * const { averages } = await run(training, (event) => {
 *   if (event.type === 'step') console.log(event.step, event.losses.critic, event.losses.generator);
 * });
 * setParameters(generator, averages.generator);
 * tf.dispose(averages);
 * ```
 */
export function trainDdgan(
  networks: DdganNetworks,
  schedule: NoiseSchedule,
  options: TrainDdganOptions,
): AsyncGenerator<TrainEvent, TrainResult> {
  return trainLoop((team) => new DdganTask(networks, schedule, options, team), options);
}

/** A draw, and the weight of the squared error, where there is one. */
type GeneratorInputs = Draw & { readonly reconstruction?: tf.Scalar };

class DdganTask implements TrainingTask {
  readonly networks: { generator: TrainedNetwork; critic: TrainedNetwork };
  readonly settings: Record<string, unknown>;
  readonly rows: TrainingTask['rows'];
  readonly batchesPerStep: number;
  readonly host: TrainingTask['host'];
  readonly #choices: ReturnType<typeof ddganChoices>;
  readonly #game: DdganGame;
  readonly #conditions: Conditions;
  readonly #watch = new GameWatch();
  readonly #auc: CriticAuc;
  readonly #timesteps: Timesteps;
  readonly #loss: LossPair;
  readonly #steps: number;
  readonly #penalties: readonly CriticPenalty[];
  readonly #generator: Descent<GeneratorInputs>;
  readonly #passes: DescentOptions;
  readonly #criticOptimizer: Record<'critic', NetworkOptimizer>;
  /** By the names of the penalties that are added to the critic's loss. */
  readonly #critics = new Map<string, Descent<Draw>>();

  constructor(models: DdganNetworks, schedule: NoiseSchedule, options: TrainDdganOptions, team: Team) {
    const choices = (this.#choices = ddganChoices(options));
    this.#loss = adversarialLoss(choices.loss.name, choices.loss);
    this.#penalties = criticPenalties(choices);
    const players = ddganPlayers(models, options);
    this.#game = new DdganGame(players, schedule, choices);
    this.#conditions = new Conditions('trainDdgan', Object.values(players), options);
    const auc = (this.#auc = new CriticAuc(schedule.steps));
    this.#timesteps = timestepsOf(schedule.steps, choices.timesteps, auc);
    this.host = auc.host;
    this.networks = { generator: new TrainedNetwork(models.generator), critic: new TrainedNetwork(models.critic) };
    this.batchesPerStep = choices.criticSteps;
    this.#steps = lengthOf(options, choices.criticSteps);
    const shared = { ...choices, steps: this.#steps };
    this.#passes = passesOf(options, team, {
      networks: Object.values(players),
      blocks: criticGroup(models.critic, options),
    });
    this.rows = this.#passes.rows;
    const generator = optimizersOf(['generator'], shared);
    this.#criticOptimizer = optimizersOf(['critic'], { ...shared, updatesPerStep: choices.criticSteps });
    this.#generator = new Descent(generator, this.#passes, (vectors, inputs) => this.#generatorPass(vectors, inputs));
    const configs = { generator: describeNetwork(models.generator), critic: describeNetwork(models.critic) };
    this.settings = { task: 'ddgan', schedule: [...schedule.beta], ...configs, ...choices };
  }

  /** Critics of this library are right to second order; those of others are looked at, where a penalty needs that. */
  async check(examples: Examples, key: Key): Promise<void> {
    const { model } = this.#game.players.critic;
    if (this.#penalties.length === 0 || isOurs(model)) return;
    const draw = tf.tidy(() => this.#draw(examples, key, uniformTimesteps(this.#game.schedule.steps)).draw);
    try {
      await checkCritic(model, (xPrev) => this.#game.score(xPrev, draw), draw.xPrev);
    } finally {
      tf.dispose({ ...draw });
    }
  }

  moves({ step, key, examples }: StepContext) {
    const { criticSteps } = this.#choices;
    const [criticKey, generatorKey] = split(key);
    const critics = Array.from({ length: criticSteps }, (_, i) => {
      const own = i === 0 ? criticKey : foldIn(criticKey, streams.ddgan.critics + i);
      return this.#criticMoves((step - 1) * criticSteps + i + 1, own, (share) => examples(i, share));
    });
    const inputsOf = (share: number) => ({
      ...this.#draw(examples(criticSteps - 1, share), ofShare(generatorKey, share), this.#timesteps).draw,
      reconstruction: this.#reconstruction(step),
    });
    return [...critics.flat(), ...this.#generator.moves(step, inputsOf)];
  }

  /** Update number `count` of the critic, whose opinion of its pairs counts for the next draws. */
  #criticMoves(count: number, key: Key, examples: (share: number) => Examples): (() => Move)[] {
    const drawn: Int32Array[] = [];
    return this.#criticOf(count).moves(
      count,
      (share) => {
        const { t, draw } = this.#draw(examples(share), ofShare(key, share), this.#timesteps);
        drawn[share] = t;
        return draw;
      },
      ({ examples: outcomes }, share) => this.#auc.observe(drawn[share], outcomes),
    );
  }

  /** The weight of the squared error, if there is one. */
  #reconstruction(step: number): tf.Scalar | undefined {
    const { reconstruction } = this.#choices;
    return isNoWeight(reconstruction) ? undefined : tf.scalar(weightAt(reconstruction, step, this.#steps));
  }

  get measures() {
    return this.#auc.measures;
  }

  readonly validation = new Validation(
    (examples, key) => this.#draw(examples, key, uniformTimesteps(this.#game.schedule.steps), false).draw,
    ({ generator, critic }, draw) => {
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
  );

  watch: TrainingTask['watch'] = (outcome, step) => this.#watch.observe(outcome, step);

  /** Draws half a step, and the steps `t` of the whole batch. */
  #draw(examples: Examples, key: Key, timesteps: Timesteps, training = true): { t: Int32Array; draw: Draw } {
    const { rows } = examples;
    const conditions = this.#conditions.inputs(examples, foldIn(key, streams.ddgan.conditions), training);
    const { t } = timesteps.draw(rows.batch, this.#game.timestepKey(key));
    return { t, draw: this.#game.draw(examples, rows.of(t), conditions, key, training) };
  }

  /** The update of the critic that is number `count` of the run: penalties come every so often. */
  #criticOf(count: number): Descent<Draw> {
    const due = this.#penalties.filter(({ every }) => (count - 1) % every === 0);
    const names = due.map(({ name }) => name).join();
    let descent = this.#critics.get(names);
    if (!descent) {
      descent = new Descent(this.#criticOptimizer, this.#passes, (vectors, draw) =>
        this.#criticPass(vectors, draw, due),
      );
      this.#critics.set(names, descent);
    }
    return descent;
  }

  #criticPass({ generator, critic }: Vectors, draw: Draw, penalties: readonly CriticPenalty[]): Pass {
    const game = this.#game;
    const score = (xPrev: tf.Tensor) => game.score(xPrev, draw);
    const fakes = this.networks.generator.with(generator.parameters, () => game.shown(game.denoise(draw), draw));
    const { value, gradient, measures, examples } = this.networks.critic.gradient(critic.parameters, () => {
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
      const value = penalty ? tf.add<tf.Scalar>(adversarial, penalty) : adversarial;
      return { value, measures: found, examples: outcomesOf(real, fake) };
    });
    return { gradients: { critic: gradient }, losses: { critic: value }, measures, examples };
  }

  #generatorPass({ generator, critic }: Vectors, { reconstruction, ...draw }: GeneratorInputs): Pass {
    const game = this.#game;
    const { generatorLoss, relativistic } = this.#loss;
    const { value, gradient } = this.networks.critic.with(critic.parameters, () => {
      // only losses of pairs look at the data, which costs another call of the critic
      const real = relativistic ? game.score(draw.xPrev, draw) : tf.zerosLike(draw.u);
      return this.networks.generator.gradient(generator.parameters, () => {
        const x0Hat = game.denoise(draw);
        const adversarial = tf.mean<tf.Scalar>(generatorLoss(game.score(game.shown(x0Hat, draw), draw), real));
        if (reconstruction === undefined) return adversarial;
        return tf.add<tf.Scalar>(adversarial, tf.mul(reconstruction, this.#errorOf(x0Hat, draw)));
      });
    });
    return { gradients: { generator: gradient }, losses: { generator: value } };
  }

  /** Mean squared error of x̂0, or of the noise that it implies. */
  #errorOf(x0Hat: tf.Tensor, { x0, t }: Draw): tf.Scalar {
    const squares = tf.square(tf.sub(x0Hat, x0));
    if (this.#choices.reconstructionOf !== 'eps') return tf.mean(squares);
    const errors = tf.mean(tf.reshape(squares, [t.shape[0], -1]), 1);
    return tf.mean(tf.mul(gather(this.#game.schedule.snr, t, 1), errors)); // |ε̂ − ε|² = SNR(t) |x̂0 − x0|²
  }
}

/** 1 where the real logit is larger, 0 where the fake one is, ½ where they are equal. */
const outcomesOf = (real: tf.Tensor1D, fake: tf.Tensor1D): tf.Tensor1D =>
  tf.mul(0.5, tf.add<tf.Tensor1D>(1, tf.sign(tf.sub(real, fake))));

function timestepsOf(steps: number, chosen: ReturnType<typeof ddganChoices>['timesteps'], auc: CriticAuc): Timesteps {
  if (chosen === undefined) return uniformTimesteps(steps);
  if ('by' in chosen) return weightedTimesteps(() => aucProbabilities(auc.values, chosen.uniform));
  if (chosen.length !== steps)
    throw new RangeError(
      `trainDdgan: timesteps has ${chosen.length} weights, but the schedule has ${steps} steps; give one for each`,
    );
  const total = chosen.reduce((a, b) => a + b);
  const probabilities = chosen.map((weight) => weight / total);
  return weightedTimesteps(() => probabilities);
}

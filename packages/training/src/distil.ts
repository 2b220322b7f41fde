import * as tf from '@tensorflow/tfjs-core';
import { adversarialLoss } from '@diffgan/fgan-losses';
import { qSample, simpleLoss, targetOf } from '@diffgan/objectives';
import { callModel, foldIn, gather, type Key } from '@diffgan/ops';
import type { NoiseSchedule } from '@diffgan/schedule';
import type { ConditionedNetwork } from './conditions.ts';
import { Conditions, describeNetwork } from './conditions.ts';
import { criticPenalties, type CriticPenalty } from './critic-penalties.ts';
import { Descent, type DescentOptions, passesOf } from './descent.ts';
import type { Draw } from './distil-draw.ts';
import { distilChoices, type DistilNetworks, type DistilOptions, levelBins, type Teacher } from './distil-options.ts';
import { checkedTeacher, describedTeacher, distilBlocks, distilPlayers } from './distil-players.ts';
import { distillationGradient } from './distillation.ts';
import { type NetworkOptimizer, optimizersOf } from './network-optimizer.ts';
import { noiseLevels } from './noise-levels.ts';
import type { Pass } from './pass.ts';
import { ofShare, streams } from './streams.ts';
import { earlierCalls, Student } from './student.ts';
import { StudentWatch } from './student-watch.ts';
import type { Team } from './team.ts';
import type { TrainEvent } from './train-event.ts';
import { trainLoop } from './train-loop.ts';
import { DEFAULT_BATCH } from './train-options.ts';
import type { Vectors } from './train-state.ts';
import { TrainedNetwork } from './trained-network.ts';
import type { Examples } from './training-data.ts';
import type { StepContext, TrainingTask, TrainResult } from './training-task.ts';
import { Validation } from './validation.ts';

/**
 * Distils a denoising model of many steps into a student of few: the generator of a denoising diffusion GAN, whose samples come to have the
 * teacher's density. Diffused to any level of the teacher's noise, they descend D_f(Q‖P) for any f-divergence: the difference of the
 * teacher's score and their own, which a second denoiser learns while they change, times w(u) = u² f''(u), u = q/p from a critic of diffused
 * data and samples. With `'rkl'`, w = 1, and no critic is asked: variational score distillation.
 *
 * Each step updates the fake denoiser and the critic `fakeSteps` times and the student once. The student's x_t are those that its own sampler
 * comes to; the data give the shape of the examples, and what the critic compares with. Networks with a further input `[B]` are told the
 * labels of the data.
 *
 * Measures of a step: `generator.distance`, the mean absolute difference between what the teacher and the fake denoiser predict,
 * `fake.error` and `teacher.error`, their mean squared errors on the student's samples, the gradient norms before clipping, and `critic.real`, `critic.fake`, `critic.separation` where there is a critic.
 *
 * @param networks trained in place; they stay the caller's.
 * @param teacher is only called.
 * @param schedule steps of the student, few: T calls of the generator draw its samples.
 * @returns an async generator of events, which starts with its first `next`. Its return value holds the averaged weights of all networks; take
 *   it with `run` of `@diffgan/samplers`, since `for await` drops it undisposed.
 * @throws RangeError or TypeError naming the option that is wrong; TrainingDivergedError if a loss or weight is not finite; FileFormatError
 *   if the checkpoint is damaged, and the one before it too; CheckpointWriteError if it cannot be written; the signal's reason on abort (the
 *   checkpoint is saved first).
 *
 * Source: Xu et al. 2025 (arXiv:2502.15681); Yin et al. 2024 (arXiv:2311.18828, arXiv:2405.14867) for reverse KL and several calls.
 *
 * @example
 * ```ts
 * const widths = { dim: 2, hidden: [32], timeWidth: 16 };
 * const teacher = { model: mlpDenoiser({ kind: 'mlp-denoiser', ...widths }), schedule: linearSchedule(1000) }; // a trained one
 * const generator = mlpGenerator({ kind: 'mlp-generator', latentDim: 2, ...widths });
 * const fake = mlpDenoiser({ kind: 'mlp-denoiser', ...widths });
 * const data = gaussians25(1000, key(0));
 * const training = distil({ generator, fake }, teacher, vpSchedule(2), { data, steps: 10, batch: 50 });
 * const { averages } = await run(training, (event) => {
 *   if (event.type === 'step') console.log(event.step, event.measures['generator.distance']);
 * });
 * setParameters(generator, averages.generator);
 * tf.dispose(averages);
 * ```
 */
export function distil(
  networks: DistilNetworks,
  teacher: Teacher,
  schedule: NoiseSchedule,
  options: DistilOptions,
): AsyncGenerator<TrainEvent, TrainResult> {
  return trainLoop((team) => new DistilTask(networks, teacher, schedule, options, team), options);
}

class DistilTask implements TrainingTask {
  readonly networks: Record<'generator' | 'fake', TrainedNetwork> & { critic?: TrainedNetwork };
  readonly settings: Record<string, unknown>;
  readonly rows: TrainingTask['rows'];
  readonly batchesPerStep: number;
  readonly #choices: ReturnType<typeof distilChoices>;
  readonly #student: Student;
  readonly #denoiser: ConditionedNetwork;
  readonly #critic?: ConditionedNetwork;
  readonly #teacher: Required<Teacher>;
  readonly #conditions: Conditions;
  readonly #loss = adversarialLoss('gan');
  readonly #latentDim: number;
  readonly #bins: number;
  readonly #watch = new StudentWatch();
  readonly #penalties: readonly CriticPenalty[];
  readonly #generator: Descent<Draw>;
  readonly #passes: DescentOptions;
  readonly #others: Record<string, NetworkOptimizer>;
  /** By the names of the penalties that are added to the critic's loss. */
  readonly #descents = new Map<string, Descent<Draw>>();

  constructor(models: DistilNetworks, teacher: Teacher, schedule: NoiseSchedule, options: DistilOptions, team: Team) {
    const { steps, ...choices } = (this.#choices = distilChoices(options, models));
    const { generator, fake, critic } = distilPlayers(models, schedule, options);
    this.#student = new Student(generator, schedule);
    this.#denoiser = fake;
    this.#critic = critic;
    this.#teacher = checkedTeacher(teacher, options);
    this.#conditions = new Conditions('distil', [generator, fake, ...(critic ? [critic] : [])], options);
    this.#latentDim = models.generator.inputs[1].shape[1] as number;
    this.#penalties = criticPenalties(choices);
    this.networks = {
      generator: new TrainedNetwork(models.generator),
      fake: new TrainedNetwork(models.fake),
      ...(models.critic && { critic: new TrainedNetwork(models.critic) }),
    };
    this.batchesPerStep = choices.fakeSteps;
    const shares = choices.accumulate;
    this.#passes = passesOf(options, team, {
      networks: [generator, fake, ...(critic ? [critic] : [])],
      blocks: distilBlocks(models, schedule, options),
    });
    this.rows = this.#passes.rows;
    this.#bins = levelBins((options.batch ?? DEFAULT_BATCH) / shares);
    this.#others = optimizersOf(critic ? ['fake', 'critic'] : ['fake'], {
      ...{ ...choices, steps },
      updatesPerStep: choices.fakeSteps,
    });
    const own = optimizersOf(['generator'], { ...choices, steps });
    this.#generator = new Descent(own, this.#passes, (vectors, draw) => this.#generatorPass(vectors, draw));
    this.settings = {
      ...{ task: 'distil', schedule: [...schedule.beta], ...choices },
      ...{ generator: describeNetwork(models.generator), fake: describeNetwork(models.fake) },
      ...(models.critic && { critic: describeNetwork(models.critic) }),
      teacher: describedTeacher(this.#teacher),
    };
  }

  moves({ step, key, examples }: StepContext) {
    const { fakeSteps } = this.#choices;
    const inputsOf = (batch: number, own: Key) => (share: number) =>
      this.#draw(examples(batch, share), ofShare(own, share));
    const others = Array.from({ length: fakeSteps }, (_, i) => {
      const count = (step - 1) * fakeSteps + i + 1;
      return this.#otherOf(count).moves(count, inputsOf(i, foldIn(key, streams.distil.updates + 1 + i)));
    });
    const last = inputsOf(fakeSteps - 1, foldIn(key, streams.distil.updates));
    return [...others.flat(), ...this.#generator.moves(step, last)];
  }

  watch: TrainingTask['watch'] = (outcome, step) => this.#watch.observe(outcome, step);

  readonly validation = new Validation(
    (examples, key) => this.#draw(examples, key, false),
    ({ generator, fake, critic }, draw) => {
      const x0 = this.#samples(generator.average, draw);
      return this.networks.fake.with(fake.average, () => ({
        fake: this.#fakeLoss(x0, draw, false),
        ...(critic &&
          this.networks.critic!.with(critic.average, () => ({
            critic: tf.mean(this.#criticLosses(x0, draw, false).losses),
          }))),
      }));
    },
  );

  /** Draws an update: the levels of neighbouring rows lie in different bins, so that each bin is seen alike. */
  #draw(examples: Examples, key: Key, training = true): Draw {
    const { rows, values, shape } = examples;
    const ofOne = shape.slice(1);
    const of = (stream: keyof typeof streams.distil) => foldIn(key, streams.distil[stream]);
    const earlier = earlierCalls(rows.batch, this.#student.schedule.steps);
    const range = { levels: this.#choices.levels, steps: this.#teacher.schedule.steps, bins: this.#bins };
    return {
      ...this.#conditions.inputs(examples, of('conditions'), training),
      xT: rows.normal(of('start'), ofOne),
      z: rows.normal(of('latents'), [this.#latentDim]),
      ...(earlier > 0 && {
        chainZ: rows.normal(of('earlierLatents'), [this.#latentDim], earlier),
        chainNoise: rows.normal(of('earlierNoise'), ofOne, earlier),
      }),
      s: tf.tensor1d(rows.of(noiseLevels(of('levels'), rows.batch, range)), 'int32'),
      noise: rows.normal(of('noise'), ofOne),
      ...(this.#critic && { real: tf.tidy(() => tf.tensor(values, shape)) }),
    };
  }

  /** Samples of the student with the weights in `parameters`. */
  #samples(parameters: tf.Tensor1D, draw: Draw): tf.Tensor {
    return this.networks.generator.with(parameters, () => {
      const xt = this.#student.inputs(draw, draw);
      return this.#student.denoise(xt, draw, draw);
    });
  }

  #generatorPass({ generator, fake, critic }: Vectors, draw: Draw): Pass {
    const { adversarial } = this.#choices;
    const { s, noise } = draw;
    const { schedule } = this.#teacher;
    const xt = this.networks.generator.with(generator.parameters, () => this.#student.inputs(draw, draw));
    const x0 = this.networks.generator.with(generator.parameters, () => this.#student.denoise(xt, draw, draw));
    const gradientOf = () => this.networks.fake.with(fake.parameters, () => this.#gradient(x0, draw));
    const withCritic = <T>(compute: () => T) =>
      critic ? this.networks.critic!.with(critic.parameters, compute) : compute();
    const { gradient: pull, measures } = withCritic(gradientOf);
    const { value, gradient } = withCritic(() =>
      this.networks.generator.gradient(generator.parameters, () => {
        const again = this.#student.denoise(xt, draw, draw);
        const pulled = tf.mean<tf.Scalar>(tf.mul(pull, again)); // its gradient by x̂0 is `pull`, up to the mean
        if (adversarial === 0) return pulled;
        const logits = this.#opinion(qSample(schedule, again, s, { noise }), draw);
        return tf.add<tf.Scalar>(pulled, tf.mul(adversarial, tf.mean(this.#loss.generatorLoss(logits))));
      }),
    );
    return {
      gradients: { generator: gradient },
      losses: { generator: value },
      measures,
    };
  }

  /** The divergence's gradient by the samples x0, how far teacher and fake denoiser are apart, and from what they should predict. */
  #gradient(x0: tf.Tensor, draw: Draw): { gradient: tf.Tensor; measures: Record<string, tf.Scalar> } {
    const { divergence, weighting } = this.#choices;
    const { model, schedule, predicts } = this.#teacher;
    const { s, noise } = draw;
    const xs = qSample(schedule, x0, s, { noise });
    const position = gather(schedule.positions, s, 1);
    const teacher = callModel(model, [xs, position, ...(draw.label && this.#denoiser.hasLabel ? [draw.label] : [])]);
    const fake = this.#denoiser.call([xs, position], draw, false);
    const logits = divergence === 'rkl' ? undefined : this.#opinion(xs, draw, false);
    const gradient = distillationGradient(
      { xs, x0, s, teacher, fake, logits },
      { schedule, predicts, divergence, weighting, bins: this.#bins, team: this.#passes },
    );
    const target = targetOf(predicts, schedule, x0, { t: s, noise, xt: xs });
    const errorOf = (output: tf.Tensor) => tf.mean<tf.Scalar>(tf.square(tf.sub(output, target)));
    const measures = {
      'generator.distance': tf.mean<tf.Scalar>(tf.abs(tf.sub(teacher, fake))),
      ...{ 'fake.error': errorOf(fake), 'teacher.error': errorOf(teacher) },
    };
    return { gradient, measures };
  }

  /** The critic's logits of diffused images. */
  #opinion(xs: tf.Tensor, draw: Draw, training = true): tf.Tensor1D {
    const position = gather(this.#teacher.schedule.positions, draw.s, 1);
    return this.#critic!.call([xs, tf.zerosLike(xs), position], draw, training) as tf.Tensor1D;
  }

  /** The update of the fake denoiser, and the critic, that is number `count` of the run. */
  #otherOf(count: number): Descent<Draw> {
    const due = this.#penalties.filter(({ every }) => (count - 1) % every === 0);
    const names = due.map(({ name }) => name).join();
    let descent = this.#descents.get(names);
    if (!descent) {
      descent = new Descent(this.#others, this.#passes, (vectors, draw) => this.#otherPass(vectors, draw, due));
      this.#descents.set(names, descent);
    }
    return descent;
  }

  #otherPass({ generator, fake, critic }: Vectors, draw: Draw, penalties: readonly CriticPenalty[]): Pass {
    const x0 = this.#samples(generator.parameters, draw);
    const ofFake = this.networks.fake.gradient(fake.parameters, () => this.#fakeLoss(x0, draw, true));
    const found = { gradients: { fake: ofFake.gradient }, losses: { fake: ofFake.value } };
    if (!critic) return found;
    const ofCritic = this.networks.critic!.gradient(critic.parameters, () => {
      const { losses, xReal, xFake, real, fakes } = this.#criticLosses(x0, draw, true);
      const inputs = { real: xReal, fake: xFake, u: tf.zerosLike(losses) };
      const parts = penalties.map((penalty) => penalty.value((xs) => this.#opinion(xs, draw), inputs));
      const measures = {
        'critic.real': tf.mean<tf.Scalar>(real),
        'critic.fake': tf.mean<tf.Scalar>(fakes),
        'critic.separation': tf.mean<tf.Scalar>(tf.cast(tf.greater(real, fakes), 'float32')),
      };
      return { value: tf.addN([tf.mean<tf.Scalar>(losses), ...parts]), measures };
    });
    return {
      gradients: { ...found.gradients, critic: ofCritic.gradient },
      losses: { ...found.losses, critic: ofCritic.value },
      measures: ofCritic.measures,
    };
  }

  /** L_simple of the fake denoiser on samples. */
  #fakeLoss(x0: tf.Tensor, draw: Draw, training: boolean): tf.Scalar {
    const { schedule, predicts } = this.#teacher;
    const model = (xs: tf.Tensor, position: tf.Tensor) => this.#denoiser.call([xs, position], draw, training);
    return tf.mean(simpleLoss(model, schedule, x0, { t: draw.s, noise: draw.noise, predicts }));
  }

  #criticLosses(x0: tf.Tensor, draw: Draw, training: boolean) {
    const { schedule } = this.#teacher;
    const { s, noise } = draw;
    const [xReal, xFake] = [draw.real!, x0].map((images) => qSample(schedule, images, s, { noise }));
    const [real, fakes] = [xReal, xFake].map((xs) => this.#opinion(xs, draw, training));
    return { losses: this.#loss.criticLoss(real, fakes), xReal, xFake, real, fakes };
  }
}

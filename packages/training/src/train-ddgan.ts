import * as tf from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { adversarialLoss, r1Penalty } from '@diffgan/fgan-losses';
import { qSamplePair, samplePosterior } from '@diffgan/objectives';
import { adamUpdate, callModel, gather, type Key, normal, randintArray, split } from '@diffgan/ops';
import type { NoiseSchedule } from '@diffgan/schedule';
import { modelConfig } from '@diffgan/unet';
import { adam, type AdamOptions } from './adam.ts';
import { checkNumber } from './check-number.ts';
import { cosineDecay } from './cosine-decay.ts';
import {
  DEFAULT_BATCH,
  type TrainEvent,
  type TrainingTask,
  trainLoop,
  type TrainOptions,
  type TrainResult,
} from './train-loop.ts';
import { TrainedNetwork } from './trained-network.ts';
import type { Update } from './train-state.ts';

/** The two networks of a denoising diffusion GAN, made by `ddganGenerator` and `ddganDiscriminator`. Trained in place. */
export interface DdganNetworks {
  /** x̂0 from `[xt, z, position]`. */
  generator: LayersModel;
  /** Logit from `[xPrev, xt, position]`. */
  critic: LayersModel;
}

/** Options of {@link trainDdgan}. */
export interface TrainDdganOptions extends TrainOptions {
  /** Initial learning rates; both fall on half a cosine to `finalLearningRate`. @defaultValue `{ generator: 1e-3, critic: 5e-4 }` */
  learningRate?: { generator: number; critic: number };
  /** Learning rate at the end of the run. @defaultValue 1e-5 */
  finalLearningRate?: number;
  /** Adam's options for both networks. @defaultValue `{ beta1: 0.5, beta2: 0.9 }` */
  adam?: AdamOptions;
  /** R1 penalty on real pairs: its weight, and every how many steps it is evaluated. @defaultValue `{ gamma: 0.2, every: 10 }` */
  r1?: { gamma: number; every: number };
  /**
   * Weight of the mean squared error of x̂0 in the generator's loss. It shows the generator the way long before the critic can, which
   * makes short runs much better; too much of it blurs. Not in the paper; Phung, Dao, Tran 2023 (arXiv:2211.16152) add an L1 error.
   *
   * @defaultValue 0
   */
  reconstruction?: number;
  /** Decay of the running average of the weights. @defaultValue 0.999 */
  emaDecay?: number;
}

/**
 * Trains a denoising diffusion GAN (Xiao et al. 2022): the critic learns to tell pairs (x_{t−1}, x_t) of the forward process from pairs
 * whose x_{t−1} is drawn from q(x_{t−1} | x_t, x̂0), x̂0 = G(x_t, z, t); the generator learns to fool it. The adversarial loss is the
 * non-saturating GAN's; R1 is evaluated every few steps only, with the same weight (the critic stays nearly flat in between).
 *
 * @param networks - trained in place; they stay the caller's.
 * @param schedule - steps of the diffusion, few: 4 is usual.
 * @returns an async generator of events, which starts with its first `next`. Its return value holds the averaged weights of both networks;
 *   take it with `run` of `@diffgan/samplers`, since `for await` drops it undisposed.
 * @throws RangeError or TypeError naming the option that is wrong; TrainingDivergedError if a loss or weight is not finite; FileFormatError
 *   if the checkpoint is damaged; the signal's reason on abort (the checkpoint is saved first).
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
  return trainLoop(() => ddganTask(networks, schedule, options), options);
}

function ddganTask(models: DdganNetworks, schedule: NoiseSchedule, options: TrainDdganOptions): TrainingTask {
  const choices = checkedChoices(options);
  const settings = { task: 'ddgan', schedule: [...schedule.beta], ...configsOf(models, options), ...choices };
  const { learningRate, finalLearningRate, r1, reconstruction, emaDecay } = choices;
  const optimizer = adam(choices.adam);
  const networks = { generator: new TrainedNetwork(models.generator), critic: new TrainedNetwork(models.critic) };
  const ratesAt = (start: number, count: number) => {
    const rate = cosineDecay(count - 1, { start, end: finalLearningRate, steps: options.steps });
    return optimizer.rates({ count, learningRate: rate, emaDecay });
  };
  const { draw, denoise, toPrevious, score } = denoisingGame(models, schedule);
  const loss = adversarialLoss('gan');

  const criticLoss = (pair: Pair, fake: tf.Tensor, gamma: number): tf.Scalar => {
    const adversarial = tf.mean<tf.Scalar>(loss.criticLoss(score(pair.xPrev, pair), score(fake, pair)));
    if (gamma === 0) return adversarial;
    return tf.add(adversarial, tf.mean(r1Penalty((x) => score(x, pair), pair.xPrev, { gamma })));
  };
  const generatorLoss = (pair: Pair): tf.Scalar => {
    const x0Hat = denoise(pair);
    const adversarial = tf.mean<tf.Scalar>(loss.generatorLoss(score(toPrevious(x0Hat, pair), pair)));
    if (reconstruction === 0) return adversarial;
    return tf.add(adversarial, tf.mul(reconstruction, tf.mean(tf.square(tf.sub(x0Hat, pair.x0)))));
  };

  const updateWith =
    (gamma: number): Update =>
    ({ generator, critic }, inputs) => {
      const [x0, ...rest] = inputs;
      const [first, second] = [rest.slice(0, 5), rest.slice(5, 10)].map((drawn) => pairOf(x0, drawn));
      const [generatorRates, criticRates] = rest.slice(10) as tf.Tensor1D[];
      const fake = networks.generator.with(generator.parameters, () => toPrevious(denoise(first), first));
      const c = networks.critic.gradient(critic.parameters, () => criticLoss(first, fake, gamma));
      const nextCritic = adamUpdate(critic, c.gradient, criticRates);
      const g = networks.critic.with(nextCritic.parameters, () =>
        networks.generator.gradient(generator.parameters, () => generatorLoss(second)),
      );
      const nextGenerator = adamUpdate(generator, g.gradient, generatorRates);
      return {
        vectors: { generator: nextGenerator, critic: nextCritic },
        losses: { critic: c.value, generator: g.value },
      };
    };
  const [plain, regularised] = [updateWith(0), updateWith(r1.gamma)];

  const prepare: TrainingTask['prepare'] = (x0, { key, count }) => ({
    update: (count - 1) % r1.every === 0 ? regularised : plain,
    inputs: [
      x0,
      ...split(key).flatMap((k) => draw(x0, k)),
      ratesAt(learningRate.generator, count),
      ratesAt(learningRate.critic, count),
    ],
  });
  return { networks, settings, prepare };
}

/** The options that shape the course of training, with their defaults. */
function checkedChoices({
  learningRate = { generator: 1e-3, critic: 5e-4 },
  finalLearningRate = 1e-5,
  adam: adamOptions = { beta1: 0.5, beta2: 0.9 },
  r1 = { gamma: 0.2, every: 10 },
  reconstruction = 0,
  emaDecay = 0.999,
}: TrainDdganOptions) {
  checkNumber('trainDdgan: learningRate.generator', learningRate.generator, { min: 0 });
  checkNumber('trainDdgan: learningRate.critic', learningRate.critic, { min: 0 });
  checkNumber('trainDdgan: finalLearningRate', finalLearningRate, { min: 0 });
  checkNumber('trainDdgan: r1.gamma', r1.gamma, { min: 0 });
  checkNumber('trainDdgan: r1.every', r1.every, { min: 1, integer: true });
  checkNumber('trainDdgan: reconstruction', reconstruction, { min: 0 });
  checkNumber('trainDdgan: emaDecay', emaDecay, { min: 0, below: 1 });
  return { learningRate, finalLearningRate, adam: adamOptions, r1, reconstruction, emaDecay };
}

function configsOf({ generator, critic }: DdganNetworks, { batch = DEFAULT_BATCH }: TrainDdganOptions) {
  const configs = { generator: modelConfig(generator), critic: modelConfig(critic) };
  if (configs.generator.kind !== 'ddgan-generator')
    throw new TypeError(`trainDdgan: generator is a ${configs.generator.kind}; make it with ddganGenerator`);
  if (configs.critic.kind !== 'ddgan-discriminator')
    throw new TypeError(`trainDdgan: critic is a ${configs.critic.kind}; make it with ddganDiscriminator`);
  const { stddevGroup } = configs.critic;
  if (batch % Math.min(batch, stddevGroup) !== 0)
    throw new RangeError(
      `trainDdgan: batch is ${batch}; the critic compares groups of ${stddevGroup} (stddevGroup), so use a multiple of it`,
    );
  return configs;
}

/** A draw from the forward process and what the networks need besides: all that is random in half a step. */
interface Pair {
  x0: tf.Tensor;
  xPrev: tf.Tensor;
  xt: tf.Tensor;
  /** Steps, int32 [B]. */
  t: tf.Tensor1D;
  z: tf.Tensor;
  /** Of the posterior that makes the fake x_{t−1}. */
  noise: tf.Tensor;
}

const pairOf = (x0: tf.Tensor, [xPrev, xt, t, z, noise]: tf.Tensor[]): Pair => ({
  ...{ x0, xPrev, xt, t: t as tf.Tensor1D, z, noise },
});

/** The moves of the game: a real pair, x̂0 for its x_t, a fake x_{t−1} from that, and the critic's opinion. */
function denoisingGame({ generator, critic }: DdganNetworks, schedule: NoiseSchedule) {
  const latentDim = generator.inputs[1].shape[1] as number;
  const positionOf = (t: tf.Tensor1D) => gather(schedule.positions, t, 1) as tf.Tensor1D;
  /** The tensors of a {@link Pair} besides x0. */
  const draw = (x0: tf.Tensor4D, key: Key): tf.Tensor[] => {
    const [tKey, pairKey, zKey, posteriorKey] = split(key, 4);
    const batch = x0.shape[0];
    const t = randintArray(tKey, batch, 1, schedule.steps + 1);
    const { xPrev, xt } = qSamplePair(schedule, x0, t, { key: pairKey });
    return [xPrev, xt, tf.tensor1d(t, 'int32'), normal(zKey, [batch, latentDim]), normal(posteriorKey, x0.shape)];
  };
  const denoise = ({ xt, t, z }: Pair): tf.Tensor => callModel(generator, [xt, z, positionOf(t)], { training: true });
  const toPrevious = (x0Hat: tf.Tensor, { xt, t, noise }: Pair): tf.Tensor =>
    samplePosterior(schedule, x0Hat, t, { xt, noise });
  const score = (xPrev: tf.Tensor, { xt, t }: Pair): tf.Tensor1D =>
    callModel(critic, [xPrev, xt, positionOf(t)], { training: true }) as tf.Tensor1D;
  return { draw, denoise, toPrevious, score };
}

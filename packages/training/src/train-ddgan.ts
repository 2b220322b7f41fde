import * as tf from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { adversarialLoss, r1Penalty } from '@diffgan/fgan-losses';
import { qSamplePair, samplePosterior } from '@diffgan/objectives';
import { callModel, gather, type Key, normal, randintArray, split } from '@diffgan/ops';
import type { NoiseSchedule } from '@diffgan/schedule';
import { modelConfig } from '@diffgan/unet';
import { adam, type AdamOptions } from './adam.ts';
import { cosineDecay } from './cosine-decay.ts';
import { type TrainEvent, trainLoop, type TrainOptions, type TrainResult } from './train-loop.ts';
import { TrainedNetwork } from './trained-network.ts';

/** The two networks of a denoising diffusion GAN, made by `ddganGenerator` and `ddganDiscriminator`. Trained in place. */
export interface DdganNetworks {
  generator: LayersModel;
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
  /** Decay of the running average of the weights. @defaultValue 0.999 */
  emaDecay?: number;
}

/**
 * Trains a denoising diffusion GAN (Xiao et al. 2022): the critic learns to tell pairs (x_{t−1}, x_t) of the forward process from pairs
 * whose x_{t−1} is drawn from q(x_{t−1} | x_t, x̂0), x̂0 = G(x_t, z, t); the generator learns to fool it.
 *
 * @returns an async generator of events; its return value holds the averaged weights. The models are trained in place and stay the
 *   caller's.
 * @throws TrainingDivergedError if a loss is not finite; the signal's reason on abort (the checkpoint is saved first).
 * @example
 * ```ts
 * const { generator: g, discriminator: d } = presets['fashion-mnist-tiny'];
 * const networks = { generator: ddganGenerator(g), critic: ddganDiscriminator(d) };
 * for await (const event of trainDdgan(networks, vpSchedule(4), { data: await fashionMnist(), steps: 1000 }))
 *   if (event.type === 'step') console.log(event.step, event.losses);
 * ```
 */
export function trainDdgan(
  { generator, critic }: DdganNetworks,
  schedule: NoiseSchedule,
  options: TrainDdganOptions,
): AsyncGenerator<TrainEvent, TrainResult> {
  const { learningRate = { generator: 1e-3, critic: 5e-4 }, finalLearningRate = 1e-5, steps } = options;
  const { adam: adamOptions = { beta1: 0.5, beta2: 0.9 }, r1 = { gamma: 0.2, every: 10 }, emaDecay = 0.999 } = options;
  const networks = {
    generator: new TrainedNetwork(generator, adam(adamOptions), emaDecay),
    critic: new TrainedNetwork(critic, adam(adamOptions), emaDecay),
  };
  const rate = (name: keyof typeof networks, count: number) =>
    cosineDecay(count - 1, { start: learningRate[name], end: finalLearningRate, steps });
  const { draw, denoise, score } = denoisingGame({ generator, critic }, schedule);
  const loss = adversarialLoss('gan');

  const criticStep = (x0: tf.Tensor4D, key: Key, gamma: number) => {
    const pair = draw(x0, key);
    const fake = denoise(pair);
    return tf.variableGrads(() => {
      const adversarial = tf.mean(loss.criticLoss(score(pair.xPrev, pair), score(fake, pair)));
      if (gamma === 0) return adversarial as tf.Scalar;
      return tf.add(adversarial, tf.mean(r1Penalty((x) => score(x, pair), pair.xPrev, { gamma })));
    }, networks.critic.variables);
  };
  const generatorStep = (x0: tf.Tensor4D, key: Key) => {
    const pair = draw(x0, key);
    return tf.variableGrads(
      () => tf.mean(loss.generatorLoss(score(denoise(pair), pair))),
      networks.generator.variables,
    );
  };
  return trainLoop(
    {
      networks,
      settings: {
        task: 'ddgan',
        schedule: [...schedule.beta],
        generator: modelConfig(generator),
        critic: modelConfig(critic),
        ...{ learningRate, finalLearningRate, adam: adamOptions, r1, emaDecay },
      },
      step: (x0, { key, count }) => {
        const [criticKey, generatorKey] = split(key);
        const c = criticStep(x0, criticKey, (count - 1) % r1.every === 0 ? r1.gamma : 0);
        networks.critic.descend(c.grads, { count, learningRate: rate('critic', count) });
        const g = generatorStep(x0, generatorKey);
        networks.generator.descend(g.grads, { count, learningRate: rate('generator', count) });
        return { critic: c.value, generator: g.value };
      },
    },
    options,
  );
}

/** A draw from the forward process and what the networks need besides. */
interface Pair {
  t: Int32Array;
  xPrev: tf.Tensor;
  xt: tf.Tensor;
  position: tf.Tensor1D;
  z: tf.Tensor;
  posteriorKey: Key;
}

/** The three moves of the game: a real pair, a fake x_{t−1} for its x_t, and the critic's opinion. */
function denoisingGame({ generator, critic }: DdganNetworks, schedule: NoiseSchedule) {
  const latentDim = generator.inputs[1].shape[1] as number;
  return {
    draw(x0: tf.Tensor4D, key: Key): Pair {
      const [tKey, pairKey, zKey, posteriorKey] = split(key, 4);
      const batch = x0.shape[0];
      const t = randintArray(tKey, batch, 1, schedule.steps + 1);
      const { xPrev, xt } = qSamplePair(schedule, x0, t, { key: pairKey });
      return {
        t,
        xPrev,
        xt,
        position: gather(schedule.positions, t, 1) as tf.Tensor1D,
        z: normal(zKey, [batch, latentDim]),
        posteriorKey,
      };
    },
    denoise({ t, xt, position, z, posteriorKey }: Pair): tf.Tensor {
      const x0Hat = callModel(generator, [xt, z, position], { training: true });
      return samplePosterior(schedule, x0Hat, t, { xt, key: posteriorKey });
    },
    score(xPrev: tf.Tensor, { xt, position }: Pair): tf.Tensor1D {
      return callModel(critic, [xPrev, xt, position], { training: true }) as tf.Tensor1D;
    },
  };
}

import * as tf from '@tensorflow/tfjs-core';
import { predict, qSamplePair, samplePosterior } from '@diffgan/objectives';
import { foldIn, gather, type Key, split, uniformArray } from '@diffgan/ops';
import type { NoiseSchedule } from '@diffgan/schedule';
import type { ConditionedNetwork, ConditionInputs } from './conditions.ts';
import { augmentForCritic, type CriticAugmentation, drawCriticAugmentation } from './critic-augmentation.ts';
import { streams } from './streams.ts';
import type { Examples } from './training-data.ts';

/** Ways of training that show what the parts of a denoising diffusion GAN are good for (Xiao et al. 2022, section 5.2). */
export interface DdganAblations {
  /** The critic compares x̂0 with x0, given x_t, instead of draws of x_{t−1}. @defaultValue `false` */
  directDenoising?: boolean;
  /** The generator gives the noise in x_t, and x̂0 follows from it; its output must not be bounded. @defaultValue `false` */
  noiseGeneration?: boolean;
  /** The latent is 0, so that x̂0 is a function of x_t. @defaultValue `false` */
  noLatent?: boolean;
  /**
   * A generator that makes x̂0 from noise in one go (x_t ~ N(0, I), t = T); data and x̂0 are diffused to x_{t−1}, t uniform, before the critic
   * sees them, with 0 in the place of x_t. @defaultValue `false`
   */
  oneShotAug?: boolean;
}

/** All that is random in half a step, and what the networks are told besides. */
export type Draw = ConditionInputs &
  Partial<CriticAugmentation> & {
    x0: tf.Tensor;
    /** What the critic sees of the data: x_{t−1} of the forward process, or what an ablation puts in its place. */
    xPrev: tf.Tensor;
    xt: tf.Tensor;
    /** Steps, int32 [B]. */
    t: tf.Tensor1D;
    z: tf.Tensor;
    /** Of the posterior that makes the fake x_{t−1}. */
    noise: tf.Tensor;
    /** Shares of the data in the mixtures of a gradient penalty, [B]. */
    u: tf.Tensor1D;
  };

/** The game's networks. */
export interface Players {
  generator: ConditionedNetwork;
  critic: ConditionedNetwork;
}

/** The moves of the game: a real pair, x̂0 for its x_t, a fake x_{t−1} from that, and the critic's opinion. */
export class DdganGame {
  readonly #latentDim: number;

  constructor(
    readonly players: Players,
    readonly schedule: NoiseSchedule,
    readonly ablations: DdganAblations & { criticAugment?: number } = {},
  ) {
    const { directDenoising, noiseGeneration, oneShotAug } = ablations;
    if (oneShotAug && (directDenoising || noiseGeneration))
      throw new RangeError(
        `trainDdgan: oneShotAug and ${directDenoising ? 'directDenoising' : 'noiseGeneration'} are both true; the generator of ` +
          'oneShotAug sees no x_t of the data, so choose one of them',
      );
    this.#latentDim = players.generator.model.inputs[1].shape[1] as number;
  }

  /** The key of the steps of half a step. */
  timestepKey(key: Key): Key {
    return split(key, 4)[0];
  }

  /** Draws half a step, at the steps `t` of the examples. */
  draw({ rows, values, shape }: Examples, t: Int32Array, conditions: ConditionInputs, key: Key, training = true): Draw {
    const { schedule, ablations } = this;
    const { criticAugment = 0 } = ablations;
    const [, pairKey, zKey, posteriorKey] = split(key, 4);
    const x0 = tf.tensor(values, shape);
    const [batch, ...ofOne] = shape;
    const [noise1, noise2] = split(pairKey).map((own) => rows.normal(own, ofOne));
    const pair = qSamplePair(schedule, x0, t, { noise1, noise2 });
    return {
      ...conditions,
      x0,
      xPrev: ablations.directDenoising ? tf.clone(x0) : pair.xPrev,
      xt: ablations.oneShotAug ? rows.normal(pairKey, ofOne) : pair.xt,
      t: tf.tensor1d(t, 'int32'),
      z: ablations.noLatent ? tf.zeros([batch, this.#latentDim]) : rows.normal(zKey, [this.#latentDim]),
      noise: rows.normal(posteriorKey, ofOne),
      ...(training &&
        criticAugment > 0 &&
        drawCriticAugmentation(foldIn(key, streams.ddgan.augmentation), ofOne, { rows, probability: criticAugment })),
      u: tf.tensor1d(rows.of(uniformArray(foldIn(key, streams.ddgan.mixtures), rows.batch))),
    };
  }

  /** x̂0 of the generator. */
  denoise(draw: Draw, training = true): tf.Tensor {
    const { xt, t, z } = draw;
    const { schedule, ablations } = this;
    const { steps, positions } = schedule;
    const position = ablations.oneShotAug ? tf.fill(t.shape, positions[steps - 1]) : gather(positions, t, 1);
    const output = this.players.generator.call([xt, z, position], draw, training);
    return ablations.noiseGeneration ? predict('eps', schedule, output, { t, xt }).x0 : output;
  }

  /** What the critic sees of x̂0. */
  shown(x0Hat: tf.Tensor, { xt, t, noise }: Draw): tf.Tensor {
    const { schedule, ablations } = this;
    if (ablations.directDenoising) return x0Hat;
    if (!ablations.oneShotAug) return samplePosterior(schedule, x0Hat, t, { xt, noise });
    return qSamplePair(schedule, x0Hat, t, { noise1: noise, noise2: noise }).xPrev;
  }

  /** Logits [B]: how real the critic takes `xPrev` to be, given x_t. */
  score(xPrev: tf.Tensor, draw: Draw, training = true): tf.Tensor1D {
    const { xt, t } = draw;
    const given = this.ablations.oneShotAug ? tf.zerosLike(xt) : xt;
    const position = gather(this.schedule.positions, t, 1);
    const seen = [xPrev, given].map((images) => augmented(images, draw));
    return this.players.critic.call([...seen, position], draw, training) as tf.Tensor1D;
  }
}

/** What the critic sees of images, where a draw moves and cuts them. */
const augmented = (images: tf.Tensor, { rows, columns, kept }: Draw): tf.Tensor =>
  rows && columns && kept ? augmentForCritic(images, { rows, columns, kept }) : images;

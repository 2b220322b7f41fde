import * as tf from '@tensorflow/tfjs-core';
import { clipToImages, predict } from '@diffgan/objectives';
import { callModel, type Model } from '@diffgan/ops';
import { type NoiseSchedule, scheduleFromBetas } from '@diffgan/schedule';
import { modelConfig } from '@diffgan/unet';
import { type ChainParts, isImage } from './chain-parts.ts';

/** What a generator is sampled with. */
interface SampledGenerator {
  generator: Model;
  schedule: NoiseSchedule;
  latentDim: number;
}

/**
 * The generator as the sampler is to call it: what `trainDdgan` changed for an ablation holds for the samples, too, and the images of one
 * without bounds are clipped, as those of a denoiser are.
 */
export function ablatedGenerator(
  { network, sampling, ablations = {} }: Pick<ChainParts, 'network' | 'ablations' | 'sampling'>,
  schedule: NoiseSchedule,
): SampledGenerator {
  const { noLatent, noiseGeneration, oneShotAug } = ablations;
  const latentDim = Number(network.inputs[1].shape[1]);
  const clip = (sampling.clip ?? isImage(network)) && !isBounded(network);
  if (!noLatent && !noiseGeneration && !oneShotAug && !clip) return { generator: network, schedule, latentDim };
  const last = schedule.positions[schedule.steps - 1];
  const generator = (xt: tf.Tensor, z: tf.Tensor, position: tf.Tensor, ...labels: tf.Tensor[]) =>
    tf.tidy(() => {
      const latent = noLatent ? tf.zerosLike(z) : z;
      const seen = oneShotAug ? tf.fill(position.shape, last) : position;
      const output = callModel(network, [xt, latent, seen, ...labels]);
      if (!noiseGeneration) return clip ? clipToImages(output) : output;
      const t = tf.cast(tf.add<tf.Tensor1D>(position, 1), 'int32');
      return predict('eps', schedule, output, { t, xt, clip }).x0;
    });
  // one shot from noise: a chain of one step
  return { generator, schedule: oneShotAug ? scheduleFromBetas([1 - 1e-6]) : schedule, latentDim };
}

/** Whether a generator cannot leave (−1, 1). */
const isBounded = (network: ChainParts['network']): boolean => {
  const config = modelConfig(network);
  return config.kind === 'ddgan-generator' && config.tanh !== false;
};

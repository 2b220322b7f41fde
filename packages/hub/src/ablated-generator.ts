import * as tf from '@tensorflow/tfjs-core';
import { predict } from '@diffgan/objectives';
import { callModel, type Model } from '@diffgan/ops';
import { type NoiseSchedule, scheduleFromBetas } from '@diffgan/schedule';
import type { ChainParts } from './chain-parts.ts';

/** What a generator is sampled with. */
interface SampledGenerator {
  generator: Model;
  schedule: NoiseSchedule;
  latentDim: number;
}

/** The generator as the sampler is to call it: what `trainDdgan` changed for an ablation holds for the samples, too. */
export function ablatedGenerator(
  { network, ablations = {} }: Pick<ChainParts, 'network' | 'ablations'>,
  schedule: NoiseSchedule,
): SampledGenerator {
  const { noLatent, noiseGeneration, oneShotAug } = ablations;
  const latentDim = Number(network.inputs[1].shape[1]);
  if (!noLatent && !noiseGeneration && !oneShotAug) return { generator: network, schedule, latentDim };
  const last = schedule.positions[schedule.steps - 1];
  const generator = (xt: tf.Tensor, z: tf.Tensor, position: tf.Tensor, ...labels: tf.Tensor[]) =>
    tf.tidy(() => {
      const latent = noLatent ? tf.zerosLike(z) : z;
      const seen = oneShotAug ? tf.fill(position.shape, last) : position;
      const output = callModel(network, [xt, latent, seen, ...labels]);
      if (!noiseGeneration) return output;
      return predict('eps', schedule, output, { t: tf.cast(tf.add<tf.Tensor1D>(position, 1), 'int32'), xt }).x0;
    });
  // one shot from noise: a chain of one step
  return { generator, schedule: oneShotAug ? scheduleFromBetas([1 - 1e-6]) : schedule, latentDim };
}

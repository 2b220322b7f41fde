import * as tf from '@tensorflow/tfjs-core';
import { predict } from '@diffgan/objectives';
import { callModel } from '@diffgan/ops';
import { type NoiseSchedule, scheduleFromBetas } from '@diffgan/schedule';
import type { Drawable } from './drawable.ts';

/** What a generator is sampled with. */
interface Sampled {
  generator: Drawable['model'] | ((...inputs: tf.Tensor[]) => tf.Tensor);
  schedule: NoiseSchedule;
  latentDim: number;
}

/** The generator as the sampler is to call it: what `trainDdgan` changed for an ablation holds for the samples, too. */
export function ablatedGenerator({ model, ablations = {} }: Drawable, schedule: NoiseSchedule): Sampled {
  const { noLatent, noiseGeneration, oneShotAug } = ablations;
  const latentDim = model.inputs[1].shape[1] as number;
  if (!noLatent && !noiseGeneration && !oneShotAug) return { generator: model, schedule, latentDim };
  const last = schedule.positions[schedule.steps - 1];
  const generator = (xt: tf.Tensor, z: tf.Tensor, position: tf.Tensor, ...labels: tf.Tensor[]) =>
    tf.tidy(() => {
      const latent = noLatent ? tf.zerosLike(z) : z;
      const told = oneShotAug ? tf.fill(position.shape, last) : position;
      const output = callModel(model, [xt, latent, told, ...labels]);
      if (!noiseGeneration) return output;
      return predict('eps', schedule, output, { t: tf.cast(tf.add(position, 1), 'int32') as tf.Tensor1D, xt }).x0;
    });
  // one shot from noise: a chain of one step
  return { generator, schedule: oneShotAug ? scheduleFromBetas([1 - 1e-6]) : schedule, latentDim };
}

import * as tf from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { simpleLoss } from '@diffgan/objectives';
import { normal, randintArray, split } from '@diffgan/ops';
import type { NoiseSchedule } from '@diffgan/schedule';
import { modelConfig } from '@diffgan/unet';
import { adam, type AdamOptions } from './adam.ts';
import { cosineDecay } from './cosine-decay.ts';
import { type TrainEvent, trainLoop, type TrainOptions, type TrainResult } from './train-loop.ts';
import { TrainedNetwork } from './trained-network.ts';

/** Options of {@link trainDdpm}. */
export interface TrainDdpmOptions extends TrainOptions {
  /** Initial learning rate; it falls on half a cosine to `finalLearningRate`. @defaultValue 2e-4 */
  learningRate?: number;
  /** Learning rate at the end of the run. @defaultValue 1e-5 */
  finalLearningRate?: number;
  /** Adam's options. @defaultValue `{ beta1: 0.9, beta2: 0.999 }` */
  adam?: AdamOptions;
  /** Decay of the running average of the weights. @defaultValue 0.999 */
  emaDecay?: number;
}

/**
 * Trains a noise-predicting model by L_simple (Ho et al. 2020, algorithm 1 and eq. 14).
 *
 * @param model - made by `ddpmUnet`; trained in place, stays the caller's.
 * @returns an async generator of events; its return value holds the averaged weights under `denoiser`.
 * @throws TrainingDivergedError if the loss is not finite; the signal's reason on abort (the checkpoint is saved first).
 * @example
 * ```ts
 * const model = ddpmUnet(presets['fashion-mnist-tiny'].denoiser);
 * for await (const event of trainDdpm(model, linearSchedule(1000), { data: await fashionMnist(), steps: 1000 }))
 *   if (event.type === 'step') console.log(event.step, event.losses.denoiser);
 * ```
 */
export function trainDdpm(
  model: LayersModel,
  schedule: NoiseSchedule,
  options: TrainDdpmOptions,
): AsyncGenerator<TrainEvent, TrainResult> {
  const { learningRate = 2e-4, finalLearningRate = 1e-5, adam: adamOptions = {}, emaDecay = 0.999, steps } = options;
  const denoiser = new TrainedNetwork(model, adam(adamOptions), emaDecay);
  return trainLoop(
    {
      networks: { denoiser },
      settings: {
        task: 'ddpm',
        schedule: [...schedule.beta],
        model: modelConfig(model),
        ...{ learningRate, finalLearningRate, adam: adamOptions, emaDecay },
      },
      step: (x0, { key, count }) => {
        const [tKey, noiseKey] = split(key);
        const t = randintArray(tKey, x0.shape[0], 1, schedule.steps + 1);
        const noise = normal(noiseKey, x0.shape);
        const loss = () => tf.mean(simpleLoss(model, schedule, x0, { t, noise })) as tf.Scalar;
        const { value, grads } = tf.variableGrads(loss, denoiser.variables);
        const rate = cosineDecay(count - 1, { start: learningRate, end: finalLearningRate, steps });
        denoiser.descend(grads, { count, learningRate: rate });
        return { denoiser: value };
      },
    },
    options,
  );
}

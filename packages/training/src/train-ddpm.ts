import * as tf from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { simpleLoss } from '@diffgan/objectives';
import { adamUpdate, normal, randint, split } from '@diffgan/ops';
import type { NoiseSchedule } from '@diffgan/schedule';
import { modelConfig } from '@diffgan/unet';
import { adam, type AdamOptions } from './adam.ts';
import { checkNumber } from './check-number.ts';
import { cosineDecay } from './cosine-decay.ts';
import { type TrainEvent, type TrainingTask, trainLoop, type TrainOptions, type TrainResult } from './train-loop.ts';
import { TrainedNetwork } from './trained-network.ts';
import type { Update } from './train-state.ts';

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
 * @returns an async generator of events, which starts with its first `next`. Its return value holds the averaged weights under `denoiser`;
 *   take it with `run` of `@diffgan/samplers`, since `for await` drops it undisposed.
 * @throws RangeError or TypeError naming the option that is wrong; TrainingDivergedError if a loss or weight is not finite; FileFormatError
 *   if the checkpoint is damaged; the signal's reason on abort (the checkpoint is saved first).
 * @example
 * ```ts
 * const model = ddpmUnet(presets['fashion-mnist-tiny'].denoiser);
 * const training = trainDdpm(model, linearSchedule(1000), { data: await fashionMnist(), steps: 1000 });
 * const { averages } = await run(training, (event) => {
 *   if (event.type === 'step') console.log(event.step, event.losses.denoiser);
 * });
 * setParameters(model, averages.denoiser);
 * tf.dispose(averages);
 * ```
 */
export function trainDdpm(
  model: LayersModel,
  schedule: NoiseSchedule,
  options: TrainDdpmOptions,
): AsyncGenerator<TrainEvent, TrainResult> {
  return trainLoop(() => ddpmTask(model, schedule, options), options);
}

function ddpmTask(model: LayersModel, schedule: NoiseSchedule, options: TrainDdpmOptions): TrainingTask {
  const { learningRate = 2e-4, finalLearningRate = 1e-5, adam: adamOptions = {}, emaDecay = 0.999, steps } = options;
  checkNumber('trainDdpm: learningRate', learningRate, { min: 0 });
  checkNumber('trainDdpm: finalLearningRate', finalLearningRate, { min: 0 });
  checkNumber('trainDdpm: emaDecay', emaDecay, { min: 0, below: 1 });
  const config = modelConfig(model);
  if (config.kind !== 'ddpm-unet')
    throw new TypeError(`trainDdpm: the model is a ${config.kind}; make it with ddpmUnet`);
  const choices = { learningRate, finalLearningRate, adam: adamOptions, emaDecay };
  const settings = { task: 'ddpm', schedule: [...schedule.beta], model: config, ...choices };
  const denoiser = new TrainedNetwork(model);
  const optimizer = adam(adamOptions);

  const update: Update = ({ denoiser: vectors }, [x0, t, noise, rates]) => {
    const loss = (): tf.Scalar =>
      tf.mean(simpleLoss(model, schedule, x0, { t: t as tf.Tensor1D, noise, training: true }));
    const { value, gradient } = denoiser.gradient(vectors.parameters, loss);
    return {
      vectors: { denoiser: adamUpdate(vectors, gradient, rates as tf.Tensor1D) },
      losses: { denoiser: value },
    };
  };

  const prepare: TrainingTask['prepare'] = (x0, { key, count }) => {
    const [tKey, noiseKey] = split(key);
    const t = randint(tKey, [x0.shape[0]], { min: 1, max: schedule.steps + 1 });
    const rate = cosineDecay(count - 1, { start: learningRate, end: finalLearningRate, steps });
    const rates = optimizer.rates({ count, learningRate: rate, emaDecay });
    return { update, inputs: [x0, t, normal(noiseKey, x0.shape), rates] };
  };
  return { networks: { denoiser }, settings, prepare };
}

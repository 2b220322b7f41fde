import { predict } from '@diffgan/objectives';
import { callModel, type Model } from '@diffgan/ops';
import type { NoiseSchedule } from '@diffgan/schedule';
import type * as tf from '@tensorflow/tfjs-core';
import { checkPrediction } from './check-prediction.ts';
import type { ChainState } from './reverse-chain.ts';
import type { DiffusionSamplerOptions } from './sampler-options.ts';

/** x̂_0 and the ε̂ that belongs to it, from one call of the model at step t of a schedule. */
export function denoise(
  caller: string,
  model: Model,
  schedule: NoiseSchedule,
  { xt, steps, inputs }: Pick<ChainState, 'xt' | 'steps' | 'inputs'>,
  { predicts = 'eps', clip = true }: Pick<DiffusionSamplerOptions, 'predicts' | 'clip'>,
): { x0: tf.Tensor; eps: tf.Tensor } {
  const output = callModel(model, [xt, ...inputs]);
  checkPrediction(caller, output, xt);
  return predict(predicts, schedule, output, { t: steps, xt, clip });
}

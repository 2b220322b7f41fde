import type * as tf from '@tensorflow/tfjs-core';
import { predict } from '@diffgan/objectives';
import type { NoiseSchedule } from '@diffgan/schedule';
import { checkPrediction } from './check-prediction.ts';
import type { ChainState } from './reverse-chain.ts';
import type { DiffusionSamplerOptions } from './sampler-options.ts';

/** x̂_0 and the ε̂ that belongs to it, from one call of the model at step t of a schedule. */
export function denoise(
  caller: string,
  schedule: NoiseSchedule,
  { xt, steps, inputs, ask }: Pick<ChainState, 'xt' | 'steps' | 'inputs' | 'ask'>,
  options: Pick<DiffusionSamplerOptions, 'predicts' | 'clip'> & { rederiveEps?: boolean },
): { x0: tf.Tensor; eps: tf.Tensor } {
  const { predicts = 'eps', clip = true, rederiveEps = true } = options;
  const output = ask([xt, ...inputs]);
  checkPrediction(caller, output, xt);
  const { x0, eps } = predict(predicts, schedule, output, { t: steps, xt, clip });
  if (rederiveEps) return { x0, eps };
  return { x0, eps: predict(predicts, schedule, output, { t: steps, xt }).eps };
}

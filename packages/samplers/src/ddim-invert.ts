import * as tf from '@tensorflow/tfjs-core';
import type { Model } from '@diffgan/ops';
import type { NoiseSchedule } from '@diffgan/schedule';
import { denoise } from './denoise.ts';
import { chain } from './reverse-chain.ts';
import type { DiffusionSamplerOptions, SamplerStep } from './sampler-options.ts';

/** Options of {@link ddimInvert}. */
export type DdimInvertOptions<Samples extends tf.Tensor = tf.Tensor> = Pick<
  DiffusionSamplerOptions,
  'predicts' | 'clip' | 'cond' | 'signal' | 'preview'
> & {
  /** Data to encode, `[B, …]`, or their x_t if `from` is t. It is not disposed. */
  x0: Samples;
  /**
   * The step t whose x_t is given, below `until`.
   * @defaultValue `0`, data
   */
  from?: number;
  /**
   * The step t whose x_t is wanted.
   * @defaultValue T
   */
  until?: number;
};

/**
 * DDIM run backwards, from x_0 to the noise x_T that {@link ddimSampler} with η = 0 decodes to x_0, up to an error that falls with
 * the number of steps: x_t = √ᾱ_t x̂_0 + √(1 − ᾱ_t) ε̂ with x̂_0 and ε̂ predicted from x_{t−1}. T calls of the model, which for x_0 is
 * asked at its lowest noise level, t = 1.
 *
 * @param model as for {@link ddimSampler}
 * @param schedule the schedule to decode with
 * @param options `x0`, `from`, `until`, `predicts`, `clip` (`false` unless told), `cond`, `signal`, `preview`
 * @returns an async generator: one {@link SamplerStep} per step, t counting up from `from` + 1, then x_T, which the caller disposes.
 * Ending it early frees everything
 * @throws (at the first `next()`) RangeError if `from` or `until` is not a step or the shape of the model's output is wrong; the signal's
 * reason when aborted
 *
 * Source: Song, Meng, Ermon 2021 (arXiv:2010.02502), section 5.4; Dhariwal, Nichol 2021 (arXiv:2105.05233), appendix F.
 *
 * @example
 * ```ts
 * import { ddimInvert, run } from '@diffgan/samplers';
 * import { vpSchedule } from '@diffgan/schedule';
 * import * as tf from '@tensorflow/tfjs-core';
 *
 * const model = (xt: tf.Tensor) => tf.zerosLike(xt);
 * const xT = await run(ddimInvert(model, vpSchedule(100), { x0: tf.ones([1, 28, 28, 1]) })); // [1, 28, 28, 1]
 * ```
 */
export async function* ddimInvert<Samples extends tf.Tensor>(
  model: Model,
  schedule: NoiseSchedule,
  options: DdimInvertOptions<Samples>,
): AsyncGenerator<SamplerStep<Samples>, Samples> {
  const { x0, from = 0, until = schedule.steps, clip = false, ...rest } = options;
  if (!(Number.isInteger(until) && until >= 1 && until <= schedule.steps))
    throw new RangeError(`ddimInvert: until is ${until}; give a step from 1 to ${schedule.steps}`);
  if (!(Number.isInteger(from) && from >= 0 && from < until))
    throw new RangeError(`ddimInvert: from is ${from}; give a step from 0 to ${until - 1}`);
  // The network sees the state before the step, x_{t−1}, at the position of t − 1.
  const ladder = { steps: schedule.steps, positions: schedule.positions.map((_, i, p) => p[Math.max(0, i - 1)]) };
  const times = Array.from({ length: until - from }, (_, i) => from + i + 1);
  const steps = chain(
    { caller: 'ddimInvert', model, ladder },
    times,
    { ...rest, xT: x0 },
    ({ xt: x, t, inputs, ask }) => {
      const before = new Array<number>(x.shape[0]).fill(Math.max(1, t - 1));
      const prediction = denoise('ddimInvert', schedule, { xt: x, steps: before, inputs, ask }, { ...options, clip });
      const x0Hat = t === 1 ? x0 : prediction.x0;
      const [signal, sigma] = [schedule.alphaBar, schedule.oneMinusAlphaBar].map((a) => Math.sqrt(a[t - 1]));
      return { x0Hat, xPrev: tf.add(tf.mul(signal, x0Hat), tf.mul(sigma, prediction.eps)) };
    },
  );
  return yield* steps as AsyncGenerator<SamplerStep<Samples>, Samples>; // of the shape of x_0
}

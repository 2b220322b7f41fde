import type * as tf from '@tensorflow/tfjs-core';
import { samplePosterior } from '@diffgan/objectives';
import type { Model } from '@diffgan/ops';
import type { NoiseSchedule } from '@diffgan/schedule';
import { checkPrediction } from './check-prediction.ts';
import { type Compile, compiledChain } from './compiled-chain.ts';
import { reverseChain, type ReverseStep } from './reverse-chain.ts';
import type { SamplerOptions, SamplerStep, SampleShape, SamplesOf } from './sampler-options.ts';

/** Options of {@link ddganSampler}. */
export type DdganSamplerOptions<
  Shape extends SampleShape = SampleShape,
  Samples extends tf.Tensor = tf.Tensor,
> = SamplerOptions<Shape, Samples> & {
  /**
   * Length of the latent z.
   * @defaultValue that of the generator's second input, if it is a LayersModel; otherwise it must be given
   */
  latentDim?: number;
  /** The latent z of each step t, `[B, latentDim]`, instead of a draw; as `noise`, it is not disposed. */
  latent?: (t: number) => tf.Tensor;
  /**
   * `compile` of `@diffgan/runtime`: all T calls become one graph where the backend can do that. The graph is made for the first batch
   * of a shape and kept as long as the generator. Events come at the end, when all is computed, and `signal` is looked at before that
   * run and after it, not between its steps. Not used with `preview`.
   * @defaultValue step by step
   */
  compile?: Compile;
};

/**
 * Samples a denoising diffusion GAN: for t = T…1 draw z ~ N(0, I), predict x̂_0 = G(x_t, z, t) and draw
 * x_{t−1} ~ q(x_{t−1} | x_t, x̂_0); the x̂_0 of t = 1 is the sample. T calls of the generator.
 *
 * @param generator x̂_0 of the shape of x_t from `[x_t, z, position]`: z `[B, latentDim]`, position = t − 1 as float32 `[B]`; or
 * from `[x_t, z, position, cond]`
 * @param schedule the schedule it was trained with
 * @param options `shape` or `xT`, `key` or `keys`, `latentDim`, `cond`, `from`, `until`, `signal`, `preview`, `compile`
 * @returns an async generator: one {@link SamplerStep} per step, then the samples (of the range of the generator's output), which
 * the caller disposes. Ending it early frees everything
 * @throws (at the first `next()`) TypeError unless exactly one of `shape` and `xT` and at most one of `key` and `keys` is given;
 * RangeError if the shape, `latentDim` or the shape of the generator's output is wrong; the signal's reason when aborted
 *
 * Source: Xiao, Kreis, Vahdat 2022 (arXiv:2112.07804), section 3.2.
 *
 * @example
 * ```ts
 * import { key } from '@diffgan/ops';
 * import { ddganSampler, run } from '@diffgan/samplers';
 * import { vpSchedule } from '@diffgan/schedule';
 * import * as tf from '@tensorflow/tfjs-core';
 *
 * const generator = (xt: tf.Tensor, _z: tf.Tensor) => tf.tanh(xt);
 * const options = { shape: [4, 28, 28, 1], key: key(7), latentDim: 64 };
 * const samples = await run(ddganSampler(generator, vpSchedule(4), options)); // [4, 28, 28, 1]
 * ```
 */
export async function* ddganSampler<Shape extends SampleShape, Samples extends tf.Tensor = SamplesOf<Shape>>(
  generator: Model,
  schedule: NoiseSchedule,
  options: DdganSamplerOptions<Shape, Samples>,
): AsyncGenerator<SamplerStep<Samples>, Samples> {
  const latentDim = checkedLatentDim(options.latentDim ?? latentDimOf(generator));
  const step: ReverseStep = ({ xt, t, steps, inputs, ask, latent, noise }) => {
    const x0Hat = ask([xt, latent([xt.shape[0], latentDim]), ...inputs]);
    checkPrediction('ddganSampler', x0Hat, xt);
    const xPrev = t === 1 ? x0Hat : samplePosterior(schedule, x0Hat, steps, { xt, noise: noise() });
    return { x0Hat, xPrev };
  };
  const { compile } = options;
  const walk = { caller: 'ddganSampler', model: generator, ladder: schedule };
  if (compile === undefined || options.preview) return yield* reverseChain<Samples>(walk, options, step);
  return yield* compiledChain<Samples>({ ...walk, latentDim, step }, { ...options, compile });
}

/** The size a LayersModel declares for its second input; a plain function declares nothing. */
function latentDimOf(generator: Model): number | null | undefined {
  const { inputs } = generator as { inputs?: readonly { shape: readonly (number | null)[] }[] };
  return inputs?.[1]?.shape[1];
}

function checkedLatentDim(latentDim: number | null | undefined): number {
  if (Number.isSafeInteger(latentDim) && latentDim! > 0) return latentDim!;
  throw new RangeError(
    `ddganSampler: latentDim is ${latentDim}; give the length of the generator's latent z, a whole number ≥ 1`,
  );
}

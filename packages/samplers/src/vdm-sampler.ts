import * as tf from '@tensorflow/tfjs-core';
import { type Prediction, vdmStep } from '@diffgan/objectives';
import { foldIn, type Model, uniform } from '@diffgan/ops';
import { gammaToAlphaSigma } from '@diffgan/schedule';
import { derived, type RandomOptions } from './random-options.ts';
import { reverseChain } from './reverse-chain.ts';
import type { Clip, SamplerOptions, SamplerStep, SampleShape, SamplesOf } from './sampler-options.ts';
import { denoiseAt } from './sigma-ladder.ts';
import { streams } from './streams.ts';

/** Options of {@link vdmSampler}. */
export type VdmSamplerOptions<
  Shape extends SampleShape = SampleShape,
  Samples extends tf.Tensor = tf.Tensor,
> = SamplerOptions<Shape, Samples> & {
  /** T, the number of steps; the same model serves any. */
  steps: number;
  /**
   * What the model predicts.
   * @defaultValue `'eps'`
   */
  predicts?: Exclude<Prediction, 'mean'>;
  /**
   * Whether x̂_0 is clipped to [−1, 1], as in {@link DiffusionSamplerOptions}.
   * @defaultValue `false`
   */
  clip?: Clip;
  /**
   * How z_0 becomes pixels: their most likely levels, a draw from p(x | z_0), or not at all.
   * @defaultValue `'argmax'`
   */
  decode?: 'argmax' | 'draw' | 'none';
  /**
   * How many levels a pixel has; level k is the value 2(k + ½) / levels − 1.
   * @defaultValue `256`
   */
  levels?: number;
};

/**
 * Ancestral sampling of a variational diffusion model in T equal steps of its continuous time: with s = t − 1/T,
 * z_s = (α_s / α_t) (z_t − σ_t c ε̂) + σ_s √c ξ, c = 1 − e^{γ_s − γ_t}; then each pixel is the most likely level given z_0, or a draw.
 * T calls of the model.
 *
 * @param model the prediction `predicts` of the shape of z_t from `[z_t, γ_t]`, γ_t as float32 `[B]`, or `[z_t, γ_t, cond]`
 * @param gamma γ(t) = −log SNR of time t in [0, 1], increasing, e.g. `linearGamma()`
 * @param options `steps`, `decode`, `levels`, and those of {@link SamplerOptions}
 * @returns an async generator: one {@link SamplerStep} per step, then the samples, which the caller disposes: values of levels in
 * (−1, 1), or z_0 if `decode` is `'none'`. Ending it early frees everything
 * @throws (at the first `next()`) as {@link ddpmSampler}; RangeError if `steps`, `levels` or `decode` is wrong or γ does not increase
 *
 * Source: Kingma, Salimans, Poole, Ho 2021 (arXiv:2107.00630), eqs. 33–34 and section 3.3.
 *
 * @example
 * ```ts
 * import { key } from '@diffgan/ops';
 * import { run, vdmSampler } from '@diffgan/samplers';
 * import { linearGamma } from '@diffgan/schedule';
 * import * as tf from '@tensorflow/tfjs-core';
 *
 * const model = (zt: tf.Tensor) => tf.zerosLike(zt);
 * const options = { shape: [4, 28, 28, 1], steps: 50, key: key(7) };
 * const samples = await run(vdmSampler(model, linearGamma(), options)); // [4, 28, 28, 1]
 * ```
 */
export async function* vdmSampler<Shape extends SampleShape, Samples extends tf.Tensor = SamplesOf<Shape>>(
  model: Model,
  gamma: (t: number) => number,
  options: VdmSamplerOptions<Shape, Samples>,
): AsyncGenerator<SamplerStep<Samples>, Samples> {
  const { steps, decode = 'argmax', levels = 256, clip = false, until = 0 } = options;
  checkOptions(steps, decode, levels);
  const gammas = Float64Array.from({ length: steps + 1 }, (_, i) => gamma(i / steps));
  const ladder = { steps, positions: gammas.subarray(1) };
  const z = yield* reverseChain<Samples>(
    { caller: 'vdmSampler', model, ladder },
    options,
    ({ xt, t, inputs, ask, noise }) => {
      const step = vdmStep(gammas[t], gammas[t - 1]);
      const sigma = Math.exp(gammas[t] / 2); // of z_t / α_t
      const { x0, eps } = denoiseAt('vdmSampler', { xt, inputs, ask, sigma }, { ...options, clip });
      const mean = tf.mul(step.scale, tf.sub(xt, tf.mul(step.epsWeight, eps)));
      return { x0Hat: x0, xPrev: tf.add(mean, tf.mul(step.sigma, noise())) };
    },
  );
  if (decode === 'none' || until > 0) return z;
  const pixels = tf.tidy(() => {
    const x = tf.div(z, gammaToAlphaSigma(gammas[0]).alpha);
    return (decode === 'argmax' ? nearestLevel(x, levels) : drawnLevel(x, levels, gammas[0], options)) as Samples;
  });
  z.dispose();
  return pixels;
}

function checkOptions(steps: number, decode: string, levels: number): void {
  if (!(Number.isSafeInteger(steps) && steps >= 1))
    throw new RangeError(`vdmSampler: steps is ${steps}; give a whole number ≥ 1`);
  if (!(Number.isSafeInteger(levels) && levels >= 2))
    throw new RangeError(`vdmSampler: levels is ${levels}; give a whole number ≥ 2`);
  if (!['argmax', 'draw', 'none'].includes(decode))
    throw new RangeError(`vdmSampler: decode is '${decode}'; use one of argmax, draw, none`);
}

/** x(k) = 2(k + ½) / levels − 1. */
const levelValue = (k: tf.Tensor, levels: number) => tf.sub(tf.mul(2 / levels, tf.add(k, 0.5)), 1);

/** The logits −½ e^{−γ_0} (x − x(k))² are largest at the level nearest to x. NaN stays NaN: clipByValue would not keep it on WASM. */
function nearestLevel(x: tf.Tensor, levels: number): tf.Tensor {
  const k = tf.minimum(tf.maximum(tf.floor(tf.mul(levels / 2, tf.add(x, 1))), 0), levels - 1);
  return levelValue(k, levels);
}

/** A draw from softmax_k(−½ e^{−γ_0} (x − x(k))²): the largest logit once Gumbel noise is added. */
function drawnLevel(x: tf.Tensor, levels: number, gamma0: number, options: RandomOptions): tf.Tensor {
  const values = levelValue(tf.range(0, levels), levels);
  const logits = tf.mul(-0.5 * Math.exp(-gamma0), tf.square(tf.sub(tf.expandDims(x, -1), values)));
  const { key: one, keys } = derived(options, (k) => foldIn(foldIn(k, streams.start), streams.levels));
  const [, ...sample] = logits.shape;
  const range = { min: 2 ** -24, max: 1 };
  const u = keys ? tf.stack(keys.map((k) => uniform(k, sample, range))) : uniform(one!, logits.shape, range);
  const drawn = levelValue(tf.cast(tf.argMax(tf.sub(logits, tf.log(tf.neg(tf.log(u)))), -1), 'float32'), levels);
  // argMax has an answer for NaN, too.
  return tf.where(tf.isNaN(x), x, drawn);
}

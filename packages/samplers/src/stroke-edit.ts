import type { Tensor } from '@tensorflow/tfjs-core';
import { qSample } from '@diffgan/objectives';
import { foldIn, type Model, split } from '@diffgan/ops';
import type { NoiseSchedule } from '@diffgan/schedule';
import { ddpmSampler } from './ddpm-sampler.ts';
import { checkRandom, derived, drawNormal, type RandomOptions } from './random-options.ts';
import type { Sampler, SamplerOptions, SamplerStep } from './sampler-options.ts';
import { streams } from './streams.ts';

/** Options of the functions that decode with another sampler. */
export type DecodeOptions = RandomOptions &
  Pick<SamplerOptions, 'cond' | 'signal' | 'preview'> & {
    /**
     * What decodes: any sampler of discrete schedules, e.g. {@link ddganSampler}.
     * @defaultValue {@link ddpmSampler}
     */
    sampler?: Sampler;
  };

/** Options of {@link strokeEdit}. */
export type StrokeEditOptions<Samples extends Tensor = Tensor> = DecodeOptions & {
  /** The image with strokes painted on it, `[B, …]` in [−1, 1]. It is not disposed. */
  x0: Samples;
  /** How far it is noised, 1…T: a larger t keeps less of the strokes, the share √ᾱ_t, and looks more like the data. */
  t: number;
};

/**
 * Stroke-guided editing: noises an image to step t, x_t ~ q(x_t | x_0), which drowns the strokes' texture but keeps their layout,
 * and samples on from there. With `sampler: ddganSampler` the model is a DDGAN's generator.
 *
 * x_t keeps the share √ᾱ_t of the strokes. A DDGAN of few steps loses them in large strides: with `vpSchedule(4)` 72 % are left at
 * t = 1, 28 % at t = 2, but 6 % at t = 3, from where new samples come that ignore the strokes. So take t = 1 or 2 there, or a network
 * of more steps, whose t can be chosen more finely.
 *
 * @param model what `sampler` takes
 * @param schedule as for the sampler
 * @param options `x0`, `t`, `sampler`, `key` or `keys`, `cond`, `signal`, `preview`
 * @returns an async generator: one {@link SamplerStep} per step, then the edited images, which the caller disposes
 * @throws (at the first `next()`) RangeError if `t` is not a step, and what the sampler throws
 *
 * Source: Meng et al. 2022 (arXiv:2108.01073), algorithm 1.
 *
 * @example
 * ```ts
 * import { ddganSampler, run, type Sampler, strokeEdit } from '@diffgan/samplers';
 * import { vpSchedule } from '@diffgan/schedule';
 * import * as tf from '@tensorflow/tfjs-core';
 *
 * const generator = (xt: tf.Tensor, _z: tf.Tensor) => tf.tanh(xt);
 * const strokes = tf.zeros([1, 28, 28, 1]);
 * const sampler: Sampler = (g, s, options) => ddganSampler(g, s, { ...options, latentDim: 64 });
 * const edited = await run(strokeEdit(generator, vpSchedule(4), { x0: strokes, t: 2, sampler })); // [1, 28, 28, 1]
 * ```
 */
export async function* strokeEdit<Samples extends Tensor>(
  model: Model,
  schedule: NoiseSchedule,
  options: StrokeEditOptions<Samples>,
): AsyncGenerator<SamplerStep<Samples>, Samples> {
  const { x0, t, sampler = ddpmSampler, ...rest } = options;
  checkRandom(rest, x0.shape[0]);
  // The start of the chain, whose x_T is given here.
  const noise = drawNormal(
    derived(rest, (k) => split(foldIn(k, streams.start))[0]),
    x0.shape,
  );
  let xT: Tensor | undefined;
  try {
    xT = qSample(schedule, x0, new Array<number>(x0.shape[0]).fill(t), { noise });
    const chain = sampler(model, schedule, { ...rest, xT, from: t });
    return yield* chain as AsyncGenerator<SamplerStep<Samples>, Samples>; // of the shape of x_0
  } finally {
    noise.dispose();
    xT?.dispose();
  }
}

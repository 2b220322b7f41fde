import * as tf from '@tensorflow/tfjs-core';
import { qSample } from '@diffgan/objectives';
import { foldIn, type Key, key as newKey, type Model, normal, split } from '@diffgan/ops';
import type { NoiseSchedule } from '@diffgan/schedule';
import { ddpmSampler } from './ddpm-sampler.ts';
import type { SamplerStep } from './sampler-options.ts';
import { streams } from './streams.ts';
import type { DecodeOptions } from './stroke-edit.ts';

/** Options of {@link interpolate}. */
export type InterpolateOptions<Samples extends tf.Tensor = tf.Tensor> = Omit<DecodeOptions, 'keys'> & {
  /** One end, a single example `[1, …]` in [−1, 1]. It is not disposed. */
  x0: Samples;
  /** The other end, of the same shape. It is not disposed. */
  x1: Samples;
  /** Step at which they are mixed, 0…T: 0 mixes pixels, larger steps leave more to the model. */
  t: number;
  /**
   * The points λ between the ends, 0 for `x0` and 1 for `x1`; as many images are returned.
   * @defaultValue `[0, 0.1, …, 1]`
   */
  lambdas?: readonly number[];
  /**
   * The noise of the two ends. Two independent draws, fixed over λ, make the noise of the mixture smaller in the middle;
   * `'shared'` uses one draw, `'spherical'` mixes two on the sphere, and both keep its variance.
   * @defaultValue `'independent'`
   */
  noise?: 'independent' | 'shared' | 'spherical';
};

/**
 * Interpolates two examples in latent space: both are noised to step t, mixed as x̄_t = (1 − λ) x_t + λ x'_t, and decoded. All draws
 * of the decoder are shared by the λ, too.
 *
 * @param model what `sampler` takes
 * @param schedule as for the sampler
 * @param options `x0`, `x1`, `t`, `lambdas`, `noise`, `sampler`, `key`, `cond` (one per λ), `signal`, `preview`
 * @returns an async generator: one {@link SamplerStep} per step, then the images `[λ, …]`, which the caller disposes
 * @throws (at the first `next()`) RangeError if the ends differ in shape or are more than one example each, `t` is no step or
 * `noise` is unknown, and what the sampler throws
 *
 * Source: Ho, Jain, Abbeel 2020 (arXiv:2006.11239), section 4.4.
 *
 * @example
 * ```ts
 * import { interpolate, run } from '@diffgan/samplers';
 * import { vpSchedule } from '@diffgan/schedule';
 * import * as tf from '@tensorflow/tfjs-core';
 *
 * const model = (xt: tf.Tensor) => tf.zerosLike(xt);
 * const [x0, x1] = [tf.fill([1, 8, 8, 1], -1), tf.ones([1, 8, 8, 1])];
 * const images = await run(interpolate(model, vpSchedule(10), { x0, x1, t: 5 })); // [11, 8, 8, 1]
 * ```
 */
export async function* interpolate<Samples extends tf.Tensor>(
  model: Model,
  schedule: NoiseSchedule,
  options: InterpolateOptions<Samples>,
): AsyncGenerator<SamplerStep<Samples>, Samples> {
  const { x0, x1, t, lambdas = tenths, noise = 'independent', sampler = ddpmSampler, ...rest } = options;
  checkEnds(x0, x1);
  if (!Object.hasOwn(mixtures, noise))
    throw new RangeError(`interpolate: noise is '${noise}'; use one of ${Object.keys(mixtures).join(', ')}`);
  const key = options.key ?? newKey(0);
  const mixed = tf.tidy(() => {
    const [first, second] = split(foldIn(key, streams.start)).map((k) => normal(k, x0.shape));
    const parts = lambdas.map((lambda) => {
      const mean = tf.add(tf.mul(1 - lambda, x0), tf.mul(lambda, x1));
      return t === 0 ? mean : qSample(schedule, mean, [t], { noise: mixtures[noise](lambda, first, second) });
    });
    return tf.concat(parts) as Samples; // as many more of them
  });
  if (t === 0) return mixed;
  try {
    const keys = new Array<Key>(lambdas.length).fill(key);
    const chain = sampler(model, schedule, { ...rest, key: undefined, keys, xT: mixed, from: t });
    return yield* chain as AsyncGenerator<SamplerStep<Samples>, Samples>;
  } finally {
    mixed.dispose();
  }
}

const tenths = Array.from({ length: 11 }, (_, i) => i / 10);

// Since q(x_t | x_0) is linear, mixing the states is mixing data and noise alike.
const mixtures = {
  independent: (lambda: number, a: tf.Tensor, b: tf.Tensor) => tf.add(tf.mul(1 - lambda, a), tf.mul(lambda, b)),
  shared: (_: number, a: tf.Tensor) => a,
  spherical: (lambda: number, a: tf.Tensor, b: tf.Tensor) => {
    const angle = (lambda * Math.PI) / 2; // independent normal draws are orthogonal in the mean
    return tf.add(tf.mul(Math.cos(angle), a), tf.mul(Math.sin(angle), b));
  },
};

function checkEnds(x0: tf.Tensor, x1: tf.Tensor): void {
  if (x0.shape[0] !== 1 || x0.rank !== x1.rank || x0.shape.some((size, i) => size !== x1.shape[i]))
    throw new RangeError(
      `interpolate: x0 has shape [${x0.shape}] and x1 [${x1.shape}]; give two single examples [1, …] of one shape`,
    );
}

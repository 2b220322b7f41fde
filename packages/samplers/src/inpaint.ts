import * as tf from '@tensorflow/tfjs-core';
import { foldIn, type Model, split } from '@diffgan/ops';
import type { NoiseSchedule } from '@diffgan/schedule';
import { ddpmSampler } from './ddpm-sampler.ts';
import { checkRandom, derived, drawNormal, type RandomOptions } from './random-options.ts';
import { initialState } from './reverse-chain.ts';
import type { SamplerStep } from './sampler-options.ts';
import { streams } from './streams.ts';
import type { DecodeOptions } from './stroke-edit.ts';

/** Options of {@link inpaint}. */
export type InpaintOptions<Samples extends tf.Tensor = tf.Tensor> = DecodeOptions & {
  /** The images whose known part is kept, `[B, …]` in [−1, 1]; what the unknown part holds does not matter. Not disposed. */
  x0: Samples;
  /** 1 where a pixel is known and 0 where it is wanted, of a shape that broadcasts to that of `x0`. Not disposed. */
  mask: tf.Tensor;
  /**
   * How often each step t ≥ 2 is taken, going back to x_t by noise in between, so that the new part can adapt to the known one. 1
   * never goes back. The step to x_0 is taken once: there is no way back from data.
   * @defaultValue `10`
   */
  resamplings?: number;
};

/**
 * Fills in the unknown part of images with a model that was not trained for it: at each step the sampler's x_{t−1} is kept where
 * nothing is known, and x_{t−1} ~ q(x_{t−1} | x_0) is put where it is. `resamplings` · (T − 1) + 1 steps of the sampler, which for a
 * DDGAN is {@link ddganSampler}.
 *
 * What is known reaches the rest only through x_t, t ≥ 1. A DDGAN of four steps has 48 % noise in its x_1 already, so that its rest
 * agrees with the known part little better than by chance where one pixel must decide another; with 8 and 16 steps it does (61 %, 80 %
 * and 97 % where chance is 50 %, two modes in the plane), as do diffusion models. A condition, `cond`, helps.
 *
 * @param model what `sampler` takes
 * @param schedule as for the sampler
 * @param options `x0`, `mask`, `resamplings`, `sampler`, `key` or `keys`, `cond`, `signal`, `preview`
 * @returns an async generator: one {@link SamplerStep} per repetition of a step, then the images, whose known part is that of `x0`;
 * the caller disposes them
 * @throws (at the first `next()`) RangeError if `mask` does not fit or `resamplings` is no count, and what the sampler throws
 *
 * Source: Lugmayr et al. 2022 (arXiv:2201.09865), algorithm 1.
 *
 * @example
 * ```ts
 * import { inpaint, run } from '@diffgan/samplers';
 * import { vpSchedule } from '@diffgan/schedule';
 * import * as tf from '@tensorflow/tfjs-core';
 *
 * const model = (xt: tf.Tensor) => tf.zerosLike(xt);
 * const x0 = tf.fill([2, 8, 8, 1], 0.5);
 * const mask = tf.concat([tf.ones([1, 4, 8, 1]), tf.zeros([1, 4, 8, 1])], 1); // the upper half is known
 * const images = await run(inpaint(model, vpSchedule(10), { x0, mask, resamplings: 3 })); // [2, 8, 8, 1]
 * ```
 */
export async function* inpaint<Samples extends tf.Tensor>(
  model: Model,
  schedule: NoiseSchedule,
  options: InpaintOptions<Samples>,
): AsyncGenerator<SamplerStep<Samples>, Samples> {
  const { x0, mask, resamplings = 10, sampler = ddpmSampler, key, keys, ...rest } = options;
  const source = { key, keys };
  checkInpaint(x0, mask, resamplings);
  checkRandom(source, x0.shape[0]);
  const total = (schedule.steps - 1) * resamplings + 1;
  let index = 0;
  let xt: tf.Tensor | undefined = initialState({ ...source, shape: x0.shape });
  try {
    for (let t = schedule.steps; t >= 1; t--) {
      const repetitions = t === 1 ? 1 : resamplings;
      for (let repetition = 1; repetition <= repetitions; repetition++) {
        const own = derived(source, (k) => foldIn(foldIn(k, t), repetition));
        const step = sampler(model, schedule, { ...rest, ...own, xT: xt, from: t, until: t - 1 });
        const unknown: Samples = yield* renumbered<Samples>(step, index++, total);
        const back = repetition < repetitions;
        const merged = tf.tidy(() => mergedState(schedule, { x0, mask, unknown, t, back }, own));
        tf.dispose([xt, unknown]);
        xt = merged;
      }
    }
    const filled = xt;
    xt = undefined; // handed over
    return filled as Samples; // of the shape of x_0
  } finally {
    xt?.dispose();
  }
}

/** The events of one step with their place among all; its states are of the shape of x_0. */
async function* renumbered<Samples extends tf.Tensor>(
  chain: AsyncGenerator<SamplerStep, tf.Tensor>,
  index: number,
  total: number,
): AsyncGenerator<SamplerStep<Samples>, Samples> {
  const step = chain as AsyncGenerator<SamplerStep<Samples>, Samples>;
  try {
    let next = await step.next();
    while (!next.done) {
      yield { ...next.value, index, total };
      next = await step.next();
    }
    return next.value;
  } finally {
    await step.return(undefined as never);
  }
}

/** Algorithm 1, lines 4 and 8–9: x_{t−1} with its known part from x_0, and x_t ~ q(x_t | x_{t−1}) to repeat the step. */
function mergedState(
  { alpha, beta, alphaBarPrev, oneMinusAlphaBar }: NoiseSchedule,
  state: { x0: tf.Tensor; mask: tf.Tensor; unknown: tf.Tensor; t: number; back: boolean },
  own: RandomOptions,
): tf.Tensor {
  const { x0, mask, unknown, t, back } = state;
  const noise = (half: number) =>
    drawNormal(
      derived(own, (k) => split(foldIn(k, streams.start))[half]),
      x0.shape,
    );
  const known = t === 1 ? x0 : affine(alphaBarPrev[t - 1], x0, oneMinusAlphaBar[t - 2], noise(0));
  const xPrev = tf.add(tf.mul(mask, known), tf.mul(tf.sub(1, mask), unknown));
  return back ? affine(alpha[t - 1], xPrev, beta[t - 1], noise(1)) : xPrev;
}

const affine = (signal: number, x: tf.Tensor, variance: number, noise: tf.Tensor) =>
  tf.add(tf.mul(Math.sqrt(signal), x), tf.mul(Math.sqrt(variance), noise));

function checkInpaint(x0: tf.Tensor, mask: tf.Tensor, resamplings: number): void {
  const offset = x0.rank - mask.rank;
  if (offset < 0 || mask.shape.some((size, i) => size !== 1 && size !== x0.shape[i + offset]))
    throw new RangeError(
      `inpaint: mask has shape [${mask.shape}], which does not broadcast to that of x0, [${x0.shape}]`,
    );
  if (!(Number.isSafeInteger(resamplings) && resamplings >= 1))
    throw new RangeError(`inpaint: resamplings is ${resamplings}; give a whole number ≥ 1`);
}

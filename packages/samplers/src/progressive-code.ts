import * as tf from '@tensorflow/tfjs-core';
import { posteriorMean, qSample, reverseVariance, samplePosterior } from '@diffgan/objectives';
import { foldIn, type Model, nextTask } from '@diffgan/ops';
import type { NoiseSchedule } from '@diffgan/schedule';
import { denoise } from './denoise.ts';
import { checkRandom, derived, drawNormal, type RandomOptions } from './random-options.ts';
import { asked } from './reverse-chain.ts';
import type { DiffusionSamplerOptions } from './sampler-options.ts';
import { beyond } from './streams.ts';
import { checkNotes, note } from './watch.ts';

/** Options of {@link progressiveCode}. */
export type ProgressiveCodeOptions = RandomOptions &
  Pick<DiffusionSamplerOptions, 'predicts' | 'clip' | 'cond' | 'signal'> & {
    /** Images to code, `[B, …]` in [−1, 1]. They are not disposed. */
    x0: tf.Tensor;
    /**
     * Variance of the model's steps.
     * @defaultValue `'fixedLarge'`
     */
    variance?: 'fixedLarge' | 'fixedSmall';
    /**
     * Whether squared errors are averaged over the images before the root, or the roots of each image.
     * @defaultValue `'squares'`
     */
    average?: 'squares' | 'roots';
  };

/** What {@link progressiveCode} yields at each step: one point of the rate–distortion curve. */
export interface ProgressiveCodeStep {
  type: 'step';
  /** The step t whose x_t the receiver holds: T first, 1 last. */
  t: number;
  /** How many steps came before it. */
  index: number;
  /** T. */
  total: number;
  /** Bits per dimension received so far: (L_T + L_{T−1} + … + L_t) / D, the mean over the images. */
  rate: number;
  /** Root mean squared error of x̂_0(x_t) on the scale of 0…255. */
  distortion: number;
}

/**
 * The rate–distortion curve of a diffusion model as a progressive code: the sender transmits x_T, then x_{T−1}, …, each at the cost
 * of KL(q(x_{t−1} | x_t, x_0) ‖ p(x_{t−1} | x_t)); a receiver that has x_t shows x̂_0(x_t). T calls of the model. The cost of x_0
 * itself, given x_1, is not part of the curve.
 *
 * @param model the prediction `predicts` of the shape of x_t from `[x_t, position]`, position = t − 1 as float32 `[B]`, or
 * `[x_t, position, cond]`
 * @param schedule the schedule it was trained with
 * @param options `x0`, `key` or `keys`, `predicts`, `variance`, `clip` (of x̂_0, `true` unless told), `average`, `cond`, `signal`
 * @returns an async generator: one {@link ProgressiveCodeStep} per step, then all of them in an array. It returns no tensor
 * @throws (at the first `next()`) RangeError if `variance`, `average` or the shape of the model's output is wrong; the signal's
 * reason when aborted; {@link NotFiniteError} when the model returns NaN
 *
 * Source: Ho, Jain, Abbeel 2020 (arXiv:2006.11239), algorithms 3–4 and table 4.
 *
 * @example
 * ```ts
 * import { progressiveCode, run } from '@diffgan/samplers';
 * import { vpSchedule } from '@diffgan/schedule';
 * import * as tf from '@tensorflow/tfjs-core';
 *
 * const model = (xt: tf.Tensor) => tf.zerosLike(xt);
 * const curve = await run(progressiveCode(model, vpSchedule(10), { x0: tf.zeros([2, 8, 8, 1]) }));
 * curve.map(({ rate, distortion }) => [rate, distortion]); // 10 points: the rate grows, the distortion falls
 * ```
 */
export async function* progressiveCode(
  model: Model,
  schedule: NoiseSchedule,
  options: ProgressiveCodeOptions,
): AsyncGenerator<ProgressiveCodeStep, ProgressiveCodeStep[]> {
  const { x0, variance = 'fixedLarge', average = 'squares', cond, signal } = options;
  checkOptions(variance, average);
  checkRandom(options, x0.shape[0]);
  const total = schedule.steps;
  const draw = (t: number) =>
    drawNormal(
      derived(options, (k) => foldIn(k, t)),
      x0.shape,
    );
  const curve: ProgressiveCodeStep[] = [];
  let xt = tf.tidy(() => qSample(schedule, x0, all(x0, total), { noise: draw(beyond(total)) }));
  try {
    const [square] = await read(tf.tidy(() => tf.mean(tf.square(x0))));
    let bits = priorBits(schedule, square);
    for (let t = total; t >= 1; t--) {
      await nextTask();
      signal?.throwIfAborted();
      const step = tf.tidy(() => {
        const steps = all(x0, t);
        const inputs = [tf.fill([x0.shape[0]], schedule.positions[t - 1]), ...(cond ? [cond] : [])];
        const outputs: tf.Tensor[] = [];
        const ask = asked(model, outputs);
        const x0Hat = denoise('progressiveCode', schedule, { xt, steps, inputs, ask }, options).x0;
        const [actual, mean] = [x0, x0Hat].map((x) => posteriorMean(schedule, x, steps, { xt }));
        const { logVariance } = reverseVariance(variance, schedule, steps, { rank: x0.rank });
        return {
          notes: note(tf.scalar(0), outputs, 1),
          error: perExample(tf.square(tf.sub(x0, x0Hat))),
          kl: perExample(klNormal(tf.square(tf.sub(actual, mean)), schedule.logBetaTildeClipped[t - 1], logVariance)),
          xPrev: samplePosterior(schedule, x0, steps, { xt, noise: draw(t) }),
        };
      });
      xt.dispose();
      xt = step.xPrev;
      const [notes, error, kl] = await Promise.all([step.notes, step.error, step.kl].map(read));
      checkNotes('progressiveCode', model, notes[0], [t]);
      const distortion = 127.5 * (average === 'squares' ? Math.sqrt(meanOf(error)) : meanOf(error.map(Math.sqrt)));
      const point = { type: 'step', t, index: total - t, total, rate: bits, distortion } as const;
      curve.push(point);
      yield point;
      bits += meanOf(kl) / Math.LN2;
    }
    return curve;
  } finally {
    xt.dispose();
  }
}

function checkOptions(variance: string, average: string): void {
  if (!['fixedLarge', 'fixedSmall'].includes(variance))
    throw new RangeError(`progressiveCode: variance is '${variance}'; use one of fixedLarge, fixedSmall`);
  if (!['squares', 'roots'].includes(average))
    throw new RangeError(`progressiveCode: average is '${average}'; use one of squares, roots`);
}

/** L_T in bits per dimension, ½(ᾱ_T x_0² − ᾱ_T − log(1 − ᾱ_T)), where x_0² has the given mean. */
function priorBits({ steps, alphaBar, oneMinusAlphaBar }: NoiseSchedule, square: number): number {
  const share = alphaBar[steps - 1];
  return (share * square - share - Math.log(oneMinusAlphaBar[steps - 1])) / 2 / Math.LN2;
}

/** KL between normal distributions whose means differ by √`square`, per element. */
function klNormal(square: tf.Tensor, logVariance: number, logVarianceModel: tf.Tensor): tf.Tensor {
  const variance = Math.exp(logVariance);
  const relative = tf.mul(tf.add(square, variance), tf.exp(tf.neg(logVarianceModel)));
  return tf.mul(0.5, tf.add(tf.sub(logVarianceModel, 1 + logVariance), relative));
}

const all = (x: tf.Tensor, t: number) => new Array<number>(x.shape[0]).fill(t);

const perExample = (x: tf.Tensor) => tf.mean(tf.reshape(x, [x.shape[0], -1]), 1);

const meanOf = (values: Float32Array) => values.reduce((sum, v) => sum + v, 0) / values.length;

/** The numbers of a tensor, which is disposed. */
async function read(tensor: tf.Tensor): Promise<Float32Array> {
  try {
    return await tensor.data<'float32'>();
  } finally {
    tensor.dispose();
  }
}

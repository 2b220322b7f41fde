import * as tf from '@tensorflow/tfjs-core';
import type { Model } from '@diffgan/ops';
import type { NoiseSchedule } from '@diffgan/schedule';
import { reverseChain } from './reverse-chain.ts';
import type { SamplerStep, SampleShape, SamplesOf } from './sampler-options.ts';
import { denoiseAt, type OdeSamplerOptions, type SigmaLadder, sigmaLadder, signalAt } from './sigma-ladder.ts';

/** Options of {@link uniPcSampler}. */
export type UniPcSamplerOptions<
  Shape extends SampleShape = SampleShape,
  Samples extends tf.Tensor = tf.Tensor,
> = OdeSamplerOptions<Shape, Samples> & {
  /**
   * Order of the predictor; the corrector is of one more.
   * @defaultValue `2`
   */
  order?: 1 | 2 | 3;
};

/**
 * UniPC: a multistep predictor like {@link dpmSolverSampler}, whose step is corrected once the next prediction, made from the step
 * itself, is known. One call of the model per step. The first steps and the last ones are of lower order.
 *
 * @param model the prediction `predicts` (not `'mean'`) of the shape of x_t from `[x_t, position]`, position = t − 1 as float32
 * `[B]`, fractional where the grid lies between the steps; or from `[x_t, position, cond]`
 * @param schedule the schedule it was trained with, or a respaced one: 5 to 20 steps suffice for most models
 * @param options `order`, `spacing`, `sigmas` and those of {@link DiffusionSamplerOptions}; see {@link OdeSamplerOptions}
 * @returns an async generator: one {@link SamplerStep} per step, then the samples, which the caller disposes. Ending it early
 * frees everything
 * @throws (at the first `next()`) as {@link eulerSampler}; RangeError if `order` is none of 1, 2, 3
 *
 * Source: Zhao et al. 2023 (arXiv:2302.04867), algorithms 7 and 8 with B(h) = e^h − 1.
 *
 * @example
 * ```ts
 * import { key } from '@diffgan/ops';
 * import { run, uniPcSampler } from '@diffgan/samplers';
 * import { linearSchedule, respace } from '@diffgan/schedule';
 * import * as tf from '@tensorflow/tfjs-core';
 *
 * const model = (xt: tf.Tensor) => tf.zerosLike(xt);
 * const schedule = respace(linearSchedule(), 10);
 * const samples = await run(uniPcSampler(model, schedule, { shape: [4, 28, 28, 1], key: key(7) })); // [4, 28, 28, 1]
 * ```
 */
export async function* uniPcSampler<Shape extends SampleShape, Samples extends tf.Tensor = SamplesOf<Shape>>(
  model: Model,
  schedule: NoiseSchedule,
  options: UniPcSamplerOptions<Shape, Samples>,
): AsyncGenerator<SamplerStep<Samples>, Samples> {
  const { order = 2 } = options;
  if (![1, 2, 3].includes(order)) throw new RangeError(`uniPcSampler: order is ${order}; use one of 1, 2, 3`);
  const ladder = sigmaLadder('uniPcSampler', schedule, options, 'logSnr');
  return yield* reverseChain<Samples>({ caller: 'uniPcSampler', model, ladder }, options, (state) => {
    const { xt, t, memory = [] } = state;
    const [sigma, sigmaNext] = [ladder.sigma(t), ladder.sigma(t - 1)];
    const { x0 } = denoiseAt('uniPcSampler', { ...state, sigma }, options);
    if (sigmaNext === 0) return { x0Hat: x0, xPrev: x0 };
    // What the step before this one started from, and the predictions of the steps before, the latest first.
    const [xBefore, ...before] = memory;
    const used = before.slice(0, Math.min(order, t + 1));
    const x = xBefore ? solved(ladder, t + 1, xBefore, used, x0) : tf.div(xt, signalAt(sigma));
    const known = [x0, ...before].slice(0, order);
    const next = solved(ladder, t, x, known.slice(0, Math.min(order, t)));
    return { x0Hat: x0, xPrev: tf.mul(signalAt(sigmaNext), next), memory: [x, ...known] };
  });
}

/**
 * x̄_{t−1} from x̄_t and the predictions of t, t + 1, …; corrected by that of t − 1, if it is given: the differences of the predictions
 * from that of t, weighted so that polynomials in λ are integrated exactly.
 */
function solved(
  ladder: SigmaLadder,
  t: number,
  x: tf.Tensor,
  known: readonly tf.Tensor[],
  after?: tf.Tensor,
): tf.Tensor {
  const lambda = (s: number) => -Math.log(ladder.sigma(s));
  const h = lambda(t - 1) - lambda(t);
  const others = [...known.slice(1), ...(after ? [after] : [])];
  const places = others.map((_, i) => (i + 1 < known.length ? (lambda(t + i + 1) - lambda(t)) / h : 1));
  const scale = Math.expm1(-h);
  const weights = quadrature(places, h);
  const start = tf.sub(tf.mul(ladder.sigma(t - 1) / ladder.sigma(t), x), tf.mul(scale, known[0]));
  return others.reduce<tf.Tensor>((sum, other, i) => {
    const slope = tf.div(tf.sub(other, known[0]), places[i]);
    return tf.sub(sum, tf.mul(scale * weights[i], slope));
  }, start);
}

/** The weights of the slopes at the given places of a step; one alone is ½ by convention. */
function quadrature(places: readonly number[], h: number): number[] {
  if (places.length <= 1) return places.map(() => 0.5);
  let phi = Math.expm1(-h) / -h - 1;
  let factorial = 1;
  const right = places.map((_, i) => {
    const value = (phi * factorial) / Math.expm1(-h);
    factorial *= i + 2;
    phi = phi / -h - 1 / factorial;
    return value;
  });
  return solveVandermonde(places, right);
}

/** Solves Σ_j place_j^i w_j = right_i by elimination; there are three places at most. */
function solveVandermonde(places: readonly number[], right: readonly number[]): number[] {
  const rows = right.map((value, i) => [...places.map((p) => p ** i), value]);
  for (let i = 0; i < rows.length; i++) {
    const pivot = rows.findIndex((row, j) => j >= i && row[i] !== 0);
    [rows[i], rows[pivot]] = [rows[pivot], rows[i]];
    rows[i] = rows[i].map((value) => value / rows[i][i]);
    for (let j = 0; j < rows.length; j++)
      if (j !== i) rows[j] = rows[j].map((value, k) => value - rows[j][i] * rows[i][k]);
  }
  return rows.map((row) => row[row.length - 1]);
}

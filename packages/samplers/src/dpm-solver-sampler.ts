import * as tf from '@tensorflow/tfjs-core';
import type { Model } from '@diffgan/ops';
import type { NoiseSchedule } from '@diffgan/schedule';
import { reverseChain } from './reverse-chain.ts';
import type { SamplerStep, SampleShape, SamplesOf } from './sampler-options.ts';
import { denoiseAt, type OdeSamplerOptions, sigmaLadder, signalAt } from './sigma-ladder.ts';

/** Options of {@link dpmSolverSampler}. */
export type DpmSolverSamplerOptions<
  Shape extends SampleShape = SampleShape,
  Samples extends tf.Tensor = tf.Tensor,
> = OdeSamplerOptions<Shape, Samples> & {
  /**
   * How many predictions a step is made of: this one and those before it.
   * @defaultValue `2`
   */
  order?: 1 | 2 | 3;
  /**
   * How a step of order 2 uses the slope of x̂_0: as at its midpoint, or integrated exactly, which diffusers calls `'heun'`.
   * @defaultValue `'midpoint'`
   */
  solver?: 'midpoint' | 'heun';
  /**
   * η: 0 solves the ODE, 1 the SDE of the reverse process (SDE-DPM-Solver++), with noise at every step but the last.
   * @defaultValue `0`
   */
  eta?: number;
};

/**
 * DPM-Solver++: with λ = −log σ and h = λ_{t−1} − λ_t, x̄_{t−1} = (σ_{t−1} / σ_t) x̄_t + (1 − e^{−h}) D, where D extrapolates x̂_0
 * from this step and those before. One call of the model per step. The first steps are of lower order, the last, to σ = 0, is x̂_0, and
 * a chain of order 3 with fewer than 15 steps takes the step before it with order 2.
 *
 * Order 3 is that of the authors' code, whose second difference is half of what a method of third order needs: more accurate than order
 * 2, but it gains no more than that from halving the steps.
 *
 * @param model the prediction `predicts` (not `'mean'`) of the shape of x_t from `[x_t, position]`, position = t − 1 as float32
 * `[B]`, fractional where the grid lies between the steps; or from `[x_t, position, cond]`
 * @param schedule the schedule it was trained with, or a respaced one: 10 to 25 steps suffice for most models
 * @param options `order`, `solver`, `eta`, `spacing`, `sigmas` and those of {@link DiffusionSamplerOptions}; see
 * {@link OdeSamplerOptions}
 * @returns an async generator: one {@link SamplerStep} per step, then the samples, which the caller disposes. Ending it early
 * frees everything
 * @throws (at the first `next()`) as {@link eulerSampler}; RangeError if `order`, `solver` or `eta` is wrong, or for order 3 with noise
 *
 * Source: Lu et al. 2022 (arXiv:2211.01095), algorithm 2 and appendix on SDEs and third order.
 *
 * @example
 * ```ts
 * import { key } from '@diffgan/ops';
 * import { dpmSolverSampler, run } from '@diffgan/samplers';
 * import { linearSchedule, respace } from '@diffgan/schedule';
 * import * as tf from '@tensorflow/tfjs-core';
 *
 * const model = (xt: tf.Tensor) => tf.zerosLike(xt);
 * const schedule = respace(linearSchedule(), 15);
 * const samples = await run(dpmSolverSampler(model, schedule, { shape: [4, 28, 28, 1], key: key(7) })); // [4, 28, 28, 1]
 * ```
 */
export async function* dpmSolverSampler<Shape extends SampleShape, Samples extends tf.Tensor = SamplesOf<Shape>>(
  model: Model,
  schedule: NoiseSchedule,
  options: DpmSolverSamplerOptions<Shape, Samples>,
): AsyncGenerator<SamplerStep<Samples>, Samples> {
  const { order = 2, solver = 'midpoint', eta = 0 } = options;
  checkOptions(order, solver, eta);
  const ladder = sigmaLadder('dpmSolverSampler', schedule, options, 'logSnr');
  const lambda = (t: number) => -Math.log(ladder.sigma(t));
  const orderAt = (t: number) => (order === 3 && t === 2 && ladder.steps < 15 ? 2 : order);
  return yield* reverseChain<Samples>({ caller: 'dpmSolverSampler', model, ladder }, options, (state) => {
    const { xt, t, memory = [], noise } = state;
    const [sigma, sigmaNext] = [ladder.sigma(t), ladder.sigma(t - 1)];
    const { x0 } = denoiseAt('dpmSolverSampler', { ...state, sigma }, options);
    if (sigmaNext === 0) return { x0Hat: x0, xPrev: x0 };
    const h = lambda(t - 1) - lambda(t);
    const known = [x0, ...memory].slice(0, orderAt(t));
    const gaps = known.slice(1).map((_, i) => (lambda(t + i) - lambda(t + i + 1)) / h);
    const added = extrapolated(known, gaps, (1 + eta) * h, solver);
    const kept = (sigmaNext / sigma) * Math.exp(-eta * h);
    let next = tf.add(tf.mul(kept, tf.div(xt, signalAt(sigma))), added);
    if (eta > 0) next = tf.add(next, tf.mul(sigmaNext * Math.sqrt(-Math.expm1(-2 * eta * h)), noise()));
    return { x0Hat: x0, xPrev: tf.mul(signalAt(sigmaNext), next), memory: [x0, ...memory].slice(0, order - 1) };
  });
}

/**
 * ∫ x̂_0 over the step with the weight of its exponential, 1 − e^{−H} in all: x̂_0 as a polynomial through the known predictions, the
 * gaps between which are given in units of h.
 */
function extrapolated(
  known: readonly tf.Tensor[],
  gaps: readonly number[],
  H: number,
  solver: 'midpoint' | 'heun',
): tf.Tensor {
  const whole = -Math.expm1(-H);
  const constant = tf.mul(whole, known[0]);
  if (known.length === 1) return constant;
  const [slope, earlier] = gaps.map((gap, i) => tf.div(tf.sub(known[i], known[i + 1]), gap));
  const linear = 1 - whole / H;
  if (known.length === 2) return tf.add(constant, tf.mul(solver === 'heun' ? linear : whole / 2, slope));
  const bend = tf.div(tf.sub(slope, earlier), gaps[0] + gaps[1]);
  const slopeHere = tf.add(slope, tf.mul(gaps[0], bend));
  return tf.add(tf.add(constant, tf.mul(linear, slopeHere)), tf.mul(0.5 - linear / H, bend));
}

function checkOptions(order: number, solver: string, eta: number): void {
  if (![1, 2, 3].includes(order)) throw new RangeError(`dpmSolverSampler: order is ${order}; use one of 1, 2, 3`);
  if (!['midpoint', 'heun'].includes(solver))
    throw new RangeError(`dpmSolverSampler: solver is '${solver}'; use one of midpoint, heun`);
  if (!(eta >= 0 && eta <= 1)) throw new RangeError(`dpmSolverSampler: eta is ${eta}; it must lie in [0, 1]`);
  if (order === 3 && eta > 0)
    throw new RangeError('dpmSolverSampler: order 3 solves the ODE only; use order 2 with eta, or eta 0');
}

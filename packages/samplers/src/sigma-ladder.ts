import * as tf from '@tensorflow/tfjs-core';
import { karrasSigmas, type NoiseSchedule } from '@diffgan/schedule';
import { checkPrediction } from './check-prediction.ts';
import { limiter } from './limiter.ts';
import type { ChainState, Ladder } from './reverse-chain.ts';
import type { DiffusionSamplerOptions, SampleShape } from './sampler-options.ts';

/**
 * Options of the solvers of the probability flow ODE.
 *
 * They integrate dx̄ = ε̂ dσ in x̄ = x_t / √ᾱ_t = x_0 + σ ε, where σ = √(1 / ᾱ_t − 1) is the noise of x̄, and return to x_t after
 * every step, so that the model sees what it was trained with.
 */
export type OdeSamplerOptions<
  Shape extends SampleShape = SampleShape,
  Samples extends tf.Tensor = tf.Tensor,
> = DiffusionSamplerOptions<Shape, Samples> & {
  predicts?: Exclude<DiffusionSamplerOptions['predicts'], 'mean'>;
  /**
   * Where the steps lie, as many as the schedule has: at the schedule's own noise levels, or between the same ends equally spaced in
   * log SNR, or as `karrasSigmas` of `@diffgan/schedule` spaces them.
   * @defaultValue `'schedule'`; of DPM-Solver and UniPC `'logSnr'`, where `respace` was asked for a number of steps and the whole chain
   * is sampled
   */
  spacing?: Spacing;
  /**
   * σ of each state, decreasing, e.g. `karrasSigmas(18, { sigmaMin: 0.02, sigmaMax: 80 })`, instead of `spacing`. Steps t then count
   * this grid. A grid that does not end in 0 gives x_t of its last σ.
   * @defaultValue those of `spacing`, then 0
   */
  sigmas?: ArrayLike<number>;
};

/** How an ODE solver spaces its steps. */
export type Spacing = 'schedule' | 'logSnr' | 'karras';

/** The states t = n…0 of an ODE solver. */
export interface SigmaLadder extends Ladder {
  /** σ of step t; `sigma(0)` is where the grid ends. */
  sigma: (t: number) => number;
}

/** The grid an ODE solver walks down; `preferred` is its own choice where nobody else made one. */
export function sigmaLadder(
  caller: string,
  schedule: NoiseSchedule,
  options: Pick<OdeSamplerOptions, 'sigmas' | 'spacing' | 'from' | 'until'>,
  preferred: Spacing = 'schedule',
): SigmaLadder {
  const { steps, positions, gamma } = schedule;
  const { sigmas, from = steps, until = 0 } = options;
  if (sigmas) return ladderOf(caller, schedule, sigmas);
  // Steps that were named are those of the schedule, whether in its list or as the ends of a part of the chain.
  const free = schedule.thinned?.byCount && from === steps && until === 0;
  const { spacing = free ? preferred : 'schedule' } = options;
  if (gamma[steps - 1] === Infinity)
    throw new RangeError(
      `${caller}: the schedule ends without signal, at an infinite σ; give sigmas, or use ddimSampler`,
    );
  if (spacing === 'schedule') return { steps, positions, sigma: (t) => (t === 0 ? 0 : Math.exp(gamma[t - 1] / 2)) };
  const ends = { sigmaMin: Math.exp(gamma[0] / 2), sigmaMax: Math.exp(gamma[steps - 1] / 2) };
  if (spacing === 'karras') return ladderOf(caller, schedule, karrasSigmas(steps, ends));
  if (spacing === 'logSnr') return ladderOf(caller, schedule, logSnrSigmas(steps, ends));
  throw new RangeError(`${caller}: spacing is '${String(spacing)}'; use one of schedule, logSnr, karras`);
}

/** n levels, equally spaced in log σ, then 0. */
function logSnrSigmas(n: number, { sigmaMin, sigmaMax }: { sigmaMin: number; sigmaMax: number }): Float64Array {
  return Float64Array.from({ length: n + 1 }, (_, i) => {
    if (i === n) return 0;
    return i === 0 ? sigmaMax : sigmaMax * (sigmaMin / sigmaMax) ** (i / (n - 1));
  });
}

function ladderOf(caller: string, schedule: NoiseSchedule, sigmas: ArrayLike<number>): SigmaLadder {
  const steps = sigmas.length - 1;
  const sigma = (t: number) => sigmas[steps - t];
  for (let t = 1; t <= steps; t++)
    if (!(sigma(t) > sigma(t - 1) && sigma(t - 1) >= 0 && sigma(t) < Infinity))
      throw new RangeError(
        `${caller}: sigmas falls from ${sigma(t)} to ${sigma(t - 1)}; it must decrease, to 0 at the end`,
      );
  if (steps < 1) throw new RangeError(`${caller}: sigmas has ${sigmas.length} entries; give at least two`);
  return { steps, positions: Array.from({ length: steps }, (_, i) => positionAt(schedule, sigma(i + 1))), sigma };
}

/**
 * The network's position at noise level σ: linear in log σ between the steps of the schedule, of all steps if it was thinned, and that
 * of its ends beyond them.
 */
export function positionAt(schedule: NoiseSchedule, sigma: number): number {
  const { gamma, positions } = schedule.thinned?.schedule ?? schedule;
  const target = 2 * Math.log(sigma);
  const upper = gamma.findIndex((g) => g >= target);
  if (upper === 0) return positions[0];
  if (upper === -1) return positions[positions.length - 1];
  const share = (target - gamma[upper - 1]) / (gamma[upper] - gamma[upper - 1]);
  return positions[upper - 1] + share * (positions[upper] - positions[upper - 1]);
}

/** x̄ at noise level σ, x_t = x̄ / √(1 + σ²). */
export const signalAt = (sigma: number) => 1 / Math.sqrt(1 + sigma ** 2);

/** x̂_0 and the ε̂ that belongs to it, from one call of the model at the noise level σ. */
export function denoiseAt(
  caller: string,
  { xt, inputs, ask, sigma }: Pick<ChainState, 'xt' | 'inputs' | 'ask'> & { sigma: number },
  { predicts = 'eps', clip = true }: Pick<DiffusionSamplerOptions, 'predicts' | 'clip'>,
): { x0: tf.Tensor; eps: tf.Tensor } {
  const output = ask([xt, ...inputs]);
  checkPrediction(caller, output, xt);
  const signal = signalAt(sigma);
  const noise = sigma * signal;
  const toX0: Partial<Record<string, () => tf.Tensor>> = {
    eps: () => tf.div(tf.sub(xt, tf.mul(noise, output)), signal),
    x0: () => output,
    v: () => tf.sub(tf.mul(signal, xt), tf.mul(noise, output)),
  };
  const convert = toX0[predicts];
  if (!convert)
    throw new RangeError(`${caller}: predicts is '${predicts}'; use one of ${Object.keys(toX0).join(', ')}`);
  const raw = convert();
  const x0 = limiter(clip)?.(raw) ?? raw;
  const eps = predicts === 'eps' && !clip ? output : tf.div(tf.sub(xt, tf.mul(signal, x0)), noise);
  return { x0, eps };
}

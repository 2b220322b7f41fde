import {
  boolean,
  integer,
  listOf,
  number,
  object,
  type ObjectOf,
  oneOf,
  optional,
  type Schema,
  textLike,
} from '@diffgan/config';
import type { Prediction, VarianceKind } from '@diffgan/objectives';
import { MAX_STEPS } from './schedule-config.ts';
import { solverNames } from './solvers.ts';

/** What a network may predict. `'edm'`: what makes an x̂_0 by `edmDenoiser` of `@diffgan/objectives`. */
export const predictionSchema: Schema<Prediction | 'edm'> = oneOf('eps', 'x0', 'v', 'mean', 'edm');

/** Variances of reverse steps. */
export const varianceSchema: Schema<VarianceKind> = oneOf('fixedLarge', 'fixedSmall', 'learned', 'learnedRange');

/** Samplers by the names they have on the command line. */
export const samplerNames = ['ddgan', 'ddpm', 'ddim', 'vdm', ...solverNames] as const;

/** How steps are spaced, by the names that has on the command line; the last two are for solvers. */
export const spacingNames = [
  'uniform',
  'quadratic',
  'leading',
  'trailing',
  'linspace',
  'ddim',
  'log-snr',
  'karras',
] as const;

/**
 * Whether a text says how steps are spaced.
 *
 * @example
 * ```ts
 * isSpacing('leading+1'); // true
 * isSpacing('1,100,900'); // true
 * ```
 */
export const isSpacing = (text: string): boolean =>
  text.length <= 10_000 &&
  ((spacingNames as readonly string[]).includes(text) || /^leading\+\d+$/.test(text) || /^\d+(,\d+)*$/.test(text));

const fields = {
  /** Name of the sampler. */
  sampler: oneOf(...samplerNames),
  /** Steps, at most those of the schedule, which is thinned out; of a VDM as many as wanted. @defaultValue all; 100 of a VDM */
  steps: optional(integer(1, MAX_STEPS)),
  /**
   * Which steps those are: a name of {@link spacingNames}, `leading+1` with an offset, or the steps themselves, `1,500,1000`.
   * @defaultValue uniform; log-snr of `dpm-solver` and `unipc`
   */
  spacing: optional(textLike(`one of ${spacingNames.join(', ')}, or steps such as 1,500,1000`, isSpacing)),
  /** Of the solvers: σ of each state, falling, instead of steps. */
  sigmas: optional(listOf(number({ min: 0 }), { min: 2, max: 10_000 })),
  /** Fresh noise of `ddim`, `euler-ancestral` and `dpm-solver`, 0 to 1. @defaultValue 0; 1 of `euler-ancestral` */
  eta: optional(number({ min: 0, max: 1 })),
  /** Of `dpm-solver` and `unipc`: how many predictions a step is made of, 1 to 3. @defaultValue 2 */
  order: optional(oneOf(1, 2, 3)),
  /** Of `dpm-solver`: the formula of its second order. @defaultValue `'midpoint'` */
  solver: optional(oneOf('midpoint', 'heun')),
  /** Of `ddim`: whether ε̂ is derived anew from a clipped x̂_0, or stays the network's own. @defaultValue true */
  rederiveEps: optional(boolean()),
  /** Whether predicted examples are clipped to [−1, 1]. @defaultValue true for images, false for points and a VDM */
  clip: optional(boolean()),
  /**
   * What a classifier shifts: the noise, or the mean of a `ddpm` step by its variance (Dhariwal & Nichol 2021, algorithms 2 and 1). The mean
   * is made of an x̂_0 that was clipped before, if at all.
   * @defaultValue `'eps'`
   */
  guidanceForm: optional(oneOf('eps', 'mean')),
  /** Whether x̂_0 is clipped before a classifier guides it, and not after. @defaultValue false; true where the mean is shifted */
  clipBeforeGuidance: optional(boolean()),
  /** What the network predicts. @defaultValue `'eps'` */
  predicts: optional(predictionSchema),
  /** σ_data of a network that predicts `'edm'`. @defaultValue 0.5 */
  sigmaData: optional(number({ above: 0, max: 1e6 })),
  /** Variance of a `ddpm` step. @defaultValue `'fixedLarge'`, or `'fixedSmall'` on a thinned schedule */
  variance: optional(varianceSchema),
  /** w: of a classifier, its weight; without one, (1 + w) ε̂(x, c) − w ε̂(x, ∅). @defaultValue 1 with a classifier, else 0 */
  guidance: optional(number({ min: 0, max: 1000 })),
  /** s, of a worse model of the same data: D_bad + s (D_good − D_bad). @defaultValue none; it is given with that model */
  autoguidance: optional(number({ min: 0, max: 1000 })),
  /** Classes, which the samples take in turn. @defaultValue all */
  labels: optional(listOf(integer(0, 2 ** 20), { min: 1, max: 65536 })),
};

/** How to draw from a network: what the `config.json` of a run holds, and the options of the sample command. */
export interface SamplingConfig extends ObjectOf<typeof fields> {}

/** Name of a sampler on the command line. */
export type SamplerName = SamplingConfig['sampler'];

/** How one may draw from a network. */
export const samplingSchema = object<SamplingConfig>(fields);

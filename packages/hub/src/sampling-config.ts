import type { Prediction, VarianceKind } from '@diffgan/objectives';

/** Samplers by the names they have on the command line. */
export const samplerNames = [
  'ddgan',
  'ddpm',
  'ddim',
  'vdm',
  'euler',
  'euler-ancestral',
  'heun',
  'dpm-solver',
  'unipc',
] as const;

/** Samplers that walk down a grid of σ and ask the network between its steps. */
export const solverNames: readonly string[] = ['euler', 'euler-ancestral', 'heun', 'dpm-solver', 'unipc'];

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

/** Name of a sampler on the command line. */
export type SamplerName = (typeof samplerNames)[number];

/** How to draw from a network: what the `config.json` of a run holds, and the options of the sample command. */
export interface SamplingConfig {
  sampler: SamplerName;
  /** Steps, at most those of the schedule, which is thinned out; of a VDM as many as wanted. @defaultValue all; 100 of a VDM */
  steps?: number;
  /**
   * Which steps those are: a name of {@link spacingNames}, `leading+1` with an offset, or the steps themselves, `1,500,1000`.
   * @defaultValue uniform; log-snr of `dpm-solver` and `unipc`
   */
  spacing?: string;
  /** Of the solvers: σ of each state, falling, instead of steps. */
  sigmas?: readonly number[];
  /** Fresh noise of `ddim`, `euler-ancestral` and `dpm-solver`, 0 to 1. @defaultValue 0; 1 of `euler-ancestral` */
  eta?: number;
  /** Of `dpm-solver` and `unipc`: how many predictions a step is made of, 1 to 3. @defaultValue 2 */
  order?: 1 | 2 | 3;
  /** Whether predicted examples are clipped to [−1, 1]. @defaultValue true for images, false for points and a VDM */
  clip?: boolean;
  /** What the network predicts. @defaultValue `'eps'` */
  predicts?: Prediction;
  /** Variance of a `ddpm` step. @defaultValue `'fixedLarge'`, or `'fixedSmall'` on a thinned schedule */
  variance?: VarianceKind;
  /** w: of a classifier, its weight; without one, (1 + w) ε̂(x, c) − w ε̂(x, ∅). @defaultValue 1 with a classifier, else 0 */
  guidance?: number;
  /** Classes, which the samples take in turn. @defaultValue all */
  labels?: readonly number[];
}

/** Whether a value says how steps are spaced. */
export const isSpacing = (value: unknown): boolean =>
  typeof value === 'string' &&
  value.length <= 10_000 &&
  ((spacingNames as readonly string[]).includes(value) || /^leading\+\d+$/.test(value) || /^\d+(,\d+)*$/.test(value));

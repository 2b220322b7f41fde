import type { Prediction, VarianceKind } from '@diffgan/objectives';

/** Samplers by the names they have on the command line. */
export const samplerNames = ['ddgan', 'ddpm', 'ddim', 'vdm', 'euler', 'heun', 'dpm-solver'] as const;

/** Name of a sampler on the command line. */
export type SamplerName = (typeof samplerNames)[number];

/** How to draw from a network: what the `config.json` of a run holds, and the options of the sample command. */
export interface SamplingConfig {
  sampler: SamplerName;
  /** Steps, at most those of the schedule, which is thinned out; of a VDM as many as wanted. @defaultValue all; 100 of a VDM */
  steps?: number;
  /** Of `ddim`: share of the posterior's standard deviation, 0 to 1. @defaultValue 0 */
  eta?: number;
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

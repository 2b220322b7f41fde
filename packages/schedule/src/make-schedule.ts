import { constantSchedule, type ConstantScheduleOptions } from './constant-schedule.ts';
import { cosineSchedule, type CosineScheduleOptions } from './cosine-schedule.ts';
import { edmSchedule } from './edm-schedule.ts';
import type { KarrasSigmasOptions } from './karras-sigmas.ts';
import { laplaceSchedule, type LaplaceScheduleOptions } from './laplace-schedule.ts';
import { linearSchedule, type LinearScheduleOptions } from './linear-schedule.ts';
import type { NoiseSchedule } from './noise-schedule.ts';
import { quadraticSchedule, type QuadraticScheduleOptions } from './quadratic-schedule.ts';
import { sigmoidSchedule, type SigmoidScheduleOptions } from './sigmoid-schedule.ts';
import { vpSchedule, type VpScheduleOptions } from './vp-schedule.ts';

/** The schedules that have a name, each with its options. */
export interface ScheduleOptions {
  /** See {@link linearSchedule}. */
  linear: LinearScheduleOptions;
  /** See {@link quadraticSchedule}. */
  quadratic: QuadraticScheduleOptions;
  /** See {@link constantSchedule}. */
  constant: ConstantScheduleOptions;
  /** See {@link cosineSchedule}. */
  cosine: CosineScheduleOptions;
  /** See {@link edmSchedule}. */
  edm: KarrasSigmasOptions;
  /** See {@link laplaceSchedule}. */
  laplace: LaplaceScheduleOptions;
  /** What the diffusers library calls {@link quadraticSchedule}. */
  scaled_linear: QuadraticScheduleOptions;
  /** See {@link sigmoidSchedule}. */
  sigmoid: SigmoidScheduleOptions;
  /** What the diffusers library calls {@link cosineSchedule}. */
  squaredcos_cap_v2: CosineScheduleOptions;
  /** See {@link vpSchedule}. */
  vp: VpScheduleOptions;
}

/** Name of a schedule for {@link makeSchedule}. */
export type ScheduleName = keyof ScheduleOptions;

type Factories = { readonly [N in ScheduleName]: (steps: number, options?: ScheduleOptions[N]) => NoiseSchedule };

const factories: Factories = {
  linear: linearSchedule,
  quadratic: quadraticSchedule,
  constant: constantSchedule,
  cosine: cosineSchedule,
  sigmoid: sigmoidSchedule,
  vp: vpSchedule,
  laplace: laplaceSchedule,
  edm: edmSchedule,
  scaled_linear: quadraticSchedule,
  squaredcos_cap_v2: cosineSchedule,
};

/**
 * The schedule with the given name: what configuration files and command lines use.
 *
 * @param name `'linear'`, `'quadratic'`, `'constant'`, `'cosine'`, `'edm'`, `'laplace'`, `'sigmoid'` or `'vp'`; diffusers' names
 * `'scaled_linear'` (quadratic) and `'squaredcos_cap_v2'` (cosine), too
 * @param steps T, a whole number ≥ 1
 * @param options those of the named schedule
 * @returns a frozen schedule
 * @throws RangeError if the name is unknown, and whatever the named schedule throws
 *
 * @example
 * ```ts
 * import { makeSchedule } from '@diffgan/schedule';
 *
 * makeSchedule('vp', 4, { epsilon: 0 }).name; // 'vp'
 * ```
 */
export function makeSchedule<N extends ScheduleName>(
  name: N,
  steps: number,
  options?: ScheduleOptions[N],
): NoiseSchedule {
  if (!Object.hasOwn(factories, name))
    throw new RangeError(`makeSchedule: name is '${name}'; use one of ${Object.keys(factories).join(', ')}`);
  return factories[name](steps, options);
}

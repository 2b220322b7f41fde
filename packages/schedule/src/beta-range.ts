import { checkSteps } from './check-steps.ts';
import { deriveSchedule } from './derive-schedule.ts';
import type { NoiseSchedule } from './noise-schedule.ts';

/** Factor on the variances of a schedule. */
export interface ScaleOptions {
  /**
   * Factor on every β; `1000 / steps` makes a short chain reach noise like the 1000-step one. Scaled variances are capped at
   * 0.999, and the largest β times `scale` may be 1 at most: with the default variances that means 20 steps or more.
   * @defaultValue `1`
   */
  scale?: number;
}

/** Options of the schedules whose variance rises from one value to another. */
export interface BetaRangeOptions extends ScaleOptions {
  /**
   * β_1, in (0, betaEnd]; the sigmoid schedule starts just above it.
   * @defaultValue `1e-4`
   */
  betaStart?: number;
  /**
   * β_T, in [betaStart, 1); the sigmoid schedule ends just below it.
   * @defaultValue `0.02`
   */
  betaEnd?: number;
}

/** Largest β after scaling: at 1 the chain would forget x_0 completely. */
const MAX_SCALED_BETA = 0.999;

/** How β rises with the fraction of the chain, from 0 at t = 1 to 1 at t = T. */
export type BetaCurve = (fraction: number, betaStart: number, betaEnd: number) => number;

/** The schedule of T steps whose β follows `curve`; one step alone gets the value at fraction 1. */
export function scheduleOfRange(
  name: string,
  steps: number,
  options: BetaRangeOptions,
  curve: BetaCurve,
): NoiseSchedule {
  const { betaStart = 1e-4, betaEnd = 0.02, scale = 1 } = options;
  checkSteps(`${name}Schedule`, steps);
  if (!(betaStart > 0 && betaStart <= betaEnd && betaEnd < 1))
    throw new RangeError(
      `${name}Schedule: betaStart is ${betaStart} and betaEnd is ${betaEnd}; 0 < betaStart ≤ betaEnd < 1 must hold`,
    );
  if (!(scale > 0 && betaEnd * scale <= 1))
    throw new RangeError(
      `${name}Schedule: scale is ${scale}; it must be positive and betaEnd·scale (${betaEnd * scale}) at most 1. ` +
        'For so few steps use vpSchedule',
    );
  const betas = Float64Array.from({ length: steps }, (_, i) =>
    curve(steps === 1 ? 1 : i / (steps - 1), betaStart, betaEnd),
  );
  return deriveSchedule(name, scale === 1 ? betas : betas.map((b) => Math.min(b * scale, MAX_SCALED_BETA)));
}

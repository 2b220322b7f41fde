import { expect, test } from 'vitest';
import { linearSchedule, type NoiseSchedule, vpSchedule } from '@diffgan/schedule';
import { vector } from '../../../test/vectors.ts';

const s2 = 0.25;
type Variances = Record<'fixedLarge' | 'fixedSmall' | 'ddgan', number>;

/** Variance of the samples of data N(0, s²): V ← (c1 k + c2)² V + noise for t = T…1, no Gaussian noise being added at t = 1. */
function sampleVariance(schedule: NoiseSchedule, kind: keyof Variances): number {
  const { alphaBar, oneMinusAlphaBar, posteriorX0: c1, posteriorXt: c2, beta, betaTilde } = schedule;
  let variance = 1;
  for (let i = schedule.steps - 1; i >= 0; i--) {
    const d = alphaBar[i] * s2 + oneMinusAlphaBar[i];
    const k = (Math.sqrt(alphaBar[i]) * s2) / d; // E[x0 | xt] = k xt
    const gaussian = i === 0 ? 0 : kind === 'fixedLarge' ? beta[i] : betaTilde[i];
    const implicit = (c1[i] ** 2 * s2 * oneMinusAlphaBar[i]) / d;
    variance = (c1[i] * k + c2[i]) ** 2 * variance + gaussian + (kind === 'ddgan' ? implicit : 0);
  }
  return variance;
}

test.each([
  ['vp4', vpSchedule(4)],
  ['vp100', vpSchedule(100)],
  ['linear1000', linearSchedule()],
] as const)('the chain of %s ends with the reference variance for every kind of step', (name, schedule) => {
  const { expected, float64 } = vector<Record<typeof name, Variances>>('sample.gaussianOracle');
  for (const kind of ['fixedLarge', 'fixedSmall', 'ddgan'] as const)
    expect([sampleVariance(schedule, kind)]).toBeAllClose([expected[name][kind]], float64);
});

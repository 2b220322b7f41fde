import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  makeSchedule,
  type NoiseSchedule,
  posteriorBetween,
  rescaleZeroTerminalSnr,
  respace,
  scheduleFromBetas,
  type ScheduleName,
} from '@diffgan/schedule';

const names: ScheduleName[] = ['linear', 'quadratic', 'constant', 'cosine', 'sigmoid', 'vp', 'edm'];

const named = fc
  .tuple(fc.constantFrom(...names), fc.integer({ min: 2, max: 200 }))
  .map(([name, steps]) => makeSchedule(name, steps));
// Down to 1e-6 and up to 0.999, over at most 50 steps, nothing underflows: ᾱ_T ≥ 1e-150.
const free = fc
  .array(fc.double({ min: 1e-6, max: 0.999, noNaN: true }), { minLength: 2, maxLength: 50 })
  .map((betas) => scheduleFromBetas(betas));
const base = fc.oneof(named, free);

/** None of edm, which refuses it. */
const withoutSignal = base.filter(({ name }) => name !== 'edm').map(rescaleZeroTerminalSnr);
const kept = (schedule: NoiseSchedule) =>
  fc
    .uniqueArray(fc.integer({ min: 1, max: schedule.steps }), { minLength: 1 })
    .map((steps) => respace(schedule, Int32Array.from(steps).sort()));
const rule = (schedule: NoiseSchedule) =>
  fc
    .tuple(fc.integer({ min: 1, max: schedule.steps }), fc.constantFrom('', 'uniform:', 'quadratic:'))
    .map(([count, prefix]) => respace(schedule, `${prefix}${count}`));

const families: Record<string, fc.Arbitrary<NoiseSchedule>> = {
  'named schedules and any variances': base,
  'schedules respaced to any steps': base.chain(kept),
  'schedules respaced by a rule': base.chain(rule),
  'schedules respaced twice': base.chain(kept).chain(kept),
  'schedules rescaled to no signal at T': withoutSignal,
  'rescaled schedules, respaced': withoutSignal.chain(kept),
};

const before = (values: Float64Array, first: number) => values.map((_, i) => (i === 0 ? first : values[i - 1]));
const strictlyRising = (values: Float64Array) => values.every((v, i) => i === 0 || v > values[i - 1]);

// A property of float64 arrays of ~10 roundings each, relative to numbers up to 1.
const rounding = { rtol: 1e-12, atol: 1e-12 };

describe.each(Object.entries(families))('%s', (_, schedules) => {
  const holds = (property: (schedule: NoiseSchedule) => void) => () =>
    fc.assert(fc.property(schedules, property), { numRuns: 60 });

  test(
    'have variances in (0, 1), or 1 where no signal is left',
    holds(({ beta, alpha, alphaBar, steps }) => {
      for (let i = 0; i < steps; i++) {
        expect(beta[i]).toBeGreaterThan(0);
        // A β nearer to 1 than 1e-16 is rounded to it; its α still is not 0.
        if (alphaBar[i] > 0) expect([alpha[i] > 0, beta[i] <= 1]).toEqual([true, true]);
        else expect([i, beta[i]]).toEqual([steps - 1, 1]);
      }
    }),
  );

  test(
    'have ᾱ = cumprod(1 − β)',
    holds(({ alpha, alphaBar, alphaBarPrev, oneMinusAlphaBar }) => {
      let product = 1;
      expect(alphaBar).toBeAllClose(
        alpha.map((a) => (product *= a)),
        rounding,
      );
      expect(alphaBarPrev).toEqual(before(alphaBar, 1));
      expect(oneMinusAlphaBar).toBeAllClose(
        alphaBar.map((a) => 1 - a),
        rounding,
      );
    }),
  );

  test(
    'lose signal at every step: ᾱ and SNR fall, γ = −log SNR rises',
    holds(({ alphaBar, snr, gamma }) => {
      expect(strictlyRising(alphaBar.map((a) => -a))).toBe(true);
      expect(strictlyRising(snr.map((s) => -s))).toBe(true);
      expect(strictlyRising(gamma)).toBe(true);
      const finite = snr.filter((s) => s > 0);
      expect(gamma.slice(0, finite.length)).toBeAllClose(
        finite.map((s) => -Math.log(s)),
        rounding,
      );
    }),
  );

  test(
    'have 0 = β̃_1 and 0 < β̃_t < β_t afterwards, c1_1 = 1 and c2_1 = 0',
    holds(({ beta, betaTilde, alphaBarPrev, posteriorX0, posteriorXt }) => {
      expect([betaTilde[0], posteriorX0[0], posteriorXt[0]]).toEqual([0, 1, 0]);
      for (let i = 1; i < beta.length; i++) {
        expect(betaTilde[i]).toBeGreaterThan(0);
        expect(betaTilde[i]).toBeLessThanOrEqual(beta[i]);
        // 1 − β̃/β = ᾱ_{t−1} β_t / (1 − ᾱ_t) can be below the resolution of float64; where it is not, β̃ < β.
        if (alphaBarPrev[i] * beta[i] > 1e-13) expect(betaTilde[i]).toBeLessThan(beta[i]);
      }
    }),
  );

  test(
    'close: forward to t, then the posterior back, has the mean and variance of t − 1',
    holds((s) => {
      const mean = s.posteriorX0.map((c1, i) => c1 + s.posteriorXt[i] * Math.sqrt(s.alphaBar[i]));
      expect(mean).toBeAllClose(s.alphaBarPrev.map(Math.sqrt), rounding);
      const variance = s.posteriorXt.map((c2, i) => c2 ** 2 * s.oneMinusAlphaBar[i] + s.betaTilde[i]);
      expect(variance).toBeAllClose(before(s.oneMinusAlphaBar, 0), rounding);
    }),
  );

  test(
    'have SNR_{t−1}/SNR_t − 1 = β_t² / (β̃_t α_t (1 − ᾱ_t)), the weight of the bound',
    holds(({ snr, beta, betaTilde, alpha, oneMinusAlphaBar, steps }) => {
      for (let i = 1; i < steps && snr[i] > 0; i++) {
        const weight = beta[i] ** 2 / (betaTilde[i] * alpha[i] * oneMinusAlphaBar[i]);
        // Subtracting 1 leaves the ratio's rounding, 1e-12 of its size.
        const ratio = snr[i - 1] / snr[i];
        expect(Math.abs(ratio - 1 - weight)).toBeLessThanOrEqual(1e-12 * (ratio + weight));
      }
    }),
  );

  test(
    'have finite logarithms of their variances',
    holds(({ logBetaTildeClipped, logVarLarge }) => {
      expect(logBetaTildeClipped.every(Number.isFinite)).toBe(true);
      expect(logVarLarge.every(Number.isFinite)).toBe(true);
    }),
  );

  test(
    'are frozen, with rising positions',
    holds((schedule) => {
      expect(Object.isFrozen(schedule)).toBe(true);
      expect(strictlyRising(Float64Array.from(schedule.positions))).toBe(true);
    }),
  );

  test(
    'have posteriors between any two steps that close, and those of the arrays between neighbours',
    holds((schedule) => {
      const { steps, alphaBar, oneMinusAlphaBar } = schedule;
      const [t, s] = [steps, Math.floor(steps / 2)];
      const { posteriorX0, posteriorXt, variance } = posteriorBetween(schedule, t, s);
      const [signal, noise] = s === 0 ? [1, 0] : [alphaBar[s - 1], oneMinusAlphaBar[s - 1]];
      expect([
        posteriorX0 + posteriorXt * Math.sqrt(alphaBar[t - 1]),
        posteriorXt ** 2 * oneMinusAlphaBar[t - 1] + variance,
      ]).toBeAllClose([Math.sqrt(signal), noise], rounding);
      const neighbour = posteriorBetween(schedule, t, t - 1);
      const arrays = [schedule.posteriorX0, schedule.posteriorXt, schedule.betaTilde].map((array) => array[t - 1]);
      expect(Object.values(neighbour)).toBeAllClose(arrays, { rtol: 1e-12, atol: 1e-15 });
    }),
  );
});

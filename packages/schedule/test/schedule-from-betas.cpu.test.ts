import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { scheduleFromBetas } from '@diffgan/schedule';

// Down to 1e-6 and up to 0.999, over at most 50 steps, nothing underflows: ᾱ_T ≥ 1e-150.
const betas = fc.array(fc.double({ min: 1e-6, max: 0.999, noNaN: true }), { minLength: 1, maxLength: 50 });
const schedules = betas.map((b) => scheduleFromBetas(b));

const before = (values: Float64Array, first: number) => values.map((_, i) => (i === 0 ? first : values[i - 1]));
const strictlyRising = (values: Float64Array) => values.every((v, i) => i === 0 || v > values[i - 1]);

// A property of float64 arrays of ~10 roundings each, relative to numbers up to 1.
const rounding = { rtol: 1e-12, atol: 1e-12 };

describe('every schedule', () => {
  test('keeps the variances it was given and their complements', () => {
    fc.assert(
      fc.property(betas, (b) => {
        const { beta, alpha, steps, positions } = scheduleFromBetas(b);
        expect(Array.from(beta)).toEqual(b);
        expect(alpha).toBeAllClose(
          b.map((x) => 1 - x),
          { rtol: 0, atol: 0 },
        );
        expect(steps).toBe(b.length);
        expect(Array.from(positions)).toEqual(b.map((_, i) => i));
      }),
    );
  });

  test('has ᾱ = cumprod(1 − β), and 1 − ᾱ that agrees with it', () => {
    fc.assert(
      fc.property(schedules, ({ alpha, alphaBar, alphaBarPrev, oneMinusAlphaBar }) => {
        let product = 1;
        const products = alpha.map((a) => (product *= a));
        expect(alphaBar).toBeAllClose(products, rounding);
        expect(alphaBarPrev).toEqual(before(alphaBar, 1));
        expect(oneMinusAlphaBar).toBeAllClose(
          alphaBar.map((a) => 1 - a),
          rounding,
        );
      }),
    );
  });

  test('loses signal at every step: ᾱ and SNR fall, γ = −log SNR rises', () => {
    fc.assert(
      fc.property(schedules, ({ alphaBar, snr, gamma }) => {
        expect(strictlyRising(alphaBar.map((a) => -a))).toBe(true);
        expect(strictlyRising(snr.map((s) => -s))).toBe(true);
        expect(strictlyRising(gamma)).toBe(true);
        // log of a ratio with relative error 1e-14 is off by 1e-14, absolutely
        expect(gamma).toBeAllClose(
          snr.map((s) => -Math.log(s)),
          rounding,
        );
      }),
    );
  });

  test('has 0 = β̃_1 and 0 < β̃_t < β_t afterwards', () => {
    fc.assert(
      fc.property(schedules, ({ beta, betaTilde, alphaBarPrev }) => {
        expect(betaTilde[0]).toBe(0);
        for (let i = 1; i < beta.length; i++) {
          expect(betaTilde[i]).toBeGreaterThan(0);
          expect(betaTilde[i]).toBeLessThanOrEqual(beta[i]);
          // 1 − β̃/β = ᾱ_{t−1} β_t / (1 − ᾱ_t) can be below the resolution of float64; where it is not, β̃ < β.
          if (alphaBarPrev[i] * beta[i] > 1e-13) expect(betaTilde[i]).toBeLessThan(beta[i]);
        }
      }),
    );
  });

  test('has a posterior that is x_0 itself at t = 1', () => {
    fc.assert(
      fc.property(schedules, ({ posteriorX0, posteriorXt }) => {
        expect([posteriorX0[0], posteriorXt[0]]).toEqual([1, 0]);
      }),
    );
  });

  test('closes: forward to t, then the posterior back, has the mean and variance of t − 1', () => {
    fc.assert(
      fc.property(schedules, (s) => {
        const mean = s.posteriorX0.map((c1, i) => c1 + s.posteriorXt[i] * Math.sqrt(s.alphaBar[i]));
        expect(mean).toBeAllClose(s.alphaBarPrev.map(Math.sqrt), rounding);
        const variance = s.posteriorXt.map((c2, i) => c2 ** 2 * s.oneMinusAlphaBar[i] + s.betaTilde[i]);
        expect(variance).toBeAllClose(before(s.oneMinusAlphaBar, 0), rounding);
      }),
    );
  });

  test('has SNR_{t−1}/SNR_t − 1 = β_t² / (β̃_t α_t (1 − ᾱ_t)), the weight of the bound', () => {
    fc.assert(
      fc.property(schedules, ({ snr, beta, betaTilde, alpha, oneMinusAlphaBar, steps }) => {
        for (let i = 1; i < steps; i++) {
          const weight = beta[i] ** 2 / (betaTilde[i] * alpha[i] * oneMinusAlphaBar[i]);
          // Subtracting 1 leaves the ratio's rounding, 1e-12 of its size.
          const ratio = snr[i - 1] / snr[i];
          expect(Math.abs(ratio - 1 - weight)).toBeLessThanOrEqual(1e-12 * (ratio + weight));
        }
      }),
    );
  });

  test('replaces the logarithm of β̃_1 = 0', () => {
    fc.assert(
      fc.property(schedules, ({ beta, betaTilde, logBetaTildeClipped, logVarLarge, steps }) => {
        const first = steps > 1 ? Math.log(betaTilde[1]) : Math.log(1e-20);
        expect([logBetaTildeClipped[0], logVarLarge[0]]).toEqual([first, first]);
        expect(logBetaTildeClipped.slice(1)).toEqual(betaTilde.slice(1).map(Math.log));
        expect(logVarLarge.slice(1)).toEqual(beta.slice(1).map(Math.log));
      }),
    );
  });
});

test('1 − ᾱ keeps its digits where 1 − alphaBar has none', () => {
  const { oneMinusAlphaBar, alphaBar } = scheduleFromBetas([1e-18, 1e-18]);
  expect(1 - alphaBar[1]).toBe(0);
  expect(oneMinusAlphaBar).toBeAllClose([1e-18, 2e-18], { rtol: 1e-15, atol: 0 });
});

test('a schedule is frozen, named and does not alias its input', () => {
  const betas = new Float64Array([0.1, 0.5]);
  const schedule = scheduleFromBetas(betas, { name: 'mine' });
  betas[0] = 0.9;
  expect(schedule.beta[0]).toBe(0.1);
  expect(schedule.name).toBe('mine');
  expect(scheduleFromBetas([0.1]).name).toBe('betas');
  expect(Object.isFrozen(schedule)).toBe(true);
});

test.each([
  [[], /scheduleFromBetas: betas is empty/],
  [[0.1, 0], /beta of step 2 is 0/],
  [[1], /beta of step 1 is 1/],
  [[-0.1], /beta of step 1 is -0.1/],
  [[0.1, 0.2, NaN], /beta of step 3 is NaN/],
  [[Infinity], /beta of step 1 is Infinity/],
])('betas %j are refused', (betas, message) => {
  expect(() => scheduleFromBetas(betas)).toThrow(RangeError);
  expect(() => scheduleFromBetas(betas)).toThrow(message);
});

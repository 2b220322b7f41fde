import { describe, expect, test } from 'vitest';
import { minSnrWeight, type Prediction, vlbWeight } from '@diffgan/objectives';
import { linearSchedule, rescaleZeroTerminalSnr } from '@diffgan/schedule';

const schedule = linearSchedule();

// Factor from the error of x_0 to that of the prediction, squared, at fixed x_t.
const { snr, alphaBar, oneMinusAlphaBar, posteriorX0 } = schedule;
const fromX0: Record<Prediction, (i: number) => number> = {
  eps: (i) => snr[i],
  x0: () => 1,
  v: (i) => 1 / oneMinusAlphaBar[i],
  mean: (i) => posteriorX0[i] ** 2,
};

describe.each(Object.entries(fromX0))('minSnrWeight of %s', (predicts, factor) => {
  test.each([1, 100, 240, 241, 1000])('weights the error of x_0 with min(SNR, γ) at t = %d', (t) => {
    const weight = minSnrWeight({ predicts: predicts as Prediction, gamma: 5 })(schedule, t);
    expect(weight * factor(t - 1)).toBeCloseTo(Math.min(snr[t - 1], 5), 10);
  });

  test('is finite where no signal is left', () => {
    const weight = minSnrWeight({ predicts: predicts as Prediction })(rescaleZeroTerminalSnr(schedule), 1000);
    expect(weight).toBe(predicts === 'eps' ? 1 : 0);
  });
});

test('without an upper limit, the weight of ε is 1', () => {
  expect(minSnrWeight({ gamma: Infinity })(schedule, 1)).toBe(1);
});

test('the weight of the bound is ½(SNR_{t−1}/SNR_t − 1) for σ² = β̃', () => {
  for (const t of [2, 500, 1000]) {
    const expected = 0.5 * (snr[t - 2] / snr[t - 1] - 1);
    expect([vlbWeight({ variance: 'fixedSmall' })(schedule, t)]).toBeAllClose([expected], { rtol: 1e-9, atol: 0 });
  }
  expect(alphaBar[0]).toBe(0.9999);
  expect(Number.isFinite(vlbWeight({ variance: 'fixedSmall' })(schedule, 1))).toBe(true);
});

test('what cannot be is refused', () => {
  for (const gamma of [0, -1, NaN]) {
    expect(() => minSnrWeight({ gamma })).toThrow(RangeError);
    expect(() => minSnrWeight({ gamma })).toThrow(`minSnrWeight: gamma is ${gamma}`);
  }
  expect(() => minSnrWeight({ predicts: 'score' as 'v' })).toThrow("minSnrWeight: the prediction is 'score'");
  expect(() => vlbWeight({ variance: 'learned' as 'fixedSmall' })).toThrow("vlbWeight: variance is 'learned'");
});

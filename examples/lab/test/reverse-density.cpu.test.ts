import { expect, it } from 'vitest';
import { scheduleFromBetas } from '@diffgan/schedule';
import { reverseDensity } from '../src/points/reverse-density.ts';

const schedule = scheduleFromBetas([0.3, 0.8]);

it('is the normal distribution that one Gaussian has', () => {
  // x_1 ~ N(√ᾱ_1 m, v), x_2 | x_1 ~ N(√α_2 x_1, β_2): precisions add.
  const [mean, std, xt] = [[1, -0.5], 0.4, [0.3, 0.8]] as const;
  const [before, alpha, beta] = [schedule.alphaBar[0], schedule.alpha[1], schedule.beta[1]];
  const v = before * std ** 2 + 1 - before;
  const variance = 1 / (1 / v + alpha / beta);
  const centre = mean.map((m, i) => variance * ((Math.sqrt(before) * m) / v + (Math.sqrt(alpha) * xt[i]) / beta));
  const at = Float32Array.of(centre[0], centre[1], centre[0] + 0.6, centre[1], centre[0], centre[1] - 1.1);
  const found = reverseDensity({ means: [mean], std }, schedule, { t: 2, xt, at });
  const expected = [1, Math.exp(-(0.6 ** 2) / (2 * variance)), Math.exp(-(1.1 ** 2) / (2 * variance))];
  expect(found).toBeAllClose(expected, { rtol: 1e-5, atol: 0 });
});

it('has a mode at each of two centres between which x_t is in doubt, and one where it is not', () => {
  const mixture = {
    means: [
      [-2, 0],
      [2, 0],
    ],
    std: 0.1,
  };
  const at = Float32Array.of(-2, 0, 0, 0, 2, 0).map((x) => x * Math.sqrt(schedule.alphaBar[0]));
  const [left, middle, right] = reverseDensity(mixture, schedule, { t: 2, xt: [0, 0], at });
  expect([left, right]).toBeAllClose([1, 1], { rtol: 1e-5, atol: 0 });
  expect(middle).toBeLessThan(0.1);
  const [far, , near] = reverseDensity(mixture, schedule, { t: 2, xt: [2, 0], at });
  expect(near).toBe(1);
  expect(far).toBeLessThan(0.1);
});

import type { GaussianMixture } from '@diffgan/data';
import type { NoiseSchedule } from '@diffgan/schedule';

/**
 * The exact density q(x_{t−1} | x_t) of a mixture, up to a factor, on a square grid: q(x_t | x_{t−1}) q(x_{t−1}), of which the second is a
 * mixture again, of centres √ᾱ_{t−1} m_k and variance ᾱ_{t−1} s² + 1 − ᾱ_{t−1}.
 *
 * @param at coordinates of the grid, row by row x, y, x, y, …
 * @returns a value per point, the largest 1.
 */
export function reverseDensity(
  { means, std }: GaussianMixture,
  schedule: NoiseSchedule,
  { t, xt, at }: { t: number; xt: readonly [number, number]; at: Float32Array },
): Float32Array {
  const [beta, before] = [schedule.beta[t - 1], schedule.alphaBarPrev[t - 1]];
  const [step, signal] = [Math.sqrt(1 - beta), Math.sqrt(before)];
  const variance = before * std ** 2 + 1 - before;
  const logs = new Float32Array(at.length / 2);
  for (let i = 0; i < logs.length; i++) {
    const [x, y] = [at[2 * i], at[2 * i + 1]];
    const forward = -((xt[0] - step * x) ** 2 + (xt[1] - step * y) ** 2) / (2 * beta);
    logs[i] =
      forward + logSum(means.map(([a, b]) => -((x - signal * a) ** 2 + (y - signal * b) ** 2) / (2 * variance)));
  }
  const most = logs.reduce((a, b) => Math.max(a, b), -Infinity);
  return logs.map((log) => Math.exp(log - most));
}

function logSum(values: readonly number[]): number {
  const most = values.reduce((a, b) => Math.max(a, b), -Infinity);
  return most + Math.log(values.reduce((sum, value) => sum + Math.exp(value - most), 0));
}

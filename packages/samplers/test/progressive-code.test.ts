import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { key, normal } from '@diffgan/ops';
import { progressiveCode, type ProgressiveCodeOptions, run } from '@diffgan/samplers';
import { vpSchedule } from '@diffgan/schedule';
import { gaussianMixture } from '../../../test/oracles.ts';

const schedule = vpSchedule(8);
const s2 = 0.25;
const model = gaussianMixture({ means: [new Array<number>(500).fill(0)], std: 0.5 }).denoiser(schedule);
const data = () => tf.tidy(() => tf.mul(0.5, normal(key(9), [40, 500])));

test.each(['fixedLarge', 'fixedSmall'] as const)(
  'for data N(0, ¼) and the exact denoiser, rate and distortion are those of theory, variance %s',
  async (variance) => {
    const x0 = data();
    const seen: number[] = [];
    const options = { x0, variance, clip: false, key: key(1) };
    const curve = await run(progressiveCode(model, schedule, options), ({ t }) => seen.push(t));
    expect(seen).toEqual([8, 7, 6, 5, 4, 3, 2, 1]);

    const { alphaBar, oneMinusAlphaBar, betaTilde, beta, posteriorX0 } = schedule;
    const share = alphaBar[7];
    let nats = (share * s2 - share - Math.log(oneMinusAlphaBar[7])) / 2;
    for (const { t, rate, distortion } of curve) {
      const i = t - 1;
      const error = (s2 * oneMinusAlphaBar[i]) / (alphaBar[i] * s2 + oneMinusAlphaBar[i]); // E(x_0 − x̂_0)²
      // Five standard errors of a root mean square of 20 000 numbers, and of the KL, which is a sum of such squares.
      expect([distortion]).toBeAllClose([127.5 * Math.sqrt(error)], { rtol: 5 / Math.sqrt(2 * x0.size), atol: 0 });
      expect([rate]).toBeAllClose([nats / Math.LN2], { rtol: 5 * Math.sqrt(2 / x0.size), atol: 1e-6 });
      const model2 = variance === 'fixedLarge' ? beta[i] : betaTilde[i];
      nats += (Math.log(model2 / betaTilde[i]) - 1 + (betaTilde[i] + posteriorX0[i] ** 2 * error) / model2) / 2;
    }
    x0.dispose();
  },
);

test('the mean of roots is at most the root of the mean', async () => {
  const x0 = data();
  const [squares, roots] = [
    await run(progressiveCode(model, schedule, { x0 })),
    await run(progressiveCode(model, schedule, { x0, average: 'roots' })),
  ];
  for (const [i, { distortion }] of roots.entries()) expect(distortion).toBeLessThan(squares[i].distortion);
  expect(roots.map(({ rate }) => rate)).toEqual(squares.map(({ rate }) => rate));
  x0.dispose();
});

test('a prediction that is not finite ends it, though clipping would hide it', async () => {
  const x0 = tf.zeros([2, 4]);
  const before = tf.memory().numTensors;
  for (const wrong of [NaN, Infinity]) {
    const coding = run(progressiveCode((xt) => tf.fill(xt.shape, wrong), vpSchedule(4), { x0 }));
    await expect(coding).rejects.toMatchObject({ name: 'NotFiniteError', step: 4 });
    expect(tf.memory().numTensors).toBe(before);
  }
  x0.dispose();
});

test('frees everything when broken off, aborted or failing, and returns no tensor', async () => {
  const x0 = data();
  const before = tf.memory().numTensors;
  for await (const { index } of progressiveCode(model, schedule, { x0 })) if (index === 2) break;
  expect(tf.memory().numTensors).toBe(before);
  const controller = new AbortController();
  const aborted = run(progressiveCode(model, schedule, { x0, signal: controller.signal }), () => controller.abort());
  await expect(aborted).rejects.toThrow(expect.objectContaining({ name: 'AbortError' }));
  expect(tf.memory().numTensors).toBe(before);
  await expect(run(progressiveCode((x) => tf.concat([x, x], 1), schedule, { x0 }))).rejects.toThrow('progressiveCode');
  expect(tf.memory().numTensors).toBe(before);
  x0.dispose();
});

test.each([
  [{ variance: 'learned' }, "variance is 'learned'"],
  [{ average: 'median' }, "average is 'median'"],
])('%j is refused', async (options, message) => {
  const x0 = tf.zeros([1, 500]);
  const coding = run(progressiveCode(model, schedule, { x0, ...options } as ProgressiveCodeOptions));
  await expect(coding).rejects.toThrow(message);
  x0.dispose();
});

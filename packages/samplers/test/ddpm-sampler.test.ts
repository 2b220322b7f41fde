import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { foldIn, key, normalArray, split } from '@diffgan/ops';
import { ddpmSampler, type DdpmSamplerOptions, run } from '@diffgan/samplers';
import { linearSchedule, vpSchedule } from '@diffgan/schedule';
import { vector } from '../../../test/vectors.ts';

const schedule = vpSchedule(4);

test.each(['fixedLarge', 'fixedSmall'] as const)(
  'with the exact denoiser of N(0, ¼) and variance %s the samples have the variance the theory gives',
  async (variance) => {
    const s2 = 0.25;
    const epsOracle = (xt: tf.Tensor, position: tf.Tensor) => {
      // E[ε | x_t] = √(1−ᾱ) x_t / (ᾱ s² + 1 − ᾱ)
      const slopes = Array.from(schedule.alphaBar, (a) => Math.sqrt(1 - a) / (a * s2 + 1 - a));
      return tf.mul(xt, tf.reshape(tf.gather(tf.tensor1d(slopes), tf.cast(position, 'int32')), [-1, 1]));
    };
    const shape = [100, 1000];
    const samples = await run(ddpmSampler(epsOracle, schedule, { shape, key: key(5), variance, clip: false }));
    const { expected } = vector<Record<'vp4', Record<typeof variance, number>>>('sample.gaussianOracle');
    const values = await samples.data<'float32'>();
    const actual = values.reduce((sum, x) => sum + x * x, 0) / values.length;
    // Five standard errors of the variance of 100 000 normal numbers: fails for one key in 1.7 million.
    const bound = 5 * Math.sqrt(2 / values.length);
    expect([actual]).toBeAllClose([expected.vp4[variance]], { rtol: bound, atol: 0 });
    samples.dispose();
  },
);

test.each([
  ['fixedLarge', true],
  ['fixedLarge', false],
  ['fixedSmall', true],
] as const)('two steps by hand, variance %s, clip %s', async (variance, clip) => {
  const { posteriorX0, posteriorXt, alphaBar, oneMinusAlphaBar, beta, betaTilde } = linearSchedule(2, {
    betaEnd: 0.5,
  });
  const epsHat = 0.6;
  const mean = (xt: number, i: number) => {
    const x0Hat = (xt - Math.sqrt(oneMinusAlphaBar[i]) * epsHat) / Math.sqrt(alphaBar[i]);
    const kept = clip ? Math.max(-1, Math.min(1, x0Hat)) : x0Hat;
    return posteriorX0[i] * kept + posteriorXt[i] * xt;
  };
  const sigma = Math.sqrt({ fixedLarge: beta, fixedSmall: betaTilde }[variance][1]);
  const noise = normalArray(split(foldIn(key(3), 2))[1], 6);
  const expected = Array.from(normalArray(foldIn(key(3), 0), 6), (x2, j) => mean(mean(x2, 1) + sigma * noise[j], 0));

  const samples = await run(
    ddpmSampler((xt) => tf.fill(xt.shape, epsHat), linearSchedule(2, { betaEnd: 0.5 }), {
      shape: [2, 3],
      key: key(3),
      variance,
      clip,
    }),
  );
  // About ten float32 roundings of numbers up to 5.
  expect(await samples.data()).toBeAllClose(expected, { rtol: 0, atol: 5e-6 });
  samples.dispose();
});

test('samples are clipped images by default', async () => {
  const samples = await run(ddpmSampler((xt) => tf.mul(xt, -3), schedule, { shape: [2, 50] }));
  expect((await samples.data()).every((x) => Math.abs(x) <= 1)).toBe(true);
  samples.dispose();
});

test('a timer can abort it: the event loop turns at every step', async () => {
  let calls = 0;
  const model = (xt: tf.Tensor) => {
    calls++;
    return tf.zerosLike(xt);
  };
  const sampling = run(ddpmSampler(model, linearSchedule(20_000), { shape: [1, 1], signal: AbortSignal.timeout(50) }));
  await expect(sampling).rejects.toThrow(expect.objectContaining({ name: 'TimeoutError' }));
  expect(calls).toBeLessThan(20_000);
});

test.each(['fixedLarge', 'fixedSmall'] as const)(
  'a step from 500 has the reference value, variance %s',
  async (variance) => {
    const { expected, float32 } = vector<Record<string, number>>('sample.ancestral');
    const xT = tf.tensor2d([[0.9]]);
    const options = { xT, key: key(1), from: 500, until: 499, variance, preview: true };
    const previews: tf.Tensor[] = [];
    const sampling = ddpmSampler((x) => tf.fill(x.shape, 0.6), linearSchedule(), options);
    const samples = await run(sampling, ({ preview }) => previews.push(preview!));
    const [z] = normalArray(split(foldIn(key(1), 500))[1], 1);
    const name = variance === 'fixedLarge' ? 'xPrevClip_beta' : 'xPrevClip_betaTilde';
    const sigma = (expected[name] - expected.meanClip) / -0.75;
    expect(await samples.data()).toBeAllClose([expected.meanClip + sigma * z], float32);
    expect(await previews[0].data()).toBeAllClose([1], float32); // x̂_0 = 1.156, clipped
    tf.dispose([xT, samples, previews]);
  },
);

test('a learned variance needs twice the channels', async () => {
  const sample = (model: (x: tf.Tensor) => tf.Tensor) =>
    run(ddpmSampler(model, schedule, { shape: [1, 3], variance: 'learnedRange' }));
  (await sample((x) => tf.zeros([x.shape[0], 6]))).dispose();
  await expect(sample((x) => x)).rejects.toThrow(RangeError);
  await expect(sample((x) => tf.concat([x, x, x, x], 1))).rejects.toThrow('the network returned shape [1,6]');
});

test('an unknown variance is refused', async () => {
  const options = { shape: [1, 1], variance: 'huge' } as unknown as DdpmSamplerOptions;
  const sampling = () => run(ddpmSampler((xt) => tf.zerosLike(xt), schedule, options));
  await expect(sampling()).rejects.toThrow(RangeError);
  await expect(sampling()).rejects.toThrow("variance is 'huge'; use one of fixedLarge, fixedSmall");
});

import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { predict, type Prediction, reverseVariance, targetOf } from '@diffgan/objectives';
import { foldIn, gradientOf, key, type Model, normal } from '@diffgan/ops';
import {
  classifierFreeGuidance,
  type ClassifierFreeGuidanceOptions,
  classifierGuidance,
  ddimSampler,
  ddpmSampler,
  run,
} from '@diffgan/samplers';
import { linearSchedule, type NoiseSchedule, respace, scheduleFromBetas, vpSchedule } from '@diffgan/schedule';
import { gaussianMixture } from '../../../test/oracles.ts';
import { vector } from '../../../test/vectors.ts';
import { valuesOf } from './values-of.ts';

const means = [[0, 1], [-Math.sqrt(3) / 2, -0.5], [Math.sqrt(3) / 2, -0.5]]; // prettier-ignore
const std = 0.5;
const mixture = gaussianMixture({ means, std });
const components = means.map((mean) => gaussianMixture({ means: [mean], std }));

describe('classifierFreeGuidance', () => {
  test.each([true, false])('has the reference values, batched %s', async (batched) => {
    const { expected, float32 } = vector<{ eps: number[][] }>('guidance.cfg');
    const xt = tf.zeros([1, 2]);
    const [position, cond] = [tf.zeros([1]), tf.ones([1], 'int32')];
    const calls: number[] = [];
    const model = (x: tf.Tensor, _position: tf.Tensor, c: tf.Tensor) => {
      calls.push(x.shape[0]);
      const given = tf.cast(tf.reshape(c, [-1, 1]), 'float32'); // 1 with the condition, 0 without
      return tf.add(tf.mul(given, [[0.2, -1]]), tf.mul(tf.sub(1, given), [[0.5, 0.3]]));
    };
    for (const [i, w] of [0, 0.3, 3].entries()) {
      for (const weight of [{ w }, { scale: 1 + w }]) {
        const guided = classifierFreeGuidance(model, { ...weight, nullCond: 0, batched });
        expect(await valuesOf(guided(xt, position, cond))).toBeAllClose(expected.eps[i], float32);
      }
    }
    expect(calls).toEqual(batched ? new Array(6).fill(2) : new Array(12).fill(1));
    tf.dispose([xt, position, cond]);
  });

  test('leaves the learned variance to the conditional prediction, and takes a tensor for ∅', async () => {
    const [xt, position, cond, nullCond] = [tf.zeros([1, 1]), tf.zeros([1]), tf.ones([1]), tf.zeros([1])];
    const model = (_x: tf.Tensor, _p: tf.Tensor, c: tf.Tensor) => tf.reshape(tf.stack([c, tf.mul(5, c)], 1), [-1, 2]);
    const guided = classifierFreeGuidance(model, { w: 1, nullCond });
    expect(await valuesOf(guided(xt, position, cond))).toEqual([2, 5]);
    tf.dispose([xt, position, cond, nullCond]);
  });

  test('refuses both weights, none, one that is not finite, and to run without a condition', () => {
    const wrap = (weights: object) =>
      classifierFreeGuidance((x) => x, { nullCond: 0, ...weights } as ClassifierFreeGuidanceOptions);
    expect(() => wrap({})).toThrow(TypeError);
    expect(() => wrap({ w: 1, scale: 2 })).toThrow('give either w or scale');
    expect(() => wrap({ w: NaN })).toThrow(RangeError);
    const [xt, position] = [tf.zeros([1, 1]), tf.zeros([1])];
    expect(() => wrap({ w: 1 })(xt, position)).toThrow('no condition');
    tf.dispose([xt, position]);
  });
});

describe('guided mixture of three Gaussians', () => {
  // Data all but without noise: the densities of the vector are those at t = 0.
  const clear = scheduleFromBetas([1e-9]);

  test.each(['0', '1', '3', '10'] as const)('p(x|c) p(c|x)^w has the reference mean for w = %s', async (w) => {
    const { expected, float32 } = vector<Record<typeof w, { Z: number; meanY: number }>>('guidance.mixture3');
    const grid = tf.tidy(() => {
      const points = tf.linspace(-5, 5, 201);
      return tf.reshape(tf.stack(tf.meshgrid(points, points), -1), [-1, 2]);
    });
    const weighted = tf.tidy(() => {
      const share = tf.slice(tf.softmax(mixture.classifier(clear)(grid, tf.zeros([grid.shape[0]]))), [0, 0], [-1, 1]);
      const density = tf.div(tf.exp(tf.mul(-2, tf.sum(tf.square(tf.sub(grid, [means[0]])), 1, true))), Math.PI / 2);
      const guided = tf.mul(density, tf.pow(share, Number(w)));
      return tf.concat(
        [tf.sum(guided), tf.sum(tf.mul(guided, tf.slice(grid, [0, 1], [-1, 1])))].map((x) => tf.reshape(x, [1])),
      );
    });
    const [mass, moment] = await valuesOf(weighted);
    expect([mass * 0.05 ** 2, moment / mass]).toBeAllClose([expected[w].Z, expected[w].meanY], float32);
    grid.dispose();
  });

  /** Both kinds of guidance of the exact networks, by the same w; ∅ is class 3. */
  const guidances = {
    'a classifier': (schedule: NoiseSchedule, w: number) =>
      classifierGuidance(mixture.denoiser(schedule), mixture.classifier(schedule), { w: w + 1, schedule }),
    'no classifier': (schedule: NoiseSchedule, w: number) =>
      classifierFreeGuidance(
        (xt, at, c) => {
          const conditional = tf.cast(tf.reshape(tf.equal(c, 0), [-1, 1]), 'float32');
          const [given, none] = [components[0], mixture].map((m) => m.denoiser(schedule)(xt, at));
          return tf.add(tf.mul(conditional, given), tf.mul(tf.sub(1, conditional), none));
        },
        { w, nullCond: 3 },
      ),
  };

  test('both kinds of guidance follow the score of that density', async () => {
    const schedule = vpSchedule(10);
    const w = 3;
    const x = tf.tensor2d([[0.3, 0.4], [-0.5, -1], [1.2, 0.1]]); // prettier-ignore
    const position = tf.tensor1d([2, 5, 7]);
    const cond = tf.zeros([3], 'int32');
    const sigma = tf.tensor2d([2, 5, 7].map((p) => [Math.sqrt(schedule.oneMinusAlphaBar[p])]));
    const wanted = await valuesOf(
      tf.tidy(() => {
        const posterior = (y: tf.Tensor) =>
          tf.slice(tf.logSoftmax(mixture.classifier(schedule)(y, position)), [0, 0], [-1, 1]);
        const conditional = components[0].denoiser(schedule)(x, position);
        return tf.sub(conditional, tf.mul(tf.mul(w, sigma), gradientOf(posterior, x)));
      }),
    );
    // Sums of about ten float32 terms up to 10.
    for (const guided of Object.values(guidances))
      expect(await valuesOf(guided(schedule, w)(x, position, cond))).toBeAllClose(wanted, { rtol: 1e-4, atol: 2e-5 });
    tf.dispose([x, position, cond, sigma]);
  });

  // Nearly the data: the variance of a component is 0.25075 there, 0.3 % more.
  const slight = scheduleFromBetas([1e-3]);
  const scoreOf = (epsHat: tf.Tensor) => tf.mul(-1 / Math.sqrt(slight.oneMinusAlphaBar[0]), epsHat);

  test.each(
    Object.entries(guidances).flatMap(([name, guided]) =>
      (['0', '1', '3', '10'] as const).map((w) => [w, name, guided] as const),
    ),
  )('with w = %s and %s the score is that of the reference density', async (w, _, guided) => {
    const { expected } = vector<Record<typeof w, { Z: number; meanY: number }>>('guidance.mixture3');
    const step = 0.1;
    const side = Array.from({ length: 101 }, (_row, i) => -5 + i * step);
    const points = side.flatMap((x) => side.map((y) => [x, y]));
    const cond = tf.zeros([points.length], 'int32');
    const grid = tf.tensor2d(points);
    const position = tf.zeros([points.length]);
    const score = await valuesOf(tf.tidy(() => scoreOf(guided(slight, Number(w))(grid, position, cond))));
    /** E f(x, s(x)) under the density, normalised by the reference. */
    const mean = (f: (x: number, y: number, sx: number, sy: number) => number) =>
      points.reduce((sum, [x, y], i) => {
        const [own, ...others] = means.map(([a, b]) => Math.exp(-2 * ((x - a) ** 2 + (y - b) ** 2)));
        const density = ((2 / Math.PI) * own ** (Number(w) + 1)) / (own + others[0] + others[1]) ** Number(w);
        return density > 0 ? sum + density * f(x, y, score[2 * i], score[2 * i + 1]) : sum;
      }, 0) *
      (step ** 2 / expected[w].Z);
    // By parts, E s = 0 and E s xᵀ = −1 for the score of the density and for no other field of its direction and size.
    const close = { rtol: 0, atol: 0.01 };
    expect([mean((_x, y) => y)]).toBeAllClose([expected[w].meanY], { rtol: 1e-4 });
    expect([mean((_x, _y, sx) => sx), mean((_x, _y, _sx, sy) => sy)]).toBeAllClose([0, 0], close);
    expect([mean((x, _y, sx) => sx * x), mean((_x, y, _sx, sy) => sy * y)]).toBeAllClose([-1, -1], close);
    expect([mean((x, _y, _sx, sy) => sy * x), mean((_x, y, sx) => sx * y)]).toBeAllClose([0, 0], close);
    tf.dispose([cond, grid, position]);
  });

  test.each(Object.entries(guidances))('samples at that level, with %s, have the reference mean', async (_, guided) => {
    const { expected } = vector<Record<string, { meanY: number }>>('guidance.mixture3');
    const [count, w, size] = [4000, 3, 0.02];
    const [cond, position] = [tf.zeros([count], 'int32'), tf.zeros([count])];
    const model = guided(slight, w);
    let x = normal(key(8), [count, 2]);
    for (let move = 0; move < 60; move++) {
      const next = tf.tidy(() =>
        tf.addN([
          x,
          tf.mul(size, scoreOf(model(x, position, cond))),
          tf.mul(Math.sqrt(2 * size), normal(foldIn(key(9), move), [count, 2])),
        ]),
      );
      x.dispose();
      x = next;
    }
    const values = await valuesOf(x);
    const ys = values.filter((_value, i) => i % 2 === 1);
    const xs = values.filter((_value, i) => i % 2 === 0);
    const mean = (list: ArrayLike<number>) => Array.from(list).reduce((a, b) => a + b) / count;
    const error = std / Math.sqrt(count);
    expect(Math.abs(mean(ys) - expected[w].meanY)).toBeLessThan(4 * error); // a bias of the moves is a tenth of that
    expect(Math.abs(mean(xs))).toBeLessThan(4 * error);
    tf.dispose([cond, position]);
  });

  test('guided samples move away from the other classes', async () => {
    const schedule = respace(linearSchedule(), 25);
    const { expected } = vector<Record<string, { meanY: number }>>('guidance.mixture3');
    const cond = tf.zeros([2000], 'int32');
    const mean: number[] = [];
    for (const w of [0, 1, 3]) {
      // Weight w of the conditional model is weight w + 1 of the unconditional one.
      const guided = classifierGuidance(mixture.denoiser(schedule), mixture.classifier(schedule), {
        w: w + 1,
        schedule,
      });
      const options = { shape: [2000, 2], cond, clip: false, key: key(4) };
      const values = await valuesOf(await run(ddimSampler(guided, schedule, options)));
      mean.push(values.reduce((sum, y, i) => (i % 2 ? sum + y : sum), 0) / 2000);
    }
    expect(Math.abs(mean[0] - expected[0].meanY)).toBeLessThan(5 * (std / Math.sqrt(2000)));
    // The guided chain does not sample that density exactly, but moves to the same side, by as much at least.
    expect(mean[1]).toBeGreaterThan(expected[1].meanY - 0.03);
    expect(mean[2]).toBeGreaterThan(mean[1]);
    cond.dispose();
  });
});

describe('classifierGuidance', () => {
  const schedule = linearSchedule(20, { scale: 50 });
  const classifier = mixture.classifier(schedule);

  test.each(['x0', 'v', 'mean'] as const)(
    'guides a model that predicts %s like one that predicts ε',
    async (predicts) => {
      const x = tf.tensor2d([[0.3, 0.4], [-0.5, -1]]); // prettier-ignore
      const [position, cond] = [tf.tensor1d([3, 15]), tf.tensor1d([0, 2], 'int32')];
      const t = [4, 16];
      const eps = mixture.denoiser(schedule);
      /** The same model in another space. */
      const inSpace = (kind: Prediction, epsHat: tf.Tensor) =>
        tf.tidy(() => {
          const sigma = tf.tensor2d(t.map((s) => [Math.sqrt(schedule.oneMinusAlphaBar[s - 1])]));
          const signal = tf.tensor2d(t.map((s) => [Math.sqrt(schedule.alphaBar[s - 1])]));
          const x0 = tf.div(tf.sub(x, tf.mul(sigma, epsHat)), signal);
          return targetOf(kind, schedule, x0, { t, noise: epsHat, xt: x });
        });
      const guidedEps = classifierGuidance(eps, classifier, { w: 2, schedule })(x, position, cond);
      const wanted = await valuesOf(inSpace(predicts, guidedEps));
      const model = (xt: tf.Tensor, at: tf.Tensor) => inSpace(predicts, eps(xt, at));
      const guided = classifierGuidance(model, classifier, { w: 2, schedule, predicts });
      expect(await valuesOf(guided(x, position, cond))).toBeAllClose(wanted, { rtol: 1e-4, atol: 1e-5 });
      tf.dispose([x, position, cond, guidedEps]);
    },
  );

  test('in the mean form shifts the mean of a step by w β_t ∇log p', async () => {
    const xT = tf.tensor2d([[0.3, 0.4]]);
    const cond = tf.tensor1d([1], 'int32');
    const step = (model: ReturnType<typeof classifierGuidance>) =>
      run(ddpmSampler(model, schedule, { xT, cond, from: 9, until: 8, clip: false }));
    const plain = await step(mixture.denoiser(schedule));
    const guided = await step(
      classifierGuidance(mixture.denoiser(schedule), classifier, { w: 2, schedule, form: 'mean' }),
    );
    const gradient = tf.tidy(() =>
      gradientOf((x) => tf.slice(tf.logSoftmax(classifier(x, tf.tensor1d([8]))), [0, 1], [1, 1]), xT),
    );
    const shift = await valuesOf(tf.sub(guided, plain));
    const wanted = (await valuesOf(gradient)).map((g) => 2 * schedule.beta[8] * g);
    expect(shift).toBeAllClose(wanted, { rtol: 1e-4, atol: 2e-6 });
    tf.dispose([xT, cond, plain, guided]);
  });

  describe('of a model that learns its variance', () => {
    const xT = [[0.3, 0.4], [-0.5, -1]]; // prettier-ignore
    const spread = [[0.2, -0.6], [0.9, -1]]; // prettier-ignore
    const eps = mixture.denoiser(schedule);
    const withSpread = (x: tf.Tensor) => tf.tidy(() => tf.concat([x, tf.tensor2d(spread)], 1));
    const learned = (xt: tf.Tensor, at: tf.Tensor) => tf.tidy(() => withSpread(eps(xt, at)));
    const gradients = async () =>
      valuesOf(
        tf.tidy(() =>
          gradientOf(
            (x) => tf.slice(tf.logSoftmax(classifier(x, tf.tensor1d([8, 8]))), [0, 1], [2, 1]),
            tf.tensor2d(xT),
          ),
        ),
      );

    test('shifts the mean half only, of vectors and of images of one channel', async () => {
      const x = tf.tensor2d(xT);
      const [position, cond] = [tf.tensor1d([8, 8]), tf.tensor1d([1, 1], 'int32')];
      for (const form of ['eps', 'mean'] as const) {
        const guide = (model: typeof learned) => classifierGuidance(model, classifier, { w: 2, schedule, form });
        const [plain, both] = [guide(eps), guide(learned)].map((model) => model(x, position, cond));
        expect(await valuesOf(both)).toBeAllClose(await valuesOf(withSpread(plain)));
        plain.dispose();
      }
      const image = tf.zeros([2, 2, 2, 1]);
      const flat = (y: tf.Tensor) => tf.mean(tf.reshape(y, [2, 4]), 1, true);
      const guided = classifierGuidance(
        (y) => tf.concat([y, tf.onesLike(y)], 3),
        (y) => tf.concat([flat(y), tf.neg(flat(y))], 1),
        { w: 2, schedule },
      );
      const [mean, variance] = await Promise.all(
        tf.tidy(() => tf.split(guided(image, position, cond), 2, 3)).map(valuesOf),
      );
      expect(variance).toEqual(new Array(8).fill(1));
      // ∇ log σ(−2 mean) = −1/4 for each pixel, times −w √(1 − ᾱ)
      expect(mean).toBeAllClose(new Array(8).fill(0.5 * Math.sqrt(schedule.oneMinusAlphaBar[8])));
      tf.dispose([x, position, cond, image]);
    });

    test.each(['learnedRange', 'learned', 'fixedSmall', 'fixedLarge'] as const)(
      'in the mean form shifts the mean of a step by w σ² ∇log p, σ² %s',
      async (variance) => {
        const x = tf.tensor2d(xT);
        const cond = tf.tensor1d([1, 1], 'int32');
        const isLearned = variance.startsWith('learned');
        const step = async (model: Model) =>
          valuesOf(await run(ddpmSampler(model, schedule, { xT: x, cond, from: 9, until: 8, clip: false, variance })));
        const model = isLearned ? learned : eps;
        const plain = await step(model);
        const guided = await step(classifierGuidance(model, classifier, { w: 2, schedule, form: 'mean', variance }));
        const output = isLearned ? tf.tensor2d(spread) : undefined;
        const { variance: sigma2, logVariance } = reverseVariance(variance, schedule, [9, 9], { output, rank: 2 });
        const wanted = (await gradients()).map((g) => 2 * g);
        const scales = await valuesOf(tf.tidy(() => tf.mul(sigma2, tf.ones([2, 2]))));
        expect(guided.map((y, i) => y - plain[i])).toBeAllClose(
          wanted.map((g, i) => g * scales[i]),
          { rtol: 1e-4, atol: 2e-6 },
        );
        tf.dispose([x, cond, sigma2, logVariance, output ?? []]);
      },
    );

    test('in the mean form needs the second half', () => {
      const guided = classifierGuidance(eps, classifier, { w: 1, schedule, form: 'mean', variance: 'learnedRange' });
      const [x, position, cond] = [tf.tensor2d(xT), tf.tensor1d([8, 8]), tf.tensor1d([1, 1], 'int32')];
      expect(() => guided(x, position, cond)).toThrow(
        "variance is 'learnedRange', but the model's output has no second half",
      );
      tf.dispose([x, position, cond]);
    });
  });

  test('with clipping first and the mean form it is the step of guided-diffusion: c1 clip(x̂_0) + c2 x_t + w σ² ∇log p', async () => {
    const xT = tf.tensor2d([[2.5, -3]]);
    const cond = tf.tensor1d([1], 'int32');
    const options = { w: 2, schedule, form: 'mean', variance: 'fixedSmall' } as const;
    const step = async (model: Model, clip: boolean) =>
      valuesOf(
        await run(ddpmSampler(model, schedule, { xT, cond, from: 9, until: 8, clip, variance: options.variance })),
      );
    const eps = (x: tf.Tensor) => tf.mul(0.1, x); // x̂_0 beyond the range
    const clipped = await step(eps, true);
    expect(clipped).not.toEqual(await step(eps, false));
    const guided = await step(classifierGuidance(eps, classifier, { ...options, clip: true }), false);
    const gradient = await valuesOf(
      tf.tidy(() => gradientOf((x) => tf.slice(tf.logSoftmax(classifier(x, tf.tensor1d([8]))), [0, 1], [1, 1]), xT)),
    );
    const wanted = clipped.map((x, i) => x + 2 * schedule.betaTilde[8] * gradient[i]);
    expect(guided).toBeAllClose(wanted, { rtol: 1e-5, atol: 2e-5 });
    tf.dispose([xT, cond]);
  });

  test.each(['eps', 'x0', 'v', 'mean'] as const)(
    'clips x̂_0 before the shift if told so, of a model that predicts %s',
    async (predicts) => {
      const x = tf.tensor2d([[2, -3], [0.3, 0.1]]); // prettier-ignore
      const [position, cond] = [tf.tensor1d([8, 8]), tf.tensor1d([1, 1], 'int32')];
      const t = [9, 9];
      const x0 = tf.tensor2d([[1.5, -2], [0.2, 0.7]]); // prettier-ignore
      const inSpace = (data: tf.Tensor) =>
        tf.tidy(() => {
          const { eps } = predict('x0', schedule, data, { t, xt: x });
          return targetOf(predicts, schedule, data, { t, noise: eps, xt: x });
        });
      const options = { w: 2, schedule, predicts };
      const first = classifierGuidance(() => inSpace(x0), classifier, { ...options, clip: true });
      const clipped = classifierGuidance(() => tf.tidy(() => inSpace(tf.clipByValue(x0, -1, 1))), classifier, options);
      const [values, wanted] = [first, clipped].map((model) => model(x, position, cond));
      expect(await valuesOf(values)).toBeAllClose(await valuesOf(wanted), { rtol: 1e-4, atol: 1e-5 });
      tf.dispose([x, position, cond, x0]);
    },
  );

  test('knows the noise level at positions of a respaced schedule and between them', async () => {
    const few = respace(linearSchedule(), [100, 200, 300]);
    const guided = classifierGuidance(
      (x) => tf.zerosLike(x),
      (x) => tf.concat([x, tf.neg(x)], 1),
      { w: 1, schedule: few },
    );
    const x = tf.zeros([3, 1]);
    const [position, cond] = [tf.tensor1d([99, 199, 249]), tf.zeros([3], 'int32')];
    const noise = Array.from(few.oneMinusAlphaBar, Math.sqrt);
    // ∇ log σ(2x) = 1 at 0
    const wanted = [noise[0], noise[1], (noise[1] + noise[2]) / 2].map((n) => -n);
    expect(await valuesOf(guided(x, position, cond))).toBeAllClose(wanted);
    tf.dispose([x, position, cond]);
  });

  test('refuses unknown forms and predictions, a weight that is not finite, and to run without a condition', () => {
    const wrap = (options: object) => classifierGuidance((x) => x, classifier, { w: 1, schedule, ...options });
    expect(() => wrap({ form: 'score' })).toThrow("form is 'score'");
    expect(() => wrap({ predicts: 'noise' })).toThrow("predicts is 'noise'");
    expect(() => wrap({ w: Infinity })).toThrow(RangeError);
    const [xt, position] = [tf.zeros([1, 1]), tf.zeros([1])];
    expect(() => wrap({})(xt, position)).toThrow('no condition');
    tf.dispose([xt, position]);
  });
});

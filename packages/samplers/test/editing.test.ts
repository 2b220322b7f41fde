import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { key, split } from '@diffgan/ops';
import {
  ddganSampler,
  ddimSampler,
  ddpmSampler,
  inpaint,
  interpolate,
  type InterpolateOptions,
  run,
  type Sampler,
  sharedLatent,
  strokeEdit,
} from '@diffgan/samplers';
import { linearSchedule, respace, vpSchedule } from '@diffgan/schedule';
import { gaussianMixture } from '../../../test/oracles.ts';
import { valuesOf } from './values-of.ts';

const means = [[-0.6, -0.6], [0.6, 0.6]]; // prettier-ignore
const mixture = gaussianMixture({ means, std: 0.05 });
const chain = respace(linearSchedule(), 20);
const vp4 = vpSchedule(4);
const vp16 = vpSchedule(16);

// Each decoder with the schedule and the oracle it runs on.
const decoders = {
  ddpmSampler: {
    schedule: chain,
    model: mixture.denoiser(chain),
    sampler: ((model, schedule, options) =>
      ddpmSampler(model, schedule, { ...options, variance: 'fixedSmall' })) as Sampler,
  },
  ddganSampler: {
    schedule: vp16,
    model: mixture.generator(vp16),
    sampler: ((model, schedule, options) =>
      ddganSampler(model, schedule, { ...options, latentDim: mixture.latentDim })) as Sampler,
  },
};

/** Hands back the state it is to decode. */
// eslint-disable-next-line @typescript-eslint/require-await, require-yield -- a sampler without steps
const latents: Sampler = async function* (_model, _schedule, { xT }) {
  return tf.clone(xT!);
};

describe.each(Object.entries(decoders))('with %s', (_, { schedule, model, sampler }) => {
  test('inpaint keeps what is known and makes the rest agree with it', async () => {
    const x0 = tf.tidy(() => tf.tile(tf.tensor2d([[0.6, 9], [-0.6, 9]]), [50, 1])); // prettier-ignore
    const mask = tf.tensor2d([[1, 0]]);
    const filled = await valuesOf(await run(inpaint(model, schedule, { x0, mask, sampler, resamplings: 5 })));
    expect(filled.filter((_x, i) => i % 2 === 0)).toBeAllClose(
      Array.from({ length: 100 }, (_x, i) => (i % 2 ? -0.6 : 0.6)),
    );
    const agreeing = filled.filter((x, i) => i % 2 === 1 && Math.abs(x - filled[i - 1]) < 0.25).length;
    // Blind guesses agree in half of the cases; the method is an approximation.
    expect(agreeing).toBeGreaterThan(75);
    tf.dispose([x0, mask]);
  });

  test('strokeEdit gives data near the strokes', async () => {
    const x0 = tf.tidy(() => tf.tile(tf.tensor2d([[0.5, 0.7]]), [100, 1]));
    const t = Math.round(schedule.steps / 4);
    const edited = await valuesOf(await run(strokeEdit(model, schedule, { x0, t, sampler })));
    // Blind guesses would put half of the 200 coordinates, give or take 10, into the nearer mode; its width is kept.
    const near = edited.filter((x) => Math.abs(x - 0.6) < 0.25);
    expect(near.length).toBeGreaterThan(140);
    const spread = Math.sqrt(near.reduce((sum, x) => sum + (x - 0.6) ** 2, 0) / near.length);
    expect(spread).toBeGreaterThan(0.02);
    x0.dispose();
  });

  test('interpolate ends in data at both ends', async () => {
    const [x0, x1] = means.map((mean) => tf.tensor2d([mean]));
    const t = Math.round(schedule.steps / 2);
    const images = await run(interpolate(model, schedule, { x0, x1, t, sampler, key: key(2) }));
    expect(images.shape).toEqual([11, 2]);
    for (const x of await valuesOf(images)) expect(Math.abs(Math.abs(x) - 0.6)).toBeLessThan(0.3);
    tf.dispose([x0, x1]);
  });

  test('sharedLatent draws copies that differ, the less the later they part', async () => {
    const spreads: number[] = [];
    for (const t of [schedule.steps, 1]) {
      const events: number[] = [];
      const options = { shape: [20, 2], t, copies: 5, sampler, key: key(3) };
      const samples = await run(sharedLatent(model, schedule, options), (event) => events.push(event.t));
      expect(events).toEqual(Array.from({ length: schedule.steps }, (_x, i) => schedule.steps - i));
      expect(samples.shape).toEqual([100, 2]);
      const groups = tf.tidy(() => tf.sqrt(tf.mean(tf.moments(tf.reshape(samples, [20, 5, 2]), 1).variance)));
      spreads.push(...(await valuesOf(groups)));
      samples.dispose();
    }
    expect(spreads[0]).toBeGreaterThan(1.2 * spreads[1]);
  });
});

test('strokes reach the samples of a DDGAN of four steps from t = 1 and 2, not from t = 3', async () => {
  const size = 64;
  const wide = gaussianMixture({ means: [-0.6, 0.6].map((m) => new Array<number>(size).fill(m)), std: 0.05 });
  const sampler: Sampler = (model, schedule, options) =>
    ddganSampler(model, schedule, { ...options, latentDim: wide.latentDim });
  const strokes = tf.fill([400, size], 0.6);
  const share = async (t: number) => {
    const edited = await run(strokeEdit(wide.generator(vp4), vp4, { x0: strokes, t, sampler }));
    return (await valuesOf(edited)).filter((x, i) => i % size === 0 && x > 0).length / 400;
  };
  expect([0, 1, 2].map((i) => Math.sqrt(vp4.alphaBar[i]))).toBeAllClose([0.72, 0.28, 0.06], { rtol: 0, atol: 0.005 });
  expect(await share(1)).toBeGreaterThan(0.97);
  expect(await share(2)).toBeGreaterThan(0.75);
  expect(Math.abs((await share(3)) - 0.5)).toBeLessThan(5 * Math.sqrt(0.25 / 400));
  strokes.dispose();
});

test.each([
  [4, 0.61],
  [8, 0.8],
  [16, 0.97],
])('the rest that a DDGAN of %d steps paints agrees with the known part in a share of %d', async (steps, wanted) => {
  const schedule = vpSchedule(steps);
  const { sampler } = decoders.ddganSampler;
  const x0 = tf.tidy(() => tf.tile(tf.tensor2d([[0.6, 9], [-0.6, 9]]), [200, 1])); // prettier-ignore
  const mask = tf.tensor2d([[1, 0]]);
  const options = { x0, mask, sampler, resamplings: 5 };
  const filled = await valuesOf(await run(inpaint(mixture.generator(schedule), schedule, options)));
  const agreeing = filled.filter((x, i) => i % 2 === 1 && Math.abs(x - filled[i - 1]) < 0.25).length;
  // Three standard errors of 400 draws.
  expect(Math.abs(agreeing / 400 - wanted)).toBeLessThan(3 * Math.sqrt((wanted * (1 - wanted)) / 400));
  tf.dispose([x0, mask]);
});

test('sharedLatent with a deterministic sampler copies the sample', async () => {
  const xT = tf.tensor2d([[0.3, 1], [-1, 0.2]]); // prettier-ignore
  const model = mixture.denoiser(chain);
  const whole = await valuesOf(await run(ddimSampler(model, chain, { xT })));
  for (const t of [20, 8]) {
    const copies = await valuesOf(await run(sharedLatent(model, chain, { xT, t, copies: 2, sampler: ddimSampler })));
    const [a, b, c, d] = whole;
    expect(copies).toBeAllClose([a, b, a, b, c, d, c, d], { atol: 1e-5 });
  }
  xT.dispose();
});

test('each copy has its own condition', async () => {
  const cond = tf.tensor1d([1, 2]);
  const seen: tf.Tensor[] = [];
  const model = (x: tf.Tensor, _position: tf.Tensor, c: tf.Tensor) => {
    seen.push(tf.keep(tf.clone(c)));
    return tf.mul(x, 0.5);
  };
  (await run(sharedLatent(model, vp4, { shape: [2, 1], t: 1, copies: 2, cond }))).dispose();
  expect(await Promise.all(seen.map(valuesOf))).toEqual([[1, 2], [1, 2], [1, 2], [1, 1, 2, 2]]); // prettier-ignore
  cond.dispose();
});

describe('interpolate', () => {
  const [low, high] = [-1, 1];
  const mixed = async (options: Partial<InterpolateOptions>) => {
    const [x0, x1] = [tf.fill([1, 20_000], low), tf.fill([1, 20_000], high)];
    const all = { x0, x1, t: 4, lambdas: [0, 0.5, 1], sampler: latents, ...options };
    const values = await valuesOf(await run(interpolate((x) => x, vp4, all)));
    tf.dispose([x0, x1]);
    return [0, 1, 2].map((i) => values.slice(20_000 * i, 20_000 * (i + 1)));
  };

  test('at t = 0 mixes pixels', async () => {
    const [a, b, c] = await mixed({ t: 0 });
    expect([a[0], b[0], c[0]]).toEqual([-1, 0, 1]);
  });

  test.each([
    ['independent', 0.5],
    ['shared', 1],
    ['spherical', 1],
  ] as const)('with %s noise the mixture has %d times the noise variance in the middle', async (noise, factor) => {
    const [a, b, c] = await mixed({ noise });
    const variance = (x: number[]) => {
      const mean = x.reduce((sum, v) => sum + v, 0) / x.length;
      return x.reduce((sum, v) => sum + (v - mean) ** 2, 0) / x.length;
    };
    const wanted = [1, factor, 1].map((f) => f * vp4.oneMinusAlphaBar[3]);
    expect([a, b, c].map(variance)).toBeAllClose(wanted, { rtol: 5 * Math.sqrt(2 / 20_000), atol: 0 });
  });

  test('refuses ends of different shape, several examples and unknown noise', async () => {
    const [one, two, wide] = [tf.zeros([1, 2]), tf.zeros([2, 2]), tf.zeros([1, 3])];
    const run2 = (x0: tf.Tensor, x1: tf.Tensor, options = {}) =>
      run(interpolate((x) => x, vp4, { x0, x1, t: 2, ...options }));
    await expect(run2(one, wide)).rejects.toThrow('x0 has shape [1,2] and x1 [1,3]');
    await expect(run2(two, two)).rejects.toThrow(RangeError);
    await expect(run2(one, one, { noise: 'none' })).rejects.toThrow("noise is 'none'");
    await expect(run2(one, one, { t: 5 })).rejects.toThrow(RangeError);
    tf.dispose([one, two, wide]);
  });
});

test('inpaint and strokeEdit draw the same for a key whatever its companions are', async () => {
  const keys = split(key(5), 3);
  const model = (x: tf.Tensor) => tf.mul(x, 0.5);
  const mask = tf.tensor1d([1, 0, 0, 0]);
  const [three, one] = [tf.zeros([3, 4]), tf.zeros([1, 4])];
  const edits = [
    (x0: tf.Tensor, some: typeof keys) => inpaint(model, vp4, { x0, mask, keys: some, resamplings: 2 }),
    (x0: tf.Tensor, some: typeof keys) => strokeEdit(model, vp4, { x0, t: 3, keys: some }),
  ];
  for (const edit of edits) {
    const together = await valuesOf(await run(edit(three, keys)));
    expect(await valuesOf(await run(edit(one, [keys[2]])))).toBeAllClose(together.slice(8));
  }
  tf.dispose([mask, three, one]);
});

test('inpaint repeats the steps t ≥ 2 and takes the last one once: x_0 is never fed back as x_1', async () => {
  const [x0, mask] = [tf.fill([1, 2000], 0.5), tf.tensor2d([[1]])];
  const asked: [number, number][] = [];
  const model = (xt: tf.Tensor, position: tf.Tensor) => {
    asked.push([position.dataSync()[0], tf.tidy(() => tf.moments(xt).variance.dataSync()[0])]);
    return tf.zerosLike(xt);
  };
  const steps: number[] = [];
  const inpainting = inpaint(model, vp4, { x0, mask, resamplings: 3 });
  (await run(inpainting, ({ t, total }) => steps.push(t, total))).dispose();
  expect(steps).toEqual([4, 4, 4, 3, 3, 3, 2, 2, 2, 1].flatMap((t) => [t, 10]));
  expect(asked.map(([position]) => position)).toEqual([3, 3, 3, 2, 2, 2, 1, 1, 1, 0]);
  // Each state has the noise of its step; all is known, so it is q(x_t | x_0) to five standard errors. A copy of x_0 has none.
  const variances = asked.slice(1).map(([, variance]) => variance);
  const wanted = asked.slice(1).map(([position]) => vp4.oneMinusAlphaBar[position]);
  expect(variances).toBeAllClose(wanted, { rtol: 5 * Math.sqrt(2 / 2000), atol: 0 });
  tf.dispose([x0, mask]);
});

describe('all of them', () => {
  const model = (x: tf.Tensor) => tf.mul(x, 0.5);
  const edits = {
    inpaint: (x0: tf.Tensor, signal?: AbortSignal, m = model) =>
      inpaint(m, vp4, { x0, mask: x0, resamplings: 2, ...(signal && { signal }) }),
    interpolate: (x0: tf.Tensor, signal?: AbortSignal, m = model) =>
      interpolate(m, vp4, { x0, x1: x0, t: 3, ...(signal && { signal }) }),
    sharedLatent: (_x0: tf.Tensor, signal?: AbortSignal, m = model) =>
      sharedLatent(m, vp4, { shape: [1, 2], t: 2, copies: 2, ...(signal && { signal }) }),
    strokeEdit: (x0: tf.Tensor, signal?: AbortSignal, m = model) =>
      strokeEdit(m, vp4, { x0, t: 3, ...(signal && { signal }) }),
  };

  test.each(Object.keys(edits) as (keyof typeof edits)[])('%s frees everything however it ends', async (name) => {
    const x0 = tf.zeros([1, 2]);
    const before = tf.memory().numTensors;
    for await (const { index } of edits[name](x0)) if (index === 1) break;
    expect(tf.memory().numTensors).toBe(before);
    const controller = new AbortController();
    await expect(run(edits[name](x0, controller.signal), () => controller.abort())).rejects.toThrow(
      expect.objectContaining({ name: 'AbortError' }),
    );
    expect(tf.memory().numTensors).toBe(before);
    let calls = 0;
    const tired = (x: tf.Tensor) => {
      if (++calls === 2) throw new Error('model is tired');
      return model(x);
    };
    await expect(run(edits[name](x0, undefined, tired))).rejects.toThrow('model is tired');
    expect(tf.memory().numTensors).toBe(before);
    x0.dispose();
  });

  test('refuse what makes no sense', async () => {
    const x0 = tf.zeros([2, 2]);
    const mask = tf.zeros([3]);
    await expect(run(inpaint(model, vp4, { x0, mask }))).rejects.toThrow('inpaint: mask has shape [3]');
    await expect(run(inpaint(model, vp4, { x0, mask: x0, resamplings: 0 }))).rejects.toThrow('resamplings is 0');
    await expect(run(strokeEdit(model, vp4, { x0, t: 5 }))).rejects.toThrow(RangeError);
    const shape = [1, 2];
    await expect(run(sharedLatent(model, vp4, { shape, t: 0, copies: 2 }))).rejects.toThrow('sharedLatent: t is 0');
    await expect(run(sharedLatent(model, vp4, { shape, t: 2, copies: 0 }))).rejects.toThrow('copies is 0');
    tf.dispose([x0, mask]);
  });
});

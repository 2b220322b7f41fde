import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { describeModel, key, type Model, split } from '@diffgan/ops';
import {
  ddganSampler,
  ddimSampler,
  ddpmSampler,
  dpmSolverSampler,
  eulerAncestralSampler,
  eulerSampler,
  heunSampler,
  NotFiniteError,
  run,
  type SamplerOptions,
  type SamplerStep,
  uniPcSampler,
  vdmSampler,
} from '@diffgan/samplers';
import { linearGamma, vpSchedule } from '@diffgan/schedule';
import { valuesOf } from './values-of.ts';

const schedule = vpSchedule(4);
const gamma = linearGamma();
const shape = [2, 2, 2, 1];

// Every sampler, with what differs among them; the tests below hold for all.
// Held after the first and the second step: x_{t−1}, and a number that says whether all was finite so far.
const once = { position: 1, called: [3, 2, 1, 0], held: [2, 2], resumes: true, endsInX0: true };
const family = {
  ddganSampler: {
    ...once,
    sample: (model: Model, options: SamplerOptions) => ddganSampler(model, schedule, { ...options, latentDim: 3 }),
    position: 2,
  },
  ddpmSampler: { ...once, sample: (model: Model, options: SamplerOptions) => ddpmSampler(model, schedule, options) },
  ddimSampler: {
    ...once,
    sample: (model: Model, options: SamplerOptions) => ddimSampler(model, schedule, { ...options, eta: 0.5 }),
  },
  dpmSolverSampler: {
    ...once,
    sample: (model: Model, options: SamplerOptions) => dpmSolverSampler(model, schedule, { ...options, clip: false }),
    held: [3, 3], // the last x̂_0, too
    resumes: false, // without that x̂_0 its step is of first order
  },
  'dpmSolverSampler, SDE': {
    ...once,
    sample: (model: Model, options: SamplerOptions) =>
      dpmSolverSampler(model, schedule, { ...options, clip: false, eta: 1, order: 1 }),
  },
  'dpmSolverSampler, order 3': {
    ...once,
    sample: (model: Model, options: SamplerOptions) =>
      dpmSolverSampler(model, schedule, { ...options, clip: false, order: 3 }),
    held: [3, 4], // two of them
    resumes: false,
  },
  uniPcSampler: {
    ...once,
    sample: (model: Model, options: SamplerOptions) => uniPcSampler(model, schedule, { ...options, clip: false }),
    held: [4, 5], // what the last step started from, too
    resumes: false,
  },
  eulerAncestralSampler: {
    ...once,
    sample: (model: Model, options: SamplerOptions) =>
      eulerAncestralSampler(model, schedule, { ...options, clip: false }),
  },
  eulerSampler: {
    ...once,
    sample: (model: Model, options: SamplerOptions) => eulerSampler(model, schedule, { ...options, clip: false }),
  },
  heunSampler: {
    ...once,
    sample: (model: Model, options: SamplerOptions) => heunSampler(model, schedule, { ...options, clip: false }),
    called: [3, 2, 2, 1, 1, 0, 0],
  },
  vdmSampler: {
    ...once,
    sample: (model: Model, options: SamplerOptions) =>
      vdmSampler(model, gamma, { ...options, steps: 4, decode: 'none' }),
    called: [1, 0.75, 0.5, 0.25].map(gamma),
    endsInX0: false, // but in z_0, which has noise
  },
};

const half = (xt: tf.Tensor) => tf.mul(xt, 0.5);

describe.each(Object.entries(family))('%s', (name, { sample, position, called, held, resumes, endsInX0 }) => {
  test('calls the model as often as it says, with positions as float32 [B]', async () => {
    const positions: tf.Tensor[] = [];
    const model = (...inputs: tf.Tensor[]) => {
      expect(inputs).toHaveLength(position + 1);
      expect([inputs[0].shape, inputs[position].shape, inputs[position].dtype]).toEqual([shape, [2], 'float32']);
      positions.push(tf.keep(tf.clone(inputs[position])));
      return half(inputs[0]);
    };
    const samples = await run(sample(model, { shape }));
    expect([samples.shape, samples.dtype]).toEqual([shape, 'float32']);
    samples.dispose();
    const at = await Promise.all(positions.map(valuesOf));
    expect(at.map(([first]) => first)).toBeAllClose(called);
    expect(at.every(([first, second]) => first === second)).toBe(true);
  });

  test('reports every step', async () => {
    const events: SamplerStep[] = [];
    const samples = await run(sample(half, { shape }), (event) => events.push(event));
    expect(events).toEqual([4, 3, 2, 1].map((t, index) => ({ type: 'step', t, index, total: 4 })));
    samples.dispose();
  });

  test('gives the same samples for the same key, key(0) by default, and others for another', async () => {
    const draw = async (options?: { key: ReturnType<typeof key> }) =>
      valuesOf(await run(sample(half, { shape, ...options })));
    const drawn = await draw({ key: key(7) });
    expect(await draw({ key: key(7) })).toEqual(drawn);
    expect(await draw({ key: key(8) })).not.toEqual(drawn);
    expect(await draw()).toEqual(await draw({ key: key(0) }));
  });

  test('draws the same sample for a key whatever its companions are', async () => {
    const keys = split(key(5), 3);
    const together = await valuesOf(await run(sample(half, { shape: [3, 4], keys })));
    const alone = await valuesOf(await run(sample(half, { shape: [1, 4], keys: [keys[1]] })));
    expect(alone).toBeAllClose(together.slice(4, 8));
    expect(together.slice(0, 4)).not.toEqual(alone);
  });

  test('takes as many keys as samples, and no other key', async () => {
    await expect(run(sample(half, { shape, keys: [key(1)] }))).rejects.toThrow('sampler: 1 keys for 2 samples');
    const both = { shape, key: key(1), keys: split(key(1)) };
    await expect(run(sample(half, both))).rejects.toThrow(TypeError);
  });

  test('hands the condition to the model as its last input', async () => {
    const cond = tf.tensor1d([3, 4]);
    const model = (...inputs: tf.Tensor[]) => {
      expect(inputs).toHaveLength(position + 2);
      expect(inputs[position + 1]).toBe(cond);
      return half(inputs[0]);
    };
    (await run(sample(model, { shape, cond }))).dispose();
    expect(await valuesOf(cond)).toEqual([3, 4]);
  });

  test('stops at x_t and goes on from it', async () => {
    const seen: number[] = [];
    const whole = await valuesOf(await run(sample(half, { shape })));
    const xT = await run(sample(half, { shape, until: 2 }), ({ t }) => seen.push(t));
    const rest = await valuesOf(await run(sample(half, { xT, from: 2 }), ({ t, total }) => seen.push(t, total)));
    expect(seen).toEqual([4, 3, 2, 2, 1, 2]);
    if (resumes) expect(rest).toBeAllClose(whole);
    xT.dispose();
  });

  test.each([
    [{ from: 5 }],
    [{ from: 0 }],
    [{ from: 2, until: 2 }],
    [{ until: -1 }],
    [{ until: 0.5 }],
    [{ from: NaN }],
  ])('the part %j of the chain is refused', async (part) => {
    await expect(run(sample(half, { shape, ...part }))).rejects.toThrow(RangeError);
    await expect(run(sample(half, { shape, ...part }))).rejects.toThrow('sampler: from is');
  });

  test('starts from xT, which stays the caller’s', async () => {
    const xT = tf.ones(shape);
    const drawn = await valuesOf(await run(sample(half, { xT })));
    expect(await valuesOf(await run(sample(half, { xT })))).toEqual(drawn);
    expect(await valuesOf(xT)).toEqual(new Array(8).fill(1));
  });

  test('previews x̂_0, of the shape of the samples, to the consumer; where x̂_0 is the result, it is the last one', async () => {
    const previews: tf.Tensor[] = [];
    const samples = await run(sample(half, { shape, preview: true }), ({ preview }) => previews.push(preview!));
    expect(previews.map((x) => x.shape)).toEqual([shape, shape, shape, shape]);
    const values = await Promise.all(previews.map(valuesOf));
    const result = await valuesOf(samples);
    if (endsInX0) expect(values[3]).toBeAllClose(result);
    expect(values[0]).not.toEqual(values[3]);
  });

  test('does not free a tensor that the model keeps or hands back', async () => {
    const kept = tf.fill(shape, 0.25);
    const samples = await run(sample(() => kept, { shape }));
    samples.dispose();
    expect(await valuesOf(kept)).toEqual(new Array(8).fill(0.25));
    const echoed = await run(
      sample((xt) => xt, { shape, preview: true }),
      ({ preview }) => preview!.dispose(),
    );
    expect((await valuesOf(echoed)).every(Number.isFinite)).toBe(true);
  });

  test('frees everything when the consumer breaks off', async () => {
    const before = tf.memory().numTensors;
    for await (const { index } of sample(half, { shape })) {
      expect(tf.memory().numTensors).toBe(before + held[index]);
      if (index === 1) break;
    }
    expect(tf.memory().numTensors).toBe(before);
  });

  test('frees everything when the model throws', async () => {
    let calls = 0;
    const model = (xt: tf.Tensor) => {
      if (++calls === 3) throw new Error('model is tired');
      return half(xt);
    };
    const before = tf.memory().numTensors;
    await expect(run(sample(model, { shape }))).rejects.toThrow('model is tired');
    expect(tf.memory().numTensors).toBe(before);
  });

  test('an aborted signal ends it before the model is called', async () => {
    const model = () => expect.unreachable();
    const sampling = run(sample(model, { shape, signal: AbortSignal.abort(new Error('enough')) }));
    await expect(sampling).rejects.toThrow('enough');
  });

  test('an abort between steps ends it, and frees everything', async () => {
    const controller = new AbortController();
    const seen: number[] = [];
    const before = tf.memory().numTensors;
    const sampling = run(sample(half, { shape, signal: controller.signal }), ({ t }) => {
      seen.push(t);
      if (t === 3) controller.abort();
    });
    await expect(sampling).rejects.toThrow(expect.objectContaining({ name: 'AbortError' }));
    expect(seen).toEqual([4, 3]);
    expect(tf.memory().numTensors).toBe(before);
  });

  test('a model whose output has another shape is refused', async () => {
    const model = (xt: tf.Tensor) => tf.concat([xt, xt], 3);
    const sampling = run(sample(model, { shape }));
    await expect(sampling).rejects.toThrow(RangeError);
    await expect(run(sample(model, { shape }))).rejects.toThrow(
      `${name.split(',')[0]}: the network returned shape [2,2,2,2] for an x_t of shape [2,2,2,1]`,
    );
  });

  test.each([[[]], [[4]], [[2, 0]], [[2, -1]], [[2, 1.5]], [[NaN, 2]]])('the shape %j is refused', async (wrong) => {
    await expect(run(sample(half, { shape: wrong }))).rejects.toThrow(RangeError);
    await expect(run(sample(half, { shape: wrong }))).rejects.toThrow(`sampler: the shape is [${wrong}]`);
  });

  test('shape and xT exclude each other', async () => {
    const xT = tf.ones(shape);
    await expect(run(sample(half, { shape, xT } as unknown as SamplerOptions))).rejects.toThrow(TypeError);
    await expect(run(sample(half, {} as SamplerOptions))).rejects.toThrow('give either shape');
    xT.dispose();
  });

  test.each([NaN, Infinity, -Infinity])(
    'ends with an error that names step and network when it returns %s, clipped or not',
    async (wrong) => {
      let calls = 0;
      const spoiled = describeModel(
        (xt: tf.Tensor) =>
          ++calls < 2 ? half(xt) : tf.tidy(() => tf.concat([tf.fill([1, 2, 2, 1], wrong), tf.zeros([1, 2, 2, 1])])),
        { name: 'spoiled-unet' },
      );
      const before = tf.memory().numTensors;
      for (const clip of [true, false]) {
        calls = 0;
        const seen: SamplerStep[] = [];
        const options = { shape, clip, preview: true };
        const sampling = run(sample(spoiled, options), (event) => {
          event.preview!.dispose();
          seen.push(event);
        });
        const error: unknown = await sampling.catch((e: unknown) => e);
        expect(error).toBeInstanceOf(NotFiniteError);
        const { message, step, network } = error as NotFiniteError;
        expect(network).toBe('spoiled-unet');
        expect(step).toBe(called.length === 7 ? 4 : 3); // Heun asks twice in a step
        expect(message).toContain(
          `${name.split(',')[0]}: the network spoiled-unet returned NaN or infinite numbers at step t =`,
        );
        expect(seen.length).toBeLessThan(2);
        expect(tf.memory().numTensors).toBe(before);
      }
    },
  );

  test('says so when the state it is given is not finite', async () => {
    const xT = tf.fill(shape, NaN);
    await expect(run(sample(half, { xT }))).rejects.toThrow('xT, holds numbers that are not finite');
    xT.dispose();
  });

  test('refuses labels that the network does not know', async () => {
    const model = describeModel(half, { labels: 3, name: 'three-classes' });
    for (const labels of [
      [0, 3],
      [-1, 0],
    ]) {
      const cond = tf.tensor1d(labels, 'int32');
      const sampling = run(sample(model, { shape, cond }));
      await expect(sampling).rejects.toThrow(RangeError);
      await expect(run(sample(model, { shape, cond }))).rejects.toThrow('three-classes takes labels from 0 to 2');
      cond.dispose();
    }
    const cond = tf.tensor1d([0, 2], 'int32');
    (await run(sample(model, { shape, cond }))).dispose();
    cond.dispose();
  });

  test('takes given noise instead of a draw', async () => {
    const asked: number[] = [];
    const kept = tf.zeros(shape);
    const noise = (t: number) => {
      asked.push(t);
      return t % 2 ? kept : tf.zeros(shape);
    };
    const xT = tf.ones(shape);
    const draw = async (seed: number) => valuesOf(await run(sample(half, { xT, key: key(seed), noise })));
    const first = await draw(1);
    if (name !== 'ddganSampler') expect(await draw(2)).toEqual(first);
    expect(asked.every((t) => t >= 1 && t <= 4)).toBe(true);
    if (asked.length > 0)
      await expect(run(sample(half, { xT, noise: () => tf.scalar(0) }))).rejects.toThrow(
        'has shape []; it must be [2,2,2,1]',
      );
    expect(await valuesOf(kept)).toEqual(new Array(8).fill(0));
    xT.dispose();
  });
});

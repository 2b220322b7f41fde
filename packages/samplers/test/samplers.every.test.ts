import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { key, type Model } from '@diffgan/ops';
import { ddganSampler, ddpmSampler, run, type SamplerOptions, type SamplerStep } from '@diffgan/samplers';
import { vpSchedule } from '@diffgan/schedule';

const schedule = vpSchedule(4);
const shape = [2, 2, 2, 1];

// Each sampler with the position among its model's inputs; the tests below hold for all of them.
const family = {
  ddganSampler: {
    sample: (model: Model, options: SamplerOptions) => ddganSampler(model, schedule, { ...options, latentDim: 3 }),
    position: 2,
  },
  ddpmSampler: {
    sample: (model: Model, options: SamplerOptions) => ddpmSampler(model, schedule, options),
    position: 1,
  },
};

const half = (xt: tf.Tensor) => tf.mul(xt, 0.5);

/** The numbers of a tensor, which is disposed. */
async function taken(tensor: tf.Tensor): Promise<number[]> {
  const values = Array.from(await tensor.data());
  tensor.dispose();
  return values;
}

describe.each(Object.entries(family))('%s', (name, { sample, position }) => {
  test('calls the model once per step, with positions T − 1 … 0 as float32 [B]', async () => {
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
    expect(await Promise.all(positions.map(taken))).toEqual([
      [3, 3],
      [2, 2],
      [1, 1],
      [0, 0],
    ]);
  });

  test('reports every step', async () => {
    const events: SamplerStep[] = [];
    const samples = await run(sample(half, { shape }), (event) => events.push(event));
    expect(events).toEqual([4, 3, 2, 1].map((t, index) => ({ type: 'step', t, index, total: 4 })));
    samples.dispose();
  });

  test('gives the same samples for the same key, key(0) by default, and others for another', async () => {
    const draw = async (options?: { key: ReturnType<typeof key> }) =>
      taken(await run(sample(half, { shape, ...options })));
    const once = await draw({ key: key(7) });
    expect(await draw({ key: key(7) })).toEqual(once);
    expect(await draw({ key: key(8) })).not.toEqual(once);
    expect(await draw()).toEqual(await draw({ key: key(0) }));
  });

  test('starts from xT, which stays the caller’s', async () => {
    const xT = tf.ones(shape);
    const once = await taken(await run(sample(half, { xT })));
    expect(await taken(await run(sample(half, { xT })))).toEqual(once);
    expect(await taken(xT)).toEqual(new Array(8).fill(1));
  });

  test('previews x̂_0, of the shape of the samples, to the consumer; the last one is the result', async () => {
    const previews: tf.Tensor[] = [];
    const samples = await run(sample(half, { shape, preview: true }), ({ preview }) => previews.push(preview!));
    expect(previews.map((x) => x.shape)).toEqual([shape, shape, shape, shape]);
    const values = await Promise.all(previews.map(taken));
    expect(values[3]).toBeAllClose(await taken(samples));
    expect(values[0]).not.toEqual(values[3]);
  });

  test('does not free a tensor that the model keeps or hands back', async () => {
    const kept = tf.fill(shape, 0.25);
    const samples = await run(sample(() => kept, { shape }));
    samples.dispose();
    expect(await taken(kept)).toEqual(new Array(8).fill(0.25));
    const echoed = await run(
      sample((xt) => xt, { shape, preview: true }),
      ({ preview }) => preview!.dispose(),
    );
    expect((await taken(echoed)).every(Number.isFinite)).toBe(true);
  });

  test('frees everything when the consumer breaks off', async () => {
    const before = tf.memory().numTensors;
    for await (const { index } of sample(half, { shape })) {
      expect(tf.memory().numTensors).toBe(before + 1); // x_{t−1} alone
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
      `${name}: the network returned shape [2,2,2,2] for an x_t of shape [2,2,2,1]`,
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
});

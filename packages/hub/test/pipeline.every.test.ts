import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createPipeline, loadPipeline, PipelineError, type SampleEvent } from '@diffgan/hub';
import { callModel, foldIn, key, run } from '@diffgan/ops';
import { ddganSampler } from '@diffgan/samplers';
import { cosineSchedule, vpSchedule } from '@diffgan/schedule';
import { ddganGenerator, mlpDenoiser, weightsToSafetensors } from '@diffgan/unet';

const config = {
  kind: 'ddgan-generator',
  style: 'unet',
  imageSize: 8,
  channels: 1,
  baseChannels: 4,
  channelMultipliers: [1, 2],
  blocksPerLevel: 1,
  attentionResolutions: [],
  latentDim: 4,
  latentWidth: 8,
  latentLayers: 1,
} as const;
const settings = { task: 'ddgan', schedule: { name: 'vp', steps: 3 }, sampling: { sampler: 'ddgan' }, training: {} };
const schedule = vpSchedule(3);
const encode = (json: object) => new TextEncoder().encode(JSON.stringify(json));

/** The folder of a run in memory. */
let files: Record<string, Uint8Array>;
const reader = (changes: Record<string, Uint8Array> = {}) => ({
  name: 'a run in memory',
  file(path: string) {
    const content = { ...files, ...changes }[path];
    return content ? Promise.resolve(content) : Promise.reject(new Error(`no ${path}`));
  },
});

let generator: ReturnType<typeof ddganGenerator>;
beforeAll(async () => {
  generator = ddganGenerator(config, { key: key(1) });
  files = {
    'config.json': encode(settings),
    'generator/config.json': encode(config),
    'generator/model.safetensors': await weightsToSafetensors(generator),
    'README.md': new TextEncoder().encode('# A card\n'),
  };
});
afterAll(() => generator.dispose());

const valuesOf = async (samples: tf.Tensor) => {
  const values = await samples.data<'float32'>();
  samples.dispose();
  return values;
};
/** What the sampler itself draws. */
const direct = (keys: ReturnType<typeof key>[], network = generator) =>
  run(ddganSampler(network, schedule, { shape: [keys.length, 8, 8, 1], keys })).then(valuesOf);
const keysOf = (seed: number, count: number) => Array.from({ length: count }, (_, i) => foldIn(key(seed), i));

describe('a pipeline from files', () => {
  it('draws what the sampler draws, in batches, sample i from a key of its own', async () => {
    const pipeline = await loadPipeline(reader());
    expect(pipeline).toMatchObject({ imageShape: [8, 8, 1], labels: [], card: '# A card\n', name: 'a run in memory' });
    const events: SampleEvent[] = [];
    const samples = await run(pipeline.sample({ count: 5, batch: 2, key: key(7) }), (event) => events.push(event));
    expect(samples.shape).toEqual([5, 8, 8, 1]);
    expect(await valuesOf(samples)).toBeAllClose(await direct(keysOf(7, 5)), { rtol: 1e-4, atol: 1e-5 });
    expect(
      events.map((event) => (event.type === 'batch' ? `done ${event.done}` : `${event.batch}:${event.t}`)),
    ).toEqual(['0:3', '0:2', '0:1', 'done 2', '1:3', '1:2', '1:1', 'done 4', '2:3', '2:2', '2:1', 'done 5']);
    pipeline.dispose();
  });

  it('makes one graph of its network calls only where that pays', async () => {
    let graphs = 0;
    const compile = (compute: (...inputs: tf.Tensor[]) => tf.Tensor) => {
      graphs++;
      return (...inputs: tf.Tensor[]) => tf.tidy(() => compute(...inputs));
    };
    const pipeline = await loadPipeline(reader(), { compile });
    const graphsOf = async (options: { count?: number; compiled?: boolean }) => {
      const before = graphs;
      const sampler = pipeline.batches({ batch: 1, ...options });
      (await sampler.draw(0)).dispose();
      sampler.dispose();
      return graphs - before;
    };
    expect(await graphsOf({ count: 5 })).toBe(0);
    expect(await graphsOf({ count: 5, compiled: true })).toBe(1);
    expect(await graphsOf({ count: 6 })).toBe(1);
    expect(await graphsOf({ count: 6, compiled: false })).toBe(0);
    expect(await graphsOf({})).toBe(1);
    pipeline.dispose();
  });

  it('draws batches in any order', async () => {
    const pipeline = await loadPipeline(reader());
    const sampler = pipeline.batches({ batch: 2, key: key(7) });
    const second = await valuesOf(await sampler.draw(1, 1));
    expect(second).toBeAllClose((await direct(keysOf(7, 4))).slice(2 * 64, 3 * 64), { rtol: 1e-4, atol: 1e-5 });
    sampler.dispose();
    pipeline.dispose();
  });

  it('shows x̂_0 on the way, and frees everything when it is left early or aborted', async () => {
    const pipeline = await loadPipeline(reader());
    for await (const event of pipeline.sample({ count: 4, batch: 2, preview: true })) {
      if (event.type === 'batch') break;
      expect(event.preview!.shape).toEqual([2, 8, 8, 1]);
      event.preview!.dispose();
    }
    const signal = AbortSignal.abort(new Error('enough'));
    await expect(run(pipeline.sample({ count: 1, signal }))).rejects.toThrow('enough');
    pipeline.dispose();
  });

  it('tells how far reading is', async () => {
    const seen: [string, number, number | undefined][] = [];
    const pipeline = await loadPipeline(reader(), {
      onProgress: ({ file, loaded, total }) => seen.push([file, loaded, total]),
    });
    pipeline.dispose();
    const [file, loaded, total] = seen.at(-1)!;
    expect([file, loaded]).toEqual(['generator/model.safetensors', total]);
    expect(total).toBe(4 * generator.countParams());
    expect(seen.map(([, bytes]) => bytes)).toEqual([...seen.map(([, bytes]) => bytes)].sort((a, b) => a - b));
  });

  it('draws as an ablation was trained', async () => {
    const pipeline = await loadPipeline(
      reader({ 'config.json': encode({ ...settings, training: { noLatent: true } }) }),
    );
    const samples = await run(pipeline.sample({ count: 2, key: key(7) }));
    const noLatent = ((xt: tf.Tensor, z: tf.Tensor, position: tf.Tensor) =>
      generator.apply([xt, tf.zerosLike(z), position])) as unknown as typeof generator;
    const expected = await run(
      ddganSampler(noLatent, schedule, { shape: [2, 8, 8, 1], keys: keysOf(7, 2), latentDim: 4 }),
    );
    expect(await valuesOf(samples)).toBeAllClose(await valuesOf(expected), { rtol: 1e-4, atol: 1e-5 });
    pipeline.dispose();
  });
});

describe('samples on their way', () => {
  it('are the samples when awaited, with all that leads to them freed', async () => {
    const pipeline = await loadPipeline(reader(), { draws: 'images' });
    const images: tf.Tensor4D = await pipeline.sample({ count: 2, key: key(7), preview: true });
    const looped = await run(pipeline.sample({ count: 2, key: key(7) }));
    expect(await valuesOf(images)).toEqual(await valuesOf(looped));
    await expect(async () => await pipeline.sample({ count: 0 })).rejects.toThrow(/count is 0/);
    pipeline.dispose();
  });

  it('of a model that draws something else are refused when it is loaded', async () => {
    await expect(loadPipeline(reader(), { draws: 'points' })).rejects.toThrow(
      new PipelineError('a run in memory draws images of 8×8×1, and points are asked for; give another model'),
    );
  });
});

it('a model that the project ships is drawn from its folder, by fetch in a browser', async () => {
  const backend = tf.getBackend();
  if (backend === 'webgpu') await tf.setBackend('cpu'); // software adapters would take minutes
  const folder = new URL('../../weights/models/fashion-mnist-ddgan', import.meta.url);
  const pipeline = await loadPipeline(folder);
  expect(pipeline.card).toMatch(/Model card/);
  const samples = await run(pipeline.sample({ count: 1, key: key(7) }));
  const { generator } = pipeline.networks;
  const cond = tf.tensor1d([0], 'int32'); // classes come in turn
  const options = { shape: [1, 28, 28, 1], keys: keysOf(7, 1), cond, latentDim: 64 };
  const clipped = (...inputs: tf.Tensor[]) => tf.clipByValue(callModel(generator!, inputs), -1, 1);
  const expected = await run(ddganSampler(clipped, cosineSchedule(4), options));
  expect(await valuesOf(samples)).toEqual(await valuesOf(expected));
  cond.dispose();
  pipeline.dispose();
  await tf.setBackend(backend);
});

describe('a pipeline of networks in memory', () => {
  it('leaves them alone, and gives classes in turn or the ones that are asked for', async () => {
    const denoiser = mlpDenoiser({ kind: 'mlp-denoiser', dim: 2, hidden: [8], timeWidth: 4, classes: 3 });
    const pipeline = createPipeline({ networks: { denoiser }, schedule, sampling: { sampler: 'ddim' } });
    expect(pipeline).toMatchObject({ labels: ['0', '1', '2'], sampleShape: [2], imageShape: undefined });
    const labels = (given?: number[]) => {
      const sampler = pipeline.batches({ batch: 1, labels: given });
      sampler.dispose();
      return [0, 1, 2, 3].map((i) => sampler.labelOf(i));
    };
    expect(labels()).toEqual([0, 1, 2, 0]);
    expect(labels([2, 1])).toEqual([2, 1, 2, 1]);
    tf.dispose(await run(pipeline.sample({ count: 2, label: 1, sampler: 'heun', steps: 2 })));
    const wrong = pipeline.sample({ count: 2, label: 3 });
    await expect(run(wrong)).rejects.toThrow(/label is 3; it must be a whole number from 0 to 2/);
    await expect(run(pipeline.sample({ count: 0 }))).rejects.toThrow(/count is 0/);
    pipeline.dispose();
    expect(denoiser.countParams()).toBeGreaterThan(0);
    denoiser.dispose();
  });

  it('refuses what does not fit together', () => {
    const refused = () => createPipeline({ networks: { generator }, schedule, sampling: { sampler: 'ddim' } });
    expect(refused).toThrow(PipelineError);
    expect(refused).toThrow(/has the sampler ddgan, not ddim/);
    expect(() => createPipeline({ networks: {}, schedule, sampling: { sampler: 'ddim' } })).toThrow(/neither/);
  });
});

import * as tf from '@tensorflow/tfjs-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { loadPipeline as loadHere, PipelineError, toImageData } from '@diffgan/hub';
import { loadPipeline, type Port, servePipelines, type WorkerSampleEvent } from '@diffgan/hub/worker';
import { key, run } from '@diffgan/ops';
import { linearSchedule } from '@diffgan/schedule';
import { mlpDenoiser, weightsToSafetensors } from '@diffgan/unet';

const config = { kind: 'mlp-denoiser', dim: 2, hidden: [8], timeWidth: 4 } as const;
const backend = import.meta.env.DIFFGAN_BACKEND as string;
let files: File[];
let worker: Port;
let channel: MessageChannel;

beforeAll(async () => {
  const denoiser = mlpDenoiser(config, { key: key(1) });
  tf.tidy(() => denoiser.setWeights(denoiser.weights.map((weight) => tf.fill(weight.shape as number[], 0.1))));
  const weights = (await weightsToSafetensors(denoiser)) as Uint8Array<ArrayBuffer>;
  files = [new File([JSON.stringify(config)], 'config.json'), new File([weights], 'model.safetensors')];
  denoiser.dispose();
  channel = new MessageChannel();
  servePipelines(channel.port1);
  worker = channel.port2;
});
// What is disposed is freed when the message arrives.
let tensors: number;
beforeEach(() => (tensors = tf.memory().numTensors));
afterEach(() => vi.waitFor(() => expect(tf.memory().numTensors).toBe(tensors)));
afterAll(() => {
  channel.port1.close();
  channel.port2.close();
});

const schedule = linearSchedule(6);
const load = (options = {}) =>
  loadPipeline(files, { schedule, backend, backendOptions: { allowSoftware: true }, worker, ...options });

describe('a pipeline in a worker', () => {
  it('draws the same numbers as here, and tells the same events', async () => {
    const there = await load();
    const here = await loadHere(files, { schedule });
    expect(there).toMatchObject({ name: 'the files', sampleShape: [2], imageShape: undefined, labels: [] });
    expect(there.backend).toMatch(new RegExp(`^${backend} on `));
    const events: WorkerSampleEvent[] = [];
    const options = { count: 3, batch: 2, key: key(7) };
    const drawn = await run(there.sample(options), (event) => events.push(event));
    const expected: { type: string }[] = [];
    const samples = await run(here.sample(options), (event) => expected.push(event));
    expect(drawn.shape).toEqual(samples.shape);
    expect([...drawn.data]).toEqual([...(await samples.data())]);
    expect(events.map(({ type }) => type)).toEqual(expected.map(({ type }) => type));
    samples.dispose();
    here.dispose();
    there.dispose();
  });

  it('sends previews, which are handed over, and is left early', async () => {
    const pipeline = await load();
    for await (const event of pipeline.sample({ count: 2, preview: true })) {
      expect(event.type === 'step' && event.preview?.shape).toEqual([2, 2]);
      break;
    }
    expect((await pipeline.sample({ count: 1 })).shape).toEqual([1, 2]);
    pipeline.dispose();
  });

  it('is aborted with the reason of the signal', async () => {
    const pipeline = await load();
    const leaving = new AbortController();
    const drawing = run(pipeline.sample({ count: 1, signal: leaving.signal }), () =>
      leaving.abort(new Error('enough')),
    );
    await expect(drawing).rejects.toThrow('enough');
    await expect(load({ signal: AbortSignal.abort(new Error('never')) })).rejects.toThrow('never');
    pipeline.dispose();
  });

  it('throws what is thrown there, of its class', async () => {
    const pipeline = await load();
    await expect(async () => await pipeline.sample({ count: 0 })).rejects.toThrow(RangeError);
    await expect(async () => await pipeline.sample({ count: 1, label: 3 })).rejects.toThrow(PipelineError);
    pipeline.dispose();
    await expect(async () => await pipeline.sample({ count: 1 })).rejects.toThrow(/was disposed; load it again/);
    await expect(load({ draws: 'images' })).rejects.toThrow(/draws points of 2, and images are asked for/);
    await expect(load({ backend: 'quantum' })).rejects.toThrow(/must be one of/);
  });

  it('refuses a reader of files, which cannot be sent, and tells how far reading is', async () => {
    const reader = { name: 'mine', file: () => Promise.reject(new Error('none')) };
    await expect(loadPipeline(reader, { worker })).rejects.toThrow(/the reader of mine cannot be sent to a worker/);
    const progress: string[] = [];
    (await load({ onProgress: ({ file }: { file: string }) => progress.push(file) })).dispose();
    expect(progress.at(-1)).toBe('model.safetensors');
  });
});

it('only pages have ImageData', async () => {
  const drawing = toImageData({ data: new Float32Array(1), shape: [1, 1, 1, 1] });
  if (typeof ImageData === 'function') expect(await drawing).toHaveLength(1);
  else await expect(drawing).rejects.toThrow(/imageGrid of @diffgan\/data makes PNG/);
});

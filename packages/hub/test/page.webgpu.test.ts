import * as tf from '@tensorflow/tfjs-core';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { gaussians25, gridPixels } from '@diffgan/data';
import { readBytes } from '@diffgan/files';
import { drawOnCanvas, loadPipeline, offerFile, toImageData } from '@diffgan/hub';
import { key, run } from '@diffgan/ops';
import { selectBackend } from '@diffgan/runtime';
import { linearSchedule } from '@diffgan/schedule';
import { trainDdpm } from '@diffgan/training';
import { loadModel, mlpDenoiser, saveModel } from '@diffgan/unet';

beforeAll(() => selectBackend('wasm'));
afterAll(() => selectBackend('webgpu', { allowSoftware: true }));
afterEach(() => vi.unstubAllGlobals());

const values = [-1, -0.5, 0, 0.25, 0.5, 2, -3, 1, 0.1, 0.2, 0.3, 0.4];

describe('a canvas', () => {
  it.each([1, 3])('gets the pixels of imageGrid, with %i channels', async (channels) => {
    const shape = [12 / (2 * channels), 1, 2, channels];
    const images = { data: Float32Array.from(values), shape };
    const canvas = new OffscreenCanvas(1, 1);
    await drawOnCanvas(canvas, images, { columns: 2, padding: 0, scale: 2 });
    const grid = gridPixels(images, { columns: 2, padding: 0, scale: 2 });
    const { data } = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height);
    expect([canvas.width, canvas.height]).toEqual([grid.width, grid.height]);
    const rgb = Array.from(grid.data).flatMap((v, i) =>
      channels === 1 ? [v, v, v, 255] : i % 3 === 2 ? [v, 255] : [v],
    );
    expect(Array.from(data)).toEqual(rgb);
  });

  it('gets tensors, and ImageData each on its own', async () => {
    const images = tf.tensor4d(values, [3, 2, 2, 1]);
    const [first, , third] = await toImageData(images);
    expect([first.width, first.height, first.data[0], first.data[3], third.data[0]]).toEqual([2, 2, 0, 255, 140]);
    images.dispose();
  });

  it('refuses what is no image', async () => {
    await expect(toImageData({ data: new Float32Array(4), shape: [2, 2] })).rejects.toThrow(/shape is \[2, 2\]/);
    await expect(toImageData({ data: Float32Array.of(NaN), shape: [1, 1, 1, 1] })).rejects.toThrow(/image 0 is NaN/);
    const large = { data: new Float32Array(40_000), shape: [40_000, 1, 1, 1] };
    await expect(drawOnCanvas(new OffscreenCanvas(1, 1), large, { columns: 40_000 })).rejects.toThrow(
      /more than a canvas/,
    );
  });
});

describe('the file system of the page', () => {
  it('keeps networks, which are loaded from there, also to draw', async () => {
    const model = mlpDenoiser({ kind: 'mlp-denoiser', dim: 2, hidden: [8], timeWidth: 4 }, { key: key(1) });
    await saveModel('opfs:models/mine', model);
    await saveModel('opfs:models/mine', model, { dtype: 'float16' });
    const again = await loadModel('opfs:models/mine');
    const pipeline = await loadPipeline('opfs:models/mine', { draws: 'points', schedule: linearSchedule(4) });
    const half = await loadPipeline('opfs:models/mine', { dtype: 'float16', schedule: linearSchedule(4) });
    const points: tf.Tensor2D = await pipeline.sample({ count: 3 });
    expect(points.shape).toEqual([3, 2]);
    points.dispose();
    [model, again, pipeline, half].forEach((one) => one.dispose());
    await expect(loadModel('opfs:models/none')).rejects.toThrow(
      /opfs:models\/none\/config\.json: there is no such file/,
    );
  });

  it('keeps checkpoints, from which training goes on', async () => {
    const file = 'opfs:runs/mine/checkpoint.safetensors';
    const train = async (resume: boolean, last = 4) => {
      const model = mlpDenoiser({ kind: 'mlp-denoiser', dim: 2, hidden: [8], timeWidth: 4 }, { key: key(1) });
      const events: string[] = [];
      const leaving = new AbortController();
      const checkpoint = { file, resume, every: 2 };
      const options = {
        data: gaussians25(64, key(3)),
        steps: 4,
        batch: 4,
        key: key(2),
        checkpoint,
        signal: leaving.signal,
      };
      const training = run(trainDdpm(model, linearSchedule(10), options), (event) => {
        events.push(event.type);
        if (event.type === 'step' && event.step === last && last < 4) leaving.abort(new Error('enough'));
      });
      try {
        const { averages } = await training;
        const weights = [...(await averages.denoiser.data())];
        tf.dispose(averages);
        return { events, weights };
      } finally {
        model.dispose();
      }
    };
    const whole = await train(false);
    await expect(train(false, 3)).rejects.toThrow('enough');
    const resumed = await train(true);
    expect(resumed.events).toContain('resume');
    expect(resumed.weights).toEqual(whole.weights);
  });

  it('offers what it keeps as a download', async () => {
    const clicked: string[] = [];
    vi.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(function (this: HTMLAnchorElement) {
      clicked.push(`${this.download} ${this.href.split(':')[0]}`);
    });
    offerFile('checkpoint.safetensors', await readBytes('opfs:runs/mine/checkpoint.safetensors'));
    expect(clicked).toEqual(['checkpoint.safetensors blob']);
  });
});

it('a model of a server is kept, and is there without a connection', async () => {
  const folder = new URL('../../weights/models/fashion-mnist-ddgan', import.meta.url);
  await caches.delete('diffgan-models');
  const first = await loadPipeline(folder);
  const drawn = await first.sample({ count: 1, key: key(7) });
  vi.stubGlobal('fetch', () => Promise.reject(new TypeError('offline')));
  const second = await loadPipeline(folder);
  const again = await second.sample({ count: 1, key: key(7) });
  expect(await again.data()).toEqual(await drawn.data());
  await expect(loadPipeline(folder, { cache: false })).rejects.toThrow(/cannot reach .*offline/);
  tf.dispose([drawn, again]);
  first.dispose();
  second.dispose();
});

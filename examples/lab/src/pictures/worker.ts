import type { Tensor } from '@tensorflow/tfjs-core';
import { type ImagePipeline, loadPipeline, type ModelName, type SampleArray } from '@diffgan/hub';
import { key, run } from '@diffgan/ops';
import { selectBackend } from '@diffgan/runtime';
import { type DrawAnswer, type DrawRequest, type LaneName, lanes } from './messages.ts';

/** Guesses that a lane shows at most. */
const MOST_GUESSES = 25;

const tell = (answer: DrawAnswer) => globalThis.postMessage(answer);
const threads = globalThis.crossOriginIsolated ? Math.min(2, navigator.hardwareConcurrency) : 1;
const started = selectBackend('wasm', { threads });
const pipelines = new Map<string, Promise<ImagePipeline>>();
let drawing = Promise.resolve();
let current = new AbortController();

addEventListener('message', ({ data }: MessageEvent<DrawRequest>) => {
  current.abort();
  const { signal } = (current = new AbortController());
  drawing = drawing
    .then(() => draw(data, signal))
    .catch((error: unknown) => {
      if (!signal.aborted) tell({ type: 'failed', message: (error as Error).message });
    });
});

async function draw(request: DrawRequest, signal: AbortSignal): Promise<void> {
  const { description } = await started;
  tell({ type: 'ready', backend: description });
  for (const lane of request.lanes) if (!signal.aborted) await drawLane(lane, request, signal);
}

/** Beside the build lie its models; in development they come by their names. */
const folderOf = (model: ModelName) => (import.meta.env.PROD ? new URL(`../models/${model}/`, location.href) : model);

/** The pipeline of a lane, loaded once; one that failed can be asked for again. */
function pipelineOf(lane: LaneName): Promise<ImagePipeline> {
  const { model } = lanes[lane];
  const loading =
    pipelines.get(model) ??
    loadPipeline(folderOf(model), {
      draws: 'images',
      onProgress: ({ loaded, total }) => tell({ type: 'loading', lane, loaded, total }),
    });
  pipelines.set(model, loading);
  loading.catch(() => pipelines.delete(model));
  return loading;
}

async function drawLane(lane: LaneName, { seed, count }: DrawRequest, signal: AbortSignal): Promise<void> {
  const pipeline = await pipelineOf(lane);
  const began = performance.now();
  let calls = 0;
  const options = { ...lanes[lane].options, count, batch: count, key: key(seed), preview: true, signal };
  const images = await run(pipeline.sample(options), async (event) => {
    if (event.type !== 'step') return;
    calls = event.index + 1;
    const { total, preview } = event;
    if (!preview) return;
    const seldom = Math.ceil(total / MOST_GUESSES);
    if (calls % seldom === 0 || calls === total)
      tell({
        type: 'guess',
        lane,
        calls,
        total,
        milliseconds: performance.now() - began,
        images: await plain(preview),
      });
    preview.dispose();
  });
  tell({ type: 'drawn', lane, calls, milliseconds: performance.now() - began, images: await plain(images) });
  images.dispose();
}

/** The numbers of images, which go to the caller; a guess is disposed by who got it. */
async function plain(images: Tensor): Promise<SampleArray> {
  return { data: Float32Array.from(await images.data<'float32'>()), shape: [...images.shape] };
}

import * as tf from '@tensorflow/tfjs-core';
import { type ImagePipeline, loadPipeline, type ModelName, type SampleArray } from '@diffgan/hub';
import { key, run } from '@diffgan/ops';
import { selectBackend } from '@diffgan/runtime';
import { type LaneChain, laneChain } from './lane-chain.ts';
import { type LaneName, lanes } from './lanes.ts';
import type { Backend, DrawAnswer, DrawRequest, LaneAnswer, StartRequest } from './messages.ts';
import { race, type Runner } from './race.ts';
import { isShown } from './shown-guesses.ts';

const tell = (answer: DrawAnswer) => globalThis.postMessage(answer);
const pipelines = new Map<string, Promise<ImagePipeline>>();
let started: Promise<void>;
let drawing = Promise.resolve();
let current = new AbortController();

addEventListener('message', ({ data }: MessageEvent<StartRequest | DrawRequest>) => {
  if ('backend' in data) {
    started = start(data.backend);
    started.catch(() => undefined); // told with the answer to the first request
    return;
  }
  current.abort();
  const { signal } = (current = new AbortController());
  drawing = drawing
    .then(() => draw(data, signal))
    .catch((error: unknown) => {
      if (!signal.aborted) tell({ type: 'failed', message: (error as Error).message });
    });
});

async function start(backend: Backend): Promise<void> {
  const threads = globalThis.crossOriginIsolated ? Math.min(2, navigator.hardwareConcurrency) : 1;
  // Whoever chooses WebGPU takes what the browser has, an adapter that computes on the processor too.
  const options = backend === 'wasm' ? { threads } : { allowSoftware: true };
  const { description } = await selectBackend(backend, options);
  tell({ type: 'ready', backend: description });
  if (backend === 'webgpu') {
    const { device } = tf.backend() as unknown as { device: GPUDevice };
    void device.lost.then(({ message }) => tell({ type: 'lost', message }));
  }
}

async function draw(request: DrawRequest, signal: AbortSignal): Promise<void> {
  await started;
  const loaded: ImagePipeline[] = []; // all of them, so that all start together
  for (const lane of request.lanes) loaded.push(await pipelineOf(lane, request));
  const base = request.task.type === 'fill' ? await basePictures(loaded, request, signal) : undefined;
  try {
    signal.throwIfAborted();
    const runners = request.lanes.map(
      (lane, i) => new LaneRunner({ id: request.id, lane }, laneChain(lane, loaded[i], request, { base, signal })),
    );
    await race(runners, (runner, milliseconds) => runner.tell(milliseconds));
  } finally {
    base?.dispose();
  }
}

/** Beside the build lie its models; in development they come by their names. */
const folderOf = (model: ModelName) => (import.meta.env.PROD ? new URL(`../models/${model}/`, location.href) : model);

/** The pipeline of a lane, loaded once; one that failed can be asked for again. */
async function pipelineOf(lane: LaneName, { id }: DrawRequest): Promise<ImagePipeline> {
  const { model } = lanes[lane];
  const loading =
    pipelines.get(model) ??
    loadPipeline(folderOf(model), {
      draws: 'images',
      onProgress: ({ loaded, total }) => tell({ type: 'loading', id, lane, loaded, total }),
    });
  pipelines.set(model, loading);
  loading.catch(() => pipelines.delete(model));
  return loading;
}

/** Pictures of a seed that are drawn anew in part: by the first network that is told their class, or else by the student. */
async function basePictures(
  loaded: readonly ImagePipeline[],
  request: DrawRequest,
  signal: AbortSignal,
): Promise<tf.Tensor4D> {
  const { id, seed, count, label } = request;
  const told = loaded.find(({ labels }) => labels.length > 0);
  const pipeline = told ?? (await pipelineOf('student', request));
  const of = { count, batch: count, key: key(seed), ...(told && { label }) };
  const images = await run(pipeline.sample({ ...of, signal }));
  tell({ type: 'base', id, images: await plain(images) });
  return images;
}

/** A lane of the race, and what it tells after each step. */
class LaneRunner implements Runner {
  #event: { readonly calls: number; readonly total: number; readonly preview: tf.Tensor4D } | undefined;
  #images: tf.Tensor4D | undefined;
  #calls = 0;

  constructor(
    readonly of: { readonly id: number; readonly lane: LaneName },
    readonly drawn: LaneChain,
  ) {}

  async step(): Promise<boolean> {
    this.#event?.preview.dispose();
    const { value, done } = await this.drawn.chain.next();
    if (done) {
      this.#event = undefined;
      this.#images = value;
      return false;
    }
    const { index, total, preview } = value;
    this.#event = { calls: index + 1, total, preview: preview! };
    await preview!.data(); // only then it is computed
    return true;
  }

  async tell(milliseconds: number): Promise<void> {
    if (this.#images) return this.#tellImages(this.#images, milliseconds);
    const { calls, total, preview } = this.#event!;
    this.#calls = calls;
    if (!isShown(calls, total)) return;
    const first = tf.slice(this.drawn.state(), 0, 1);
    const state = await plain(first);
    first.dispose();
    this.#send({ type: 'guess', calls, total, milliseconds, images: await plain(preview), state });
  }

  async end(): Promise<void> {
    await this.drawn.chain.return(undefined as never);
    this.drawn.dispose();
    tf.dispose([this.#event?.preview, this.#images].filter((tensor) => tensor !== undefined));
  }

  async #tellImages(images: tf.Tensor4D, milliseconds: number): Promise<void> {
    const { numTensors: tensors, numBytes: bytes } = tf.memory();
    const usage = { tensors, bytes };
    this.#send({ type: 'drawn', calls: this.#calls, milliseconds, images: await plain(images), usage });
  }

  #send(told: LaneAnswerOf): void {
    tell({ ...this.of, ...told });
  }
}

type LaneAnswerOf = LaneAnswer extends infer Told
  ? Told extends LaneAnswer
    ? Omit<Told, 'id' | 'lane'>
    : never
  : never;

/** The numbers of images, whose tensor stays. */
async function plain(images: tf.Tensor): Promise<SampleArray> {
  return { data: Float32Array.from(await images.data<'float32'>()), shape: [...images.shape] };
}

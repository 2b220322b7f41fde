import type { Tensor } from '@tensorflow/tfjs-core';
import { selectBackend } from '@diffgan/runtime';
import { loadPipeline } from '../load-pipeline.ts';
import type { Pipeline } from '../pipeline.ts';
import type { SampleEvent } from '../sample-events.ts';
import type { SampleArray } from '../to-image-data.ts';
import type { Answer, Numbered, PipelineFacts, Port, WorkerSampleEvent } from './messages.ts';
import { sourceOf } from './portable-source.ts';

type Of<Type extends Numbered['type']> = Extract<Numbered, { type: Type }>;
/** Sends an event on the way, whose arrays are handed over. */
type Tell = (event: Extract<Answer, { type: 'event' }>['event'], arrays?: SampleArray[]) => void;

/**
 * Loads and draws what a page asks for by `loadPipeline` of this entry: the whole of a worker's own file, where that is to have other backends
 * than `wasm`, or to go through the page's bundler.
 *
 * @param port what the requests come through. By default the inside of the worker.
 * @example
 * ```ts fragment
 * // pipeline-worker.ts; in the page: new Worker(new URL('./pipeline-worker.ts', import.meta.url), { type: 'module' })
 * import { servePipelines } from '@diffgan/hub/worker';
 * servePipelines();
 * ```
 */
export function servePipelines(port: Port = globalThis as unknown as Port): void {
  const pipelines = new Map<number, Pipeline>();
  const running = new Map<number, AbortController>();
  const send = (answer: Answer, arrays: SampleArray[] = []) =>
    port.postMessage(
      answer,
      arrays.map(({ data }) => data.buffer as ArrayBuffer),
    );

  async function work(id: number, task: (tell: Tell, signal: AbortSignal) => Promise<PipelineFacts | SampleArray>) {
    const controller = new AbortController();
    running.set(id, controller);
    try {
      const result = await task((event, arrays) => send({ id, type: 'event', event }, arrays), controller.signal);
      send({ id, type: 'done', result }, 'data' in result ? [result] : []);
    } catch (error) {
      const { name, message } = error as Error;
      send({ id, type: 'error', name, message: message ?? String(error) });
    } finally {
      running.delete(id);
    }
  }

  async function load({ id, source, options, backend = 'wasm', how }: Of<'load'>, tell: Tell, signal: AbortSignal) {
    const { description } = await selectBackend(backend, how);
    const pipeline = await loadPipeline(sourceOf(source), { ...options, signal, onProgress: (told) => tell(told) });
    pipelines.set(id, pipeline);
    const { name, sampling, sampleShape, imageShape, labels, card } = pipeline;
    return { name, sampling, sampleShape, imageShape, labels, card, backend: description };
  }

  async function sample({ pipeline: number, options }: Of<'sample'>, tell: Tell, signal: AbortSignal) {
    const pipeline = pipelines.get(number);
    if (!pipeline) throw new Error('the pipeline was disposed; load it again');
    const events = pipeline.sample({ ...options, signal });
    let next = await events.next();
    for (; !next.done; next = await events.next()) {
      const event = await plainEvent(next.value);
      tell(event, event.type === 'step' && event.preview ? [event.preview] : []);
    }
    return plainSamples(next.value);
  }

  port.addEventListener('message', ({ data }) => {
    const request = data as Numbered;
    const { id } = request;
    if (request.type === 'load') void work(id, (tell, signal) => load(request, tell, signal));
    else if (request.type === 'sample') void work(id, (tell, signal) => sample(request, tell, signal));
    else if (request.type === 'abort') running.get(id)?.abort();
    else {
      pipelines.get(request.pipeline)?.dispose();
      pipelines.delete(request.pipeline);
    }
  });
  port.start?.();
}

async function plainEvent(event: SampleEvent): Promise<WorkerSampleEvent> {
  if (event.type === 'batch') return event;
  const { preview, ...step } = event;
  return preview ? { ...step, preview: await plainSamples(preview) } : step;
}

/** The numbers of a tensor in memory of their own, which can be handed over; the tensor is disposed. */
async function plainSamples(tensor: Tensor): Promise<SampleArray> {
  const data = Float32Array.from(await tensor.data<'float32'>());
  const samples = { data, shape: [...tensor.shape] };
  tensor.dispose();
  return samples;
}

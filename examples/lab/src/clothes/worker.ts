import '@tensorflow/tfjs-layers'; // registers the gradients
import { selectBackend } from '@diffgan/runtime';
import { ClothesSession, isKept } from './clothes-session.ts';
import type { ClothesAnswer, ClothesRequest } from './messages.ts';

const tell = (answer: ClothesAnswer) => globalThis.postMessage(answer);
const threads = globalThis.crossOriginIsolated ? Math.min(2, navigator.hardwareConcurrency) : 1;
const started = selectBackend('wasm', { threads });
const session = new ClothesSession(tell);

addEventListener('message', ({ data }: MessageEvent<ClothesRequest>) => {
  started.then(
    () => session.handle(data),
    (error: unknown) => tell({ type: 'failed', message: (error as Error).message }),
  );
});
started.then(
  async ({ description }) => tell({ type: 'ready', backend: description, kept: await isKept() }),
  () => undefined, // told with the answer to the first request
);

import '@tensorflow/tfjs-layers'; // registers the gradients
import { selectBackend } from '@diffgan/runtime';
import type { Answer, Request } from './messages.ts';
import { PointSession } from './point-session.ts';

const tell = (answer: Answer) => globalThis.postMessage(answer);
const started = selectBackend('wasm');
const session = new PointSession(tell);

addEventListener('message', ({ data }: MessageEvent<Request>) => {
  started.then(
    () => session.handle(data),
    (error: unknown) => tell({ type: 'failed', message: (error as Error).message }),
  );
});
started.then(
  ({ description }) => tell({ type: 'ready', backend: description, isolated: globalThis.crossOriginIsolated }),
  () => undefined, // told with the answer to the first request
);

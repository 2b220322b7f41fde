import type { Backend, DrawAnswer, DrawRequest, StartRequest } from './messages.ts';

/** The worker of pictures: made anew when it or its device fails, or another backend is wanted. */
export class PicturesWorkerClient {
  #worker: { readonly worker: Worker; readonly backend: Backend } | undefined;

  /** @param told gets every answer; after a failure of the worker itself, `'failed'`. */
  constructor(readonly told: (answer: DrawAnswer) => void) {}

  ask(request: DrawRequest, backend: Backend): void {
    if (this.#worker?.backend !== backend) this.end();
    this.#worker ??= this.#made(backend);
    this.#worker.worker.postMessage(request);
  }

  end(): void {
    this.#worker?.worker.terminate();
    this.#worker = undefined;
  }

  #made(backend: Backend) {
    const worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module', name: 'lab-pictures' });
    worker.onmessage = ({ data }: MessageEvent<DrawAnswer>) => {
      if (worker !== this.#worker?.worker) return;
      if (data.type === 'lost') this.end();
      this.told(data);
    };
    worker.onerror = ({ message }) => {
      if (worker !== this.#worker?.worker) return;
      this.end();
      this.told({ type: 'failed', message: `the worker ended${message ? `: ${message}` : ''}` });
    };
    worker.postMessage({ backend } satisfies StartRequest);
    return { worker, backend };
  }
}

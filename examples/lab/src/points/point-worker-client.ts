import type { Answer, Request } from './messages.ts';

/** The worker of a training: made anew when it fails. */
export class PointWorkerClient {
  #worker: Worker | undefined;

  /** @param told gets every answer; after a failure of the worker itself, `'failed'`. */
  constructor(readonly told: (answer: Answer) => void) {}

  ask(request: Request): void {
    this.#worker ??= this.#made();
    this.#worker.postMessage(request);
  }

  end(): void {
    this.#worker?.terminate();
    this.#worker = undefined;
  }

  #made(): Worker {
    const worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module', name: 'lab-points' });
    worker.onmessage = ({ data }: MessageEvent<Answer>) => {
      if (worker === this.#worker) this.told(data);
    };
    worker.onerror = ({ message }) => {
      this.end();
      this.told({ type: 'failed', message: `the worker ended${message ? `: ${message}` : ''}` });
    };
    return worker;
  }
}

import { MissingScheduleError, PipelineError } from '../pipeline-error.ts';
import type { Answer, Numbered, Port, Request } from './messages.ts';

/** The page's end of the line to a worker. */
export class WorkerClient {
  readonly #port: Port;
  readonly #inboxes = new Map<number, (answer: Answer) => void>();
  #last = 0;
  #failure: string | undefined;

  constructor(port: Port) {
    this.#port = port;
    port.addEventListener('message', ({ data }) => this.#receive(data as Answer));
    port.addEventListener('error', ({ message }) => this.#fail(message || 'its script could not be loaded'));
    port.addEventListener('messageerror', () => this.#fail('it sent what cannot be read'));
    port.start?.();
  }

  /** The number of the request that is sent next. */
  get next(): number {
    return this.#last + 1;
  }

  /** Sends what is not answered. */
  tell(request: Request, id = ++this.#last): void {
    this.#port.postMessage({ ...request, id } satisfies Numbered, []);
  }

  /** Sends a request; the events on the way, then the result. Ending it early, or `signal`, ends the work. */
  async *ask<Event, Result>(request: Request, signal?: AbortSignal): AsyncGenerator<Event, Result> {
    signal?.throwIfAborted();
    if (this.#failure !== undefined) throw new Error(this.#failure);
    const id = ++this.#last;
    const answers: Answer[] = [];
    let wake = () => {};
    this.#inboxes.set(id, (answer) => {
      answers.push(answer);
      wake();
    });
    const abort = () => this.tell({ type: 'abort' }, id);
    signal?.addEventListener('abort', abort);
    let over = false;
    try {
      this.tell(request, id);
      for (;;) {
        if (answers.length === 0) await new Promise<void>((resolve) => (wake = resolve));
        const answer = answers.shift()!;
        over = answer.type !== 'event';
        if (answer.type === 'event') yield answer.event as Event;
        else if (answer.type === 'done') return answer.result as Result;
        else throw signal?.aborted ? signal.reason : errorOf(answer);
      }
    } finally {
      signal?.removeEventListener('abort', abort);
      this.#inboxes.delete(id);
      if (!over) abort();
    }
  }

  /** Ends the worker; what it still owes fails. */
  close(): void {
    this.#port.terminate?.();
    this.#fail('it was disposed');
  }

  #receive(answer: Answer): void {
    this.#inboxes.get(answer.id)?.(answer);
  }

  #fail(why: string): void {
    this.#failure = `the worker of the pipeline ended: ${why}`;
    for (const [id, receive] of this.#inboxes) receive({ id, type: 'error', name: 'Error', message: this.#failure });
  }
}

const classes: Readonly<Record<string, new (message: string) => Error>> = {
  MissingScheduleError,
  PipelineError,
  RangeError,
  TypeError,
};

/** What was thrown in the worker, of its class where the page may ask for that. */
function errorOf({ name, message }: { name: string; message: string }): Error {
  if (Object.hasOwn(classes, name)) return new classes[name](message);
  return Object.assign(new Error(message), { name });
}

/** A worker of a pool, in Node or in a browser. */
export interface PoolWorker {
  terminate(): void;
}

type Lost = (worker: PoolWorker, why: string) => void;

/** The part of node:worker_threads that is used. */
interface NodeThreads {
  Worker: new (
    source: string,
    options: { eval: true; execArgv: string[]; stderr: boolean },
  ) => {
    once(event: 'message' | 'exit' | 'error', listener: (value: unknown) => void): void;
    on(event: 'error', listener: (error: Error) => void): void;
    postMessage(data: object): void;
    unref(): void;
    terminate(): Promise<number>;
  };
}

/** Starts a worker from its source and resolves when it is ready. `lost` is told when it ends later on. */
export async function openWorker(source: string, data: object, lost: Lost): Promise<PoolWorker> {
  const inNode = typeof process === 'object' && typeof process.versions?.node === 'string';
  return inNode ? openNodeWorker(source, data, lost) : openWebWorker(source, data, lost);
}

async function openNodeWorker(source: string, data: object, lost: Lost): Promise<PoolWorker> {
  // Not a literal, so that bundlers for browsers do not look for it.
  const specifier = 'node:worker_threads';
  const { Worker } = (await import(/* @vite-ignore */ specifier)) as NodeThreads;
  // Loaders of the main program (`--import tsx`) are of no use to it and take long to start.
  const thread = new Worker(source, { eval: true, execArgv: [], stderr: false });
  const worker: PoolWorker = { terminate: () => void thread.terminate() };
  await new Promise<void>((resolve, reject) => {
    thread.once('message', () => resolve());
    thread.on('error', (error) => {
      reject(error);
      lost(worker, error.message);
    });
    thread.once('exit', (code) => {
      reject(new Error(`the thread ended with code ${String(code)} before it was ready`));
      lost(worker, `exit code ${String(code)}`);
    });
    thread.postMessage(data);
  });
  thread.unref(); // an idle pool must not keep the process alive
  return worker;
}

function openWebWorker(source: string, data: object, lost: Lost): Promise<PoolWorker> {
  const url = URL.createObjectURL(new Blob([source], { type: 'text/javascript' }));
  const worker = new Worker(url);
  return new Promise<PoolWorker>((resolve, reject) => {
    worker.onmessage = () => resolve(worker);
    worker.onerror = ({ message }) => {
      reject(new Error(message || 'the page does not allow workers from blobs'));
      lost(worker, message);
    };
    worker.postMessage(data);
  }).finally(() => URL.revokeObjectURL(url));
}

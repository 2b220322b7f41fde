/** A worker of a pool, in Node or in a browser. */
export interface PoolWorker {
  terminate(): void;
}

type Lost = (worker: PoolWorker, why: string) => void;

/** Starts a worker from its source and resolves when it is ready. `lost` is told when it ends later on. */
export function openWorker(source: string, data: object, lost: Lost): Promise<PoolWorker> {
  const inNode = typeof process === 'object' && typeof process.versions?.node === 'string';
  return inNode ? openNodeWorker(source, data, lost) : openWebWorker(source, data, lost);
}

async function openNodeWorker(source: string, data: object, lost: Lost): Promise<PoolWorker> {
  const { Worker } = process.getBuiltinModule('node:worker_threads');
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

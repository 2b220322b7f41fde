import type { Port } from './messages.ts';

const NAME = 'diffgan-pipeline';

/** Whether this is the worker that {@link startWorker} started. */
export const inPipelineWorker = (): boolean =>
  typeof document === 'undefined' && (globalThis as { name?: unknown }).name === NAME;

/** Starts the worker of this package: one file that holds everything, since not every bundler can split the code of a worker. */
export function startWorker(): Port {
  try {
    return new Worker(new URL('./diffgan.js', import.meta.url), { type: 'module', name: 'diffgan-pipeline' });
  } catch (error) {
    if ((error as Error).name !== 'SecurityError') throw error;
    // of another origin, such as a public network's: only a script of the page's own may be a worker, and that may import it
    const address = String(new URL('./diffgan.js', import.meta.url));
    const script = new Blob([`import ${JSON.stringify(address)};`], { type: 'text/javascript' });
    return new Worker(URL.createObjectURL(script), { type: 'module', name: NAME });
  }
}

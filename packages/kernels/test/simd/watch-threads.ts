import { createRequire, syncBuiltinESMExports } from 'node:module';
import type { Worker } from 'node:worker_threads';

/** Remembers the threads that are started from now on, so that they can be killed from outside. */
export function watchThreads(): { killAll: () => Promise<void> } {
  const threads = createRequire(import.meta.url)('node:worker_threads') as { Worker: typeof Worker };
  const original = threads.Worker;
  const started: Worker[] = [];
  threads.Worker = class extends original {
    constructor(...options: ConstructorParameters<typeof Worker>) {
      super(...options);
      started.push(this);
    }
  };
  syncBuiltinESMExports();
  return {
    async killAll() {
      threads.Worker = original;
      syncBuiltinESMExports();
      await Promise.all(started.map((thread) => thread.terminate()));
    },
  };
}

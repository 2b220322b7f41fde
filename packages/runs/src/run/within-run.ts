import { clearLeftovers } from './clear-leftovers.ts';
import { lockRun } from './lock-run.ts';

/**
 * Works in the folder of a run, alone, after clearing what processes that were killed left half-written there.
 *
 * @param folder its absolute path
 * @throws UsageError naming who works there already; what `work` throws
 * @example
 * ```ts
 * import { resolve } from 'node:path';
 *
 * await withinRun(resolve('runs/mine'), () => makeFolder('runs/mine'));
 * ```
 */
export async function withinRun<T>(folder: string, work: () => Promise<T>): Promise<T> {
  const lock = lockRun(folder);
  try {
    await clearLeftovers(folder);
    return await work();
  } finally {
    lock.release();
  }
}

import { availableParallelism } from 'node:os';
import { BackendError, type BackendInfo, selectBackend } from '@diffgan/runtime';
import type { Terminal } from '../terminal/terminal.ts';

/**
 * Starts a backend: the one that is asked for, else native TensorFlow where that is set up, else WebAssembly, and says how to get the faster
 * one. Nothing is downloaded.
 *
 * @example
 * ```ts
 * const terminal = { say: console.log, heading: console.log, progress: () => undefined, finish: () => undefined };
 * const { signal } = new AbortController();
 *
 * const { name } = await prepareBackend('wasm', terminal, signal); // not named: 'tensorflow', or 'wasm' where that cannot be
 * console.log(name);
 * ```
 */
export async function prepareBackend(
  preference: string | undefined,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<BackendInfo> {
  const options = { threads: availableParallelism() };
  const info = await selectBackend(preference ?? 'tensorflow', options).catch((error: unknown) => {
    if (preference !== undefined || !(error instanceof BackendError)) throw error;
    terminal.say(
      `Without native TensorFlow, which trains and draws several times faster: ${error.why}. ${error.wayOut}`,
    );
    return selectBackend('wasm', options);
  });
  signal.throwIfAborted();
  terminal.say(`Backend: ${info.description}`);
  return info;
}

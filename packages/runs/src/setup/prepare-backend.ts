import { availableParallelism } from 'node:os';
import { type BackendInfo, selectBackend } from '@diffgan/runtime';
import { InstallError, installTensorflow } from '@diffgan/runtime/node';
import type { Terminal } from '../terminal/terminal.ts';
import { installProgress } from './install-progress.ts';

/**
 * Installs native TensorFlow if it is wanted and missing, and starts a backend.
 *
 * @example
 * ```ts fragment
 * const { name } = await prepareBackend(undefined, terminal, signal); // 'tensorflow', or 'wasm' where that cannot be
 * ```
 */
export async function prepareBackend(
  preference: string | undefined,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<BackendInfo> {
  let wanted = preference;
  if (wanted === undefined || wanted === 'tensorflow') {
    try {
      await installTensorflow({ signal, onProgress: installProgress(terminal) });
    } catch (error) {
      if (!(error instanceof InstallError) || wanted !== undefined) throw error;
      terminal.say(`Native TensorFlow is not available: ${error.message}`);
      terminal.say('Going on with WebAssembly, which needs nothing installed and is slower.');
      wanted = 'wasm';
    }
  }
  const info = await selectBackend(wanted, { threads: availableParallelism() });
  terminal.say(`Backend: ${info.description}`);
  return info;
}

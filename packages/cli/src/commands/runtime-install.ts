import { installProgress } from '@diffgan/runs';
import { type InstallOptions, type InstallResult, installTensorflow } from '@diffgan/runtime/node';
import type { Terminal } from '../terminal/terminal.ts';

/** Sets up native TensorFlow and says what there is now. */
export async function runtimeInstall(options: InstallOptions, terminal: Terminal): Promise<InstallResult> {
  const result = await installTensorflow({ ...options, onProgress: installProgress(terminal) });
  terminal.finish();
  terminal.say(`TensorFlow ${result.version} (${result.gpu ? 'GPU' : 'CPU'}) works; binding: ${result.binding}`);
  return result;
}

import type { InstallProgress } from '@diffgan/runtime/node';
import type { Terminal } from '../terminal/terminal.ts';

/**
 * Shows the steps of an installation as lines, each once, and downloads as progress.
 *
 * @example
 * ```ts
 * const terminal = { say: console.log, heading: console.log, progress: () => undefined, finish: () => undefined };
 *
 * const onProgress = installProgress(terminal); // for installTensorflow of @diffgan/runtime/node
 * onProgress({ step: 'download', message: 'TensorFlow', fraction: 0.5 });
 * ```
 */
export function installProgress(terminal: Terminal): (progress: InstallProgress) => void {
  let last = '';
  return ({ step, message, fraction }) => {
    const line = `Set-up: ${step}: ${message}`;
    if (fraction !== undefined) terminal.progress(fraction, line);
    else if (line !== last) terminal.say(line);
    last = line;
  };
}

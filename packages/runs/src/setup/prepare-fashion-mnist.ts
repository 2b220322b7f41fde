import { existsSync } from 'node:fs';
import { datasetFolder } from '@diffgan/data';
import { installDebianPackages, InstallError } from '@diffgan/runtime/node';
import type { Terminal } from '../terminal/terminal.ts';
import { installProgress } from './install-progress.ts';

/** Debian has the data set as a package; where apt may be used that is the surest way to get it. */
export async function prepareFashionMnist(terminal: Terminal, signal: AbortSignal): Promise<void> {
  if (
    datasetFolder('fashion-mnist') !== undefined ||
    process.env.DIFFGAN_DATA !== undefined ||
    !existsSync('/usr/bin/apt-get')
  )
    return;
  try {
    await installDebianPackages(['dataset-fashion-mnist'], { signal, onProgress: installProgress(terminal) });
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof InstallError)) throw error;
    terminal.say(`Data: no Debian package (${error.message}); looking elsewhere`);
  }
}

import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { fashionMnist, type ImageDataset } from '@diffgan/data';
import { availablePrecision, type BackendInfo, type Precision, selectBackend } from '@diffgan/runtime';
import { cacheDir, InstallError, installDebianPackages, installTensorflow } from '@diffgan/runtime/node';
import { installProgress } from '../install-progress.ts';
import type { Terminal } from '../terminal.ts';

/** Installs native TensorFlow if it is wanted and missing, and starts a backend. */
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

/** What can be computed in on the backend in use when `precision` is asked for; says so where it is another one. */
export function preparePrecision(asked: Precision | undefined, terminal: Terminal): Precision {
  const { precision, why } = availablePrecision(asked ?? 'float32');
  if (why !== undefined) terminal.say(`Precision: ${why}`);
  return precision;
}

/** Finds or fetches the real Fashion-MNIST. */
export async function prepareData(terminal: Terminal, signal: AbortSignal): Promise<ImageDataset> {
  await prepareFashionMnist(terminal, signal);
  const data = await fashionMnist({ split: 'train', signal, onNote: (note) => terminal.say(`Data: ${note}`) });
  terminal.say(`Data: ${data.name}, ${data.count} real images of ${data.height}×${data.width}`);
  return data;
}

/** Debian has the data set as a package; where apt may be used that is the surest way to get it. */
export async function prepareFashionMnist(terminal: Terminal, signal: AbortSignal): Promise<void> {
  const known = ['/usr/share/datasets/fashion-mnist', join(cacheDir(), 'fashion-mnist')].some((dir) => existsSync(dir));
  if (known || process.env.DIFFGAN_DATA !== undefined || !existsSync('/usr/bin/apt-get')) return;
  try {
    await installDebianPackages(['dataset-fashion-mnist'], { signal, onProgress: installProgress(terminal) });
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof InstallError)) throw error;
    terminal.say(`Data: no Debian package (${error.message}); looking elsewhere`);
  }
}

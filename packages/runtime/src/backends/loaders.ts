import { BackendError } from '../backend-error.ts';
import type { BackendName } from '../backend-names.ts';
import { reason } from '../platform.ts';
import type { BackendLoader } from './backend-loader.ts';

/** How each backend is started: by code that is loaded for it alone. */
export const loaders: Readonly<Record<BackendName, BackendLoader>> = {
  tensorflow: apart('tensorflow', async () => (await import('./tensorflow.ts')).loadTensorflow),
  webgpu: apart('webgpu', async () => (await import('./webgpu.ts')).loadWebgpu),
  wasm: apart('wasm', async () => (await import('./wasm.ts')).loadWasm),
  cpu: apart('cpu', async () => (await import('./cpu.ts')).loadCpu),
};

/* @__NO_SIDE_EFFECTS__ */
function apart(name: BackendName, load: () => Promise<BackendLoader>): BackendLoader {
  return async (options) => {
    const start = await load().catch((cause: unknown) => {
      const why = `its code could not be loaded (${reason(cause)})`;
      throw new BackendError(name, why, 'Call selectBackend again once that is mended', { cause });
    });
    return start(options);
  };
}

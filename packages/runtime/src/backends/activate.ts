import * as tf from '@tensorflow/tfjs-core';
import { BackendError } from '../backend-error.ts';
import type { BackendName } from '../backend-names.ts';
import { reason } from '../platform.ts';

const advice: Readonly<Record<BackendName, string>> = {
  tensorflow: '"wasm" works without it',
  webgpu: '"wasm" works without it',
  wasm: 'Call selectBackend again once that is mended, or use "cpu"',
  cpu: 'Reinstall @tensorflow/tfjs-backend-cpu',
};

/** Makes a backend whose package has been imported the current one. A start that failed says why, and can be repeated. */
export async function activate(name: BackendName): Promise<void> {
  const { registry, registryFactory } = tf.engine();
  if (!(name in registryFactory))
    throw new BackendError(
      name,
      'its package registered with another copy of @tensorflow/tfjs-core than this one',
      'Run `npm ls @tensorflow/tfjs-core` and remove the second version',
    );
  const { factory } = registryFactory[name];
  try {
    // The engine would print what went wrong and say no more than false.
    const made = name in registry ? undefined : await factory();
    if (made) registryFactory[name].factory = () => made;
    if (!(await tf.setBackend(name))) throw new Error('it failed to start');
  } catch (cause) {
    throw new BackendError(name, reason(cause), advice[name], { cause });
  } finally {
    registryFactory[name].factory = factory;
  }
  await tf.ready();
}

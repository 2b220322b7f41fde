import * as tf from '@tensorflow/tfjs-core';
import { BackendError } from '../backend-error.ts';
import type { BackendName } from '../backend-names.ts';

/** Makes a backend whose package has been imported the current one. */
export async function activate(name: BackendName): Promise<void> {
  if (!(name in tf.engine().registryFactory))
    throw new BackendError(
      name,
      'its package registered with another copy of @tensorflow/tfjs-core than this one',
      'Run `npm ls @tensorflow/tfjs-core` and remove the second version',
    );
  if (!(await tf.setBackend(name)))
    throw new BackendError(name, 'it failed to start', 'Its own message above says more; "wasm" works without it');
  await tf.ready();
}

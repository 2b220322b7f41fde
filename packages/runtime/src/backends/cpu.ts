import * as tf from '@tensorflow/tfjs-core';
import { BackendError } from '../backend-error.ts';
import { isMissingPackage, reason } from '../platform.ts';
import { activate } from './activate.ts';
import type { BackendLoader } from './backend-loader.ts';

/** Plain JavaScript: slow, everywhere. */
export const loadCpu: BackendLoader = async () => {
  const { version_cpu: version } = await import('@tensorflow/tfjs-backend-cpu').catch((error: unknown) => {
    const missing = isMissingPackage(error, '@tensorflow/tfjs-backend-cpu');
    throw new BackendError(
      'cpu',
      missing ? 'the package @tensorflow/tfjs-backend-cpu is not installed' : reason(error),
      'Run `npm install @tensorflow/tfjs-backend-cpu@4.22.0`',
      { cause: error },
    );
  });
  await activate('cpu');
  // The backend greets with an advertisement on its first tensor; this is the switch that it checks.
  (tf.backend() as tf.KernelBackend & { firstUse?: boolean }).firstUse = false;
  return { version: `tfjs-backend-cpu ${version}`, device: 'CPU, plain JavaScript' };
};

import * as tf from '@tensorflow/tfjs-core';
import { activate } from './activate.ts';
import type { BackendLoader } from './backend-loader.ts';
import { importBackendPackage } from './import-backend-package.ts';

/** Plain JavaScript: slow, everywhere. */
export const loadCpu: BackendLoader = async () => {
  const { version_cpu: version } = await importBackendPackage('cpu', () => import('@tensorflow/tfjs-backend-cpu'));
  await activate('cpu');
  // The backend greets with an advertisement on its first tensor; this is the switch that it checks.
  (tf.backend() as tf.KernelBackend & { firstUse?: boolean }).firstUse = false;
  return { version: `tfjs-backend-cpu ${version}`, device: 'CPU, plain JavaScript' };
};

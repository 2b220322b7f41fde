import * as tf from '@tensorflow/tfjs-core';
import { bindingOf, CORE } from '../tfjs-node-folder.ts';

interface KernelBackendModule {
  NodeJSKernelBackend: new (binding: object, name: string) => tf.KernelBackend;
}

/**
 * Registers the backend of the tfjs-node in `folder` with this very copy of the core: its kernels and its binding alone. The package as
 * a whole would bring a second TensorFlow.js along, and half a second of loading.
 */
export function registerTfjsNode(folder: string): void {
  if ('tensorflow' in tf.engine().registryFactory) return;
  (globalThis as Record<symbol, unknown>)[Symbol.for(CORE)] = tf;
  const require = process.getBuiltinModule('node:module').createRequire(`${folder}/package.json`);
  const binding = require(bindingOf(folder)) as object;
  require('./dist/register_all_kernels.js');
  const { NodeJSKernelBackend } = require('./dist/nodejs_kernel_backend.js') as KernelBackendModule;
  tf.registerBackend('tensorflow', () => new NodeJSKernelBackend(binding, '@tensorflow/tfjs-node'), 3);
}

import { engine, type KernelBackend, registerBackend } from '@tensorflow/tfjs-core';
import { importNodePackage } from '../platform.ts';
import { bindingOf, CORE } from '../tfjs-node-folder.ts';

interface KernelBackendModule {
  NodeJSKernelBackend: new (binding: object, name: string) => KernelBackend;
}

/**
 * Registers the backend of the tfjs-node in `folder` with this very copy of the core: its kernels and its binding alone. The package as
 * a whole would bring a second TensorFlow.js along, and half a second of loading.
 */
export async function registerTfjsNode(folder: string): Promise<void> {
  if ('tensorflow' in engine().registryFactory) return;
  // Whole, which an import would make bundlers put into pages. A bundle for Node has a core of its own.
  const core = await importNodePackage<{ engine: typeof engine }>('@tensorflow/tfjs-core');
  if (core.engine !== engine)
    throw new Error('@tensorflow/tfjs-core is bundled; let the bundler leave it out as external');
  (globalThis as Record<symbol, unknown>)[Symbol.for(CORE)] = core;
  const require = process.getBuiltinModule('node:module').createRequire(`${folder}/package.json`);
  const binding = require(bindingOf(folder)) as object;
  require('./dist/register_all_kernels.js');
  const { NodeJSKernelBackend } = require('./dist/nodejs_kernel_backend.js') as KernelBackendModule;
  registerBackend('tensorflow', () => new NodeJSKernelBackend(binding, '@tensorflow/tfjs-node'), 3);
}

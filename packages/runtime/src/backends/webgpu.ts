import { registerWebgpuKernels } from '@diffgan/kernels/webgpu';
import { BackendError } from '../backend-error.ts';
import { isNode } from '../platform.ts';
import { activate } from './activate.ts';
import type { BackendLoader } from './backend-loader.ts';
import { provideDawn } from './dawn.ts';
import { type Adapter, adapterName, currentGpu, isSoftware, requestAdapter } from './gpu.ts';
import { importBackendPackage } from './import-backend-package.ts';

/** WebGPU of the browser, or of Dawn in Node. */
export const loadWebgpu: BackendLoader = async ({ allowSoftware }) => {
  const adapter = await findAdapter(allowSoftware);
  const device = adapterName(adapter);
  if (isSoftware(adapter) && !allowSoftware)
    throw new BackendError(
      'webgpu',
      `its only adapter computes on the CPU (${device})`,
      'Use "wasm", which is much faster, or pass `allowSoftware: true`',
    );
  // After navigator.gpu exists: the package registers its backend when it is imported, or never.
  await importBackendPackage('webgpu', () => import('@tensorflow/tfjs-backend-webgpu'), ', or use "wasm"');
  await activate('webgpu');
  registerWebgpuKernels();
  return { version: 'tfjs-backend-webgpu', device };
};

async function findAdapter(allowSoftware: boolean): Promise<Adapter> {
  const gpu = currentGpu();
  if (gpu === undefined && isNode()) return provideDawn(allowSoftware);
  if (gpu === undefined)
    throw new BackendError(
      'webgpu',
      'this browser offers no WebGPU here',
      'Use a secure context (https or localhost) and a current browser, or "wasm"',
    );
  const adapter = await requestAdapter(gpu);
  if (adapter) return adapter;
  throw new BackendError('webgpu', 'this browser finds no graphics adapter', 'Use "wasm"');
}

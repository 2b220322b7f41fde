import { getKernel, registerKernel, unregisterKernel } from '@tensorflow/tfjs-core';
import type { KernelOverride } from './kernel-override.ts';

/**
 * Kernels that are put over those of a backend.
 *
 * @returns a function that registers them. Calling it again has no effect, even where other kernels were put over these in turn.
 * @example
 * ```ts
 * import { kernelLayer } from '@diffgan/kernels';
 * const registerNothing = kernelLayer('cpu', []);
 * registerNothing();
 * ```
 */
/* @__NO_SIDE_EFFECTS__ */
export function kernelLayer(backendName: string, kernels: readonly KernelOverride[]): () => void {
  const registered = new Set<string>();
  return () => {
    for (const { name, make } of kernels) {
      const present = getKernel(name, backendName);
      if (present && registered.has(name)) continue;
      if (present) unregisterKernel(name, backendName);
      registered.add(name);
      // The rest of the original stays: its setupFunc must run when the backend starts after this.
      registerKernel({ ...present, kernelName: name, backendName, kernelFunc: make(present?.kernelFunc) });
    }
  };
}

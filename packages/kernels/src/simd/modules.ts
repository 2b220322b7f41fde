import type { KernelModule } from './kernel-module.ts';

// Keyed by backend: a backend that was restarted has another heap, and must not be given addresses of the old one.
const modules = /* @__PURE__ */ new WeakMap<object, KernelModule>();

/** The module that works in the heap of a backend. */
export const moduleOf = (backend: object): KernelModule | undefined => modules.get(backend);

/** Puts another module to work in the heap of a backend and closes the one before it. */
export function attachModule(backend: object, module: KernelModule): void {
  modules.get(backend)?.close();
  modules.set(backend, module);
}

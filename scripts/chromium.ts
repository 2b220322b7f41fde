// By path: vitest reads this before any export condition is set.
export { findChromium } from '../packages/runtime/src/node/find-chromium.ts';

/** Flags with which a headless Chromium without a GPU offers WebGPU, and does not call home. */
export const chromiumArguments = [
  '--no-sandbox',
  '--enable-unsafe-webgpu',
  '--enable-features=Vulkan',
  '--use-webgpu-adapter=swiftshader',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

// By path: vitest reads this before any export condition is set.
export { findChromium } from '../packages/runtime/src/node/find-chromium.ts';

/**
 * Flags with which a headless Chromium offers WebGPU, and does not call home: of SwiftShader, which needs no GPU, unless
 * `DIFFGAN_WEBGPU_ADAPTER=default`.
 */
export const chromiumArguments = [
  '--no-sandbox',
  '--enable-unsafe-webgpu',
  '--enable-features=Vulkan',
  ...(process.env.DIFFGAN_WEBGPU_ADAPTER === 'default' ? [] : ['--use-webgpu-adapter=swiftshader']),
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

import { existsSync } from 'node:fs';

const places = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** Path of an installed Chromium (`DIFFGAN_CHROMIUM` first), or undefined. */
export function findChromium(): string | undefined {
  return [process.env.DIFFGAN_CHROMIUM, ...places].find((path) => path !== undefined && existsSync(path));
}

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

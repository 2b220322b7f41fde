import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

// What must hold on every backend, and what WebGPU alone has, in Node on Dawn. The other tests for WebGPU need a page.
export default defineConfig({
  root: fileURLToPath(new URL('../..', import.meta.url)),
  resolve: { conditions: ['@diffgan/source', 'module', 'import', 'default'] },
  ssr: { resolve: { conditions: ['@diffgan/source', 'node', 'import', 'default'] } },
  test: {
    name: 'node-webgpu',
    include: [
      'packages/kernels/test/webgpu/*.webgpu.test.ts',
      'packages/unet/test/*.webgpu.test.ts',
      'packages/*/test/**/*.every.test.ts',
    ],
    exclude: ['**/node_modules/**', '**/endurance.webgpu.test.ts'],
    setupFiles: ['./test/setup.ts'],
    env: { DIFFGAN_BACKEND: 'webgpu', TF_CPP_MIN_LOG_LEVEL: '2' },
    isolate: false, // one device for all files
    maxWorkers: 1,
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});

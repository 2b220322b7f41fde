import { defineConfig } from 'vite';
import { offlineFiles } from './offline-files.ts';
import { shippedModels } from './shipped-models.ts';

// Pages with these headers may share memory between threads.
const headers = { 'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': 'require-corp' };

export default defineConfig({
  base: './', // wherever the folder is put
  resolve: { conditions: ['@diffgan/source', 'module', 'browser', 'import', 'default'] },
  worker: { format: 'es' },
  build: { target: 'es2022', chunkSizeWarningLimit: 2000, modulePreload: { polyfill: false } },
  server: { headers },
  preview: { headers },
  plugins: [shippedModels(), offlineFiles()],
});

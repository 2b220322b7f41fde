import { playwright } from '@vitest/browser-playwright';
import { defineProject } from 'vitest/config';
import { chromiumArguments, findChromium } from './scripts/chromium.ts';
import { requireAll, unavailableSuites } from './scripts/suites.ts';

// Which suite a test file belongs to is in its name:
//   foo.test.ts             tensor code: node-tensorflow and node-wasm
//   foo.every.test.ts       tiny tensor code that must hold on every backend: also node-cpu and browser-webgpu
//   foo.cpu.test.ts         numbers, files, text: node-cpu
//   foo.tensorflow.test.ts  training runs and commands: node-tensorflow
//   foo.wasm.test.ts        kernels of our own for WASM: node-wasm
//   foo.alone.test.ts       what mocks a module: node-alone, on WASM
//   foo.page.test.ts        built pages in Chromium: pages
const kinds = ['every', 'cpu', 'tensorflow', 'wasm', 'webgpu', 'alone', 'page'];
const files = (plain: boolean, ...kept: string[]) => ({
  include: plain
    ? ['{packages/*,bench,experiments,scripts,examples/*}/test/**/*.test.ts']
    : kept.map((kind) => `{packages/*,bench,experiments,scripts,examples/*}/test/**/*.${kind}.test.ts`),
  exclude: ['**/node_modules/**', ...kinds.filter((k) => !kept.includes(k)).map((kind) => `**/*.${kind}.test.ts`)],
});

const conditions = process.env.DIFFGAN_TEST_DIST ? [] : ['@diffgan/source'];
const resolve = { conditions: [...conditions, 'module', 'import', 'default'] };
const ssr = { resolve: { conditions: [...conditions, 'node', 'import', 'default'] } };

/** Whether each file of a suite has a process of its own: where one mocks modules, and where TensorFlow and trainings keep much memory. */
const isolated = ['node-tensorflow', 'node-alone'];

const node = (name: string, backend: string, tests: ReturnType<typeof files>) =>
  defineProject({
    resolve,
    ssr,
    test: {
      name,
      ...tests,
      // To start a process and load TensorFlow.js for each of its many short files takes as long as their tests. These share one
      // process, and leave it as they found it: they mock no module, and put back what they change.
      isolate: isolated.includes(name),
      globalSetup: ['./packages/cli/test/bundle-command.ts'],
      setupFiles: ['./test/setup.ts'],
      env: { DIFFGAN_BACKEND: backend, TF_CPP_MIN_LOG_LEVEL: '2' },
      testTimeout: 120_000,
      hookTimeout: 120_000,
    },
  });

// Pages with these headers may share memory between threads, which the threads of WASM need.
const isolation = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
  'Cross-Origin-Resource-Policy': 'same-origin',
};

const browser = () =>
  defineProject({
    server: { headers: isolation },
    resolve: { conditions: [...conditions, 'module', 'browser', 'import', 'default'] },
    optimizeDeps: {
      include: [
        '@tensorflow/tfjs-core',
        '@tensorflow/tfjs-layers',
        '@tensorflow/tfjs-backend-cpu',
        '@tensorflow/tfjs-backend-wasm',
        '@tensorflow/tfjs-backend-webgpu',
      ],
    },
    test: {
      name: 'browser-webgpu',
      ...files(false, 'every', 'webgpu'),
      setupFiles: ['./test/setup.ts'],
      env: { DIFFGAN_BACKEND: 'webgpu' },
      testTimeout: 300_000,
      hookTimeout: 120_000,
      browser: {
        enabled: true,
        headless: true,
        screenshotFailures: false,
        provider: playwright({ launchOptions: { executablePath: findChromium(), args: chromiumArguments } }),
        instances: [{ browser: 'chromium' }],
      },
    },
  });

/** Builds pages and opens them, as their visitors do. */
const pages = () =>
  defineProject({
    resolve,
    ssr,
    test: {
      name: 'pages',
      ...files(false, 'page'),
      globalSetup: ['./examples/lab/test/build-lab.ts'],
      testTimeout: 300_000,
      hookTimeout: 300_000,
    },
  });

const suites = {
  'node-tensorflow': node('node-tensorflow', 'tensorflow', files(true, 'every', 'tensorflow')),
  'node-wasm': node('node-wasm', 'wasm', files(true, 'every', 'wasm')),
  'node-cpu': node('node-cpu', 'cpu', files(false, 'cpu', 'every')),
  'node-alone': node('node-alone', 'wasm', files(false, 'alone')),
  'browser-webgpu': browser(),
  pages: pages(),
};

// A suite that cannot run here is left out and said to be; where all are required it stays in, and fails.
const unavailable = requireAll() ? {} : unavailableSuites();
for (const [name, why] of Object.entries(unavailable)) process.stderr.write(`SKIPPED suite ${name}: ${why}\n`);

export default Object.entries(suites).flatMap(([name, suite]) => (name in unavailable ? [] : [suite]));

// Bundles packages/hub/src/diffgan.ts into dist/diffgan.js, or the folder that it is told: all that a page needs to draw with WASM, and its
// own worker. What only some browsers need lies beside it and is imported from there.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type BuildOptions, type Plugin } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
const from = join(root, 'packages/hub');
const outdir = process.argv[2] ?? join(from, 'dist');
const kernels = join(root, 'packages/kernels/src/simd/builds');
const backends = join(root, 'packages/runtime/src/backends');
const binaries = join(backends, 'wasm-binaries');

/** Modules of builds for older browsers and for threads, by the names of the gzipped files that lie beside the page's in their place. */
const beside = {
  'kernels-simd.bin': join(kernels, 'simd.ts'),
  'kernels-simd-shared.bin': join(kernels, 'simd-shared.ts'),
  'kernels-relaxed-shared.bin': join(kernels, 'relaxed-shared.ts'),
  'threads.bin': join(binaries, 'threaded.ts'),
};

const common: BuildOptions = {
  bundle: true,
  format: 'esm',
  platform: 'browser',
  target: 'es2022',
  minify: true,
  sourcemap: false,
  legalComments: 'linked',
  outdir,
  conditions: ['@diffgan/source'],
  logLevel: 'warning',
};

const oneFile: Plugin = {
  name: 'one-file',
  setup(bundle) {
    for (const [name, file] of Object.entries(beside))
      bundle.onLoad({ filter: exactly(file) }, () => ({ contents: fetchOf(name, exportOf(file)), loader: 'js' }));
    // Other backends than WASM are for pages with bundlers, and so are gradients; no page takes the ways of Node, and no network here is recurrent.
    for (const name of ['cpu', 'tensorflow', 'webgpu'] as const)
      bundle.onLoad({ filter: exactly(join(backends, `${name}.ts`)) }, () => ({
        contents: absent(name),
        loader: 'js',
        resolveDir: backends,
      }));
    bundle.onResolve(
      { filter: /^node:|register_all_gradients$|layers\/(convolutional_)?recurrent$|^\.\/recurrent$/ },
      ({ path }) => ({ path, namespace: 'nothing' }),
    );
    bundle.onLoad({ filter: /.*/, namespace: 'nothing' }, () => ({ contents: '' }));
  },
};

const exactly = (file: string) => new RegExp(`^${file.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}$`);
const exportOf = (file: string): string => /export const (\w+)/.exec(readFileSync(file, 'utf8'))![1];

/** The bytes that a module holds as base64. */
const bytesOf = (file: string): Buffer =>
  Buffer.from(/'([\w+/=]{1000,})'/.exec(readFileSync(file, 'utf8'))![1], 'base64');

/** A module that fetches what it holds from a file beside the bundle, which bundlers take for an asset. */
const fetchOf = (name: string, exported: string) =>
  `const response = await fetch(new URL('./${name}', import.meta.url));
   const bytes = new Uint8Array(await response.arrayBuffer());
   export const ${exported} = btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));`;

/** The loader of a backend that the file does not have. */
const absent = (name: 'cpu' | 'tensorflow' | 'webgpu') => `import { BackendError } from '../backend-error.ts';
  export const load${name[0].toUpperCase()}${name.slice(1)} = () => Promise.reject(
    new BackendError('${name}', 'this file holds wasm alone', 'Use "wasm", or a bundler and @diffgan/runtime'));`;

await build({ ...common, entryPoints: { diffgan: join(from, 'src/diffgan.ts') }, plugins: [oneFile] });
for (const [name, file] of Object.entries(beside)) writeFileSync(join(outdir, name), bytesOf(file));

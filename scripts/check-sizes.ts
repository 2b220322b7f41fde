// Fails when what a page loads gets larger than its budget. Run after the build.
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';

const gzipped = (bytes: Uint8Array): number => gzipSync(bytes, { level: 9 }).length;

/** What an import costs beside TensorFlow.js, in the first file that a page loads. */
async function costOf(contents: string): Promise<number> {
  const { outputFiles, metafile } = await build({
    stdin: { contents, resolveDir: 'packages/samplers' },
    bundle: true,
    splitting: true,
    write: false,
    metafile: true,
    format: 'esm',
    target: 'es2022',
    minify: true,
    outdir: '.',
    conditions: ['@diffgan/source'],
    external: ['@tensorflow/*', 'node:*'],
  });
  const first = Object.entries(metafile.outputs).find(([, { entryPoint }]) => entryPoint !== undefined)!;
  const loaded = [
    first[0],
    ...first[1].imports.filter(({ kind }) => kind === 'import-statement').map(({ path }) => path),
  ];
  const files = outputFiles.filter(({ path }) => loaded.some((name) => path.endsWith(name)));
  return files.reduce((sum, { contents: bytes }) => sum + gzipped(bytes), 0);
}

const sizes: [what: string, bytes: number, budget: number][] = [
  [
    "import { ddganSampler } from '@diffgan/samplers', beside TensorFlow.js",
    await costOf("export { ddganSampler } from '@diffgan/samplers';"),
    5_800,
  ],
  [
    'a page that samples with WASM: dist/diffgan.js of @diffgan/hub',
    gzipped(readFileSync('packages/hub/dist/diffgan.js')),
    400_000,
  ],
];

for (const [what, bytes, budget] of sizes) {
  console.log(`${bytes > budget ? 'FAIL' : 'ok  '} ${bytes} bytes gzipped of ${budget}: ${what}`);
  if (bytes > budget) process.exitCode = 1;
}

// Puts the binaries of tfjs-backend-wasm, gzipped, into modules of packages/runtime, so that bundles hold them whatever bundler made
// them and wherever they lie. A test compares.
import { readFileSync, writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

const from = 'node_modules/@tensorflow/tfjs-backend-wasm/dist';
const to = 'packages/runtime/src/backends/wasm-binaries';

for (const [name, file] of [
  ['simd', 'tfjs-backend-wasm-simd.wasm'],
  ['threaded', 'tfjs-backend-wasm-threaded-simd.wasm'],
]) {
  const text = gzipSync(readFileSync(`${from}/${file}`), { level: 9 }).toString('base64');
  const head = `// Made by \`npm run embed:wasm\` from ${file} of @tensorflow/tfjs-backend-wasm 4.22.0 (Apache-2.0).\n`;
  writeFileSync(`${to}/${name}.ts`, `${head}export const ${name}Binary: string =\n  '${text}';\n`);
  console.log(`${to}/${name}.ts: ${text.length} characters`);
}

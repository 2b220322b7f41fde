import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { simdBinary } from '../src/backends/wasm-binaries/simd.ts';
import { threadedBinary } from '../src/backends/wasm-binaries/threaded.ts';

const folder = dirname(createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm'));

it.each([
  ['tfjs-backend-wasm-simd.wasm', simdBinary],
  ['tfjs-backend-wasm-threaded-simd.wasm', threadedBinary],
])('%s in the package is that of tfjs-backend-wasm; else run `npm run embed:wasm`', async (file, text) => {
  const own = gunzipSync(Buffer.from(text, 'base64'));
  expect(own.equals(await readFile(join(folder, file)))).toBe(true);
});

import { readFileSync } from 'node:fs';
import { defineConfig } from 'tsup';

// Every package builds what its `exports` map declares: one entry per source file named there.
const { exports: map } = JSON.parse(readFileSync('package.json', 'utf8')) as { exports: Record<string, unknown> };
const sources = Object.values(map).flatMap((e) => (e as Record<string, string>)['@diffgan/source'] ?? []);

export default defineConfig({
  entry: sources,
  format: ['esm', 'cjs'],
  dts: true,
  sourcemap: true,
  clean: true,
  shims: true,
  treeshake: true,
  target: 'es2022',
  removeNodeProtocol: false,
  tsconfig: '../../tsconfig.base.json',
});

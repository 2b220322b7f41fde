import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { readSafetensors, writeSafetensors } from '@diffgan/files';
import { modelDigests, modelFolder, modelNames } from '@diffgan/weights';
import { folderFrom } from '../src/model-folder.ts';
import { version } from '../src/version.ts';

const read = (path: string) => readFile(new URL(`../${path}`, import.meta.url));

describe.each(modelNames)('%s', (name) => {
  it.each(Object.entries(modelDigests[name]))(
    '%s has its SHA-256; else run `npm run digest:weights`',
    async (file, hash) => {
      const bytes = await readFile(new URL(file, modelFolder(name)));
      expect(createHash('sha256').update(bytes).digest('hex')).toBe(hash);
    },
  );

  it('in half precision is the same network, rounded', async () => {
    const files = Object.keys(modelDigests[name]).filter((file) => file.endsWith('/model.safetensors'));
    expect(files.length).toBeGreaterThan(0);
    for (const file of files) {
      const { tensors, metadata } = readSafetensors(await readFile(new URL(file, modelFolder(name))));
      const half = Object.fromEntries(
        Object.entries(tensors).map(([key, t]) => [key, { ...t, dtype: 'F16' as const }]),
      );
      const stored = await readFile(new URL(file.replace('model.', 'model.float16.'), modelFolder(name)));
      expect(stored.equals(writeSafetensors(half, metadata))).toBe(true);
    }
  });
});

it.each([
  ['file:///app/node_modules/@diffgan/weights/dist/index.js', 'file:///app/node_modules/@diffgan/weights/models/'],
  [
    'https://cdn.example/npm/@diffgan/weights@0.1.0/dist/index.js?x',
    'https://cdn.example/npm/@diffgan/weights@0.1.0/models/',
  ],
  ['https://page.example/assets/index-a1b2.js', `https://cdn.jsdelivr.net/npm/@diffgan/weights@${version}/models/`],
  [
    'http://localhost:5173/node_modules/.vite/deps/@diffgan_weights.js',
    `https://cdn.jsdelivr.net/npm/@diffgan/weights@${version}/models/`,
  ],
])('from %s models lie in %s', (module, models) => {
  expect(folderFrom(module, 'fashion-mnist-ddgan').href).toBe(`${models}fashion-mnist-ddgan/`);
});

it('looks for no file of the disk in a page, where a bundle says that its modules lie there', () => {
  const module = 'file:///home/ada/app/node_modules/@diffgan/weights/dist/index.js';
  expect(folderFrom(module, 'fashion-mnist-ddgan', false).hostname).toBe('cdn.jsdelivr.net');
  expect(folderFrom(module, 'fashion-mnist-ddgan', true).protocol).toBe('file:');
});

it('knows the version of its package', async () => {
  const { version: told } = JSON.parse(String(await read('package.json'))) as { version: string };
  expect(version).toBe(told);
});

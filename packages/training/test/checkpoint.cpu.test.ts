import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { FileFormatError, writeSafetensors } from '@diffgan/files';
import { type Checkpoint, loadCheckpoint, saveCheckpoint } from '@diffgan/training';
import { temporaryFolder } from './temporary-folder.ts';

const path = temporaryFolder();
const checkpoint: Checkpoint = {
  step: 12,
  settings: { rate: 0.1, list: [1, 2], nested: { name: 'ö' } },
  vectors: { 'a.m': Float32Array.of(1, -2.5, 1e-30), 'a.v': new Float32Array(5), b: new Float32Array(0) },
};

test('a checkpoint comes back as it was, from a folder that is made on the way', async () => {
  const file = path('new', 'run', 'state.safetensors');
  await saveCheckpoint(file, checkpoint);
  expect(await loadCheckpoint(file)).toEqual({ ...checkpoint, progress: {}, versions: { checkpoint: '2' } });
  const more = { progress: { seconds: 1.5 }, versions: { tfjs: '4' } };
  await saveCheckpoint(file, { ...checkpoint, ...more });
  expect(await loadCheckpoint(file)).toMatchObject({ ...more, versions: { tfjs: '4', checkpoint: '2' } });
  await saveCheckpoint(file, { ...checkpoint, step: 13 });
  expect((await loadCheckpoint(file)).step).toBe(13);
  expect(await readdir(path('new', 'run'))).toEqual(['state.safetensors']);
});

describe('a damaged file is one clear error', () => {
  const damages: Record<string, (bytes: Uint8Array) => Uint8Array> = {
    truncated: (bytes) => bytes.subarray(0, bytes.length - 3),
    'cut in the header': (bytes) => bytes.subarray(0, 40),
    empty: () => new Uint8Array(),
    longer: (bytes) => Uint8Array.of(...bytes, 0),
  };
  test.each(Object.keys(damages))('%s', async (name) => {
    const file = path('state');
    await saveCheckpoint(file, checkpoint);
    await writeFile(file, damages[name](await readFile(file)));
    await expect(loadCheckpoint(file)).rejects.toThrow(FileFormatError);
    await expect(loadCheckpoint(file)).rejects.toThrow(`loadCheckpoint: ${file} is damaged`);
  });

  test('any single byte flipped, header and settings included', async () => {
    const file = path('state');
    await saveCheckpoint(file, checkpoint);
    const bytes = await readFile(file);
    for (let at = 0; at < bytes.length; at++) {
      const damaged = Uint8Array.from(bytes);
      damaged[at] ^= 1;
      await writeFile(file, damaged);
      await expect(loadCheckpoint(file), `byte ${at}`).rejects.toThrow(FileFormatError);
    }
  });
});

test('another version, another kind of file and a missing one are told apart', async () => {
  const file = path('state');
  await writeFile(file, writeSafetensors({}, { version: '99' }));
  await expect(loadCheckpoint(file)).rejects.toThrow(/version "99", and this program reads 1 and 2/);
  await writeFile(file, writeSafetensors({ w: { shape: [1], data: Float32Array.of(1) } }));
  await expect(loadCheckpoint(file)).rejects.toThrow(/version undefined/);
  await expect(loadCheckpoint(path('nowhere'))).rejects.toThrow(/no such file/);
});

test('a write that fails leaves the old file and nothing else', async () => {
  const file = path('state');
  await saveCheckpoint(file, checkpoint);
  const before = await readFile(file);
  const vectors = { broken: [1, 2] as unknown as Float32Array };
  await expect(saveCheckpoint(file, { ...checkpoint, vectors })).rejects.toThrow();
  expect(await readFile(file)).toEqual(before);
  // a folder in the place of the file lets the write succeed and the rename fail
  await mkdir(path('folder', 'inside'), { recursive: true });
  await expect(saveCheckpoint(path('folder'), checkpoint)).rejects.toThrow(path('folder'));
  expect((await readdir(path())).sort()).toEqual(['folder', 'state']);
  await expect(saveCheckpoint(path('state', 'below'), checkpoint)).rejects.toThrow(/cannot write .*below/);
  expect(await readFile(file)).toEqual(before);
});

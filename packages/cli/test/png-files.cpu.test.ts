import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { PngFiles } from '../src/sample/outputs/png-files.ts';

const open = vi.hoisted(() => ({ now: 0, most: 0 }));
vi.mock('@diffgan/files', async (original) => {
  const files = await original<typeof import('@diffgan/files')>();
  return {
    ...files,
    async writeAtomically(...args: Parameters<typeof files.writeAtomically>) {
      open.most = Math.max(open.most, ++open.now);
      await files.writeAtomically(...args).finally(() => open.now--);
    },
  };
});

it('a batch of any size is written without more than a few files open at a time', async () => {
  const home = await mkdtemp(join(tmpdir(), 'diffgan-png-'));
  try {
    const count = 100;
    const images = new PngFiles(join(home, 'images'), count);
    const samples = Float32Array.from({ length: 4 * count }, (_, i) => (i % 4) / 4);
    await images.add({ samples, shape: [count, 2, 2, 1], labels: undefined, first: 0 });
    const names = await readdir(join(home, 'images'));
    expect(names.sort()).toEqual(Array.from({ length: count }, (_, i) => `${String(i).padStart(5, '0')}.png`));
    expect(open.most).toBeGreaterThan(1);
    expect(open.most).toBeLessThanOrEqual(16);
  } finally {
    await rm(home, { recursive: true });
  }
});

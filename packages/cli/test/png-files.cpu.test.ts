import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { PngFiles } from '../src/sample/outputs/png-files.ts';

it('a batch of any size is written without more than a few files open at a time', async () => {
  const home = await mkdtemp(join(tmpdir(), 'diffgan-png-'));
  try {
    const count = 300;
    const images = new PngFiles(home, count);
    const samples = Float32Array.from({ length: 4 * count }, (_, i) => (i % 4) / 4);
    let done = false;
    const writing = images.add({ samples, shape: [count, 2, 2, 1], first: 0 }).finally(() => (done = true));
    let most = 0;
    while (!done) most = Math.max(most, (await readdir(home)).filter((name) => name.endsWith('.tmp')).length);
    await writing;
    const names = await readdir(home);
    expect(names.sort()).toEqual(Array.from({ length: count }, (_, i) => `${String(i).padStart(5, '0')}.png`));
    expect(most).toBeGreaterThan(0);
    expect(most).toBeLessThanOrEqual(16);
  } finally {
    await rm(home, { recursive: true });
  }
});

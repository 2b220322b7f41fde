import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ddpmUnet } from '@diffgan/unet';
import { findChromium } from '../../../scripts/chromium.ts';
import { cifar10, limit, writeZeroModel } from './load-memory/cifar10-model.ts';
import { loadInChromium } from './load-memory/load-in-chromium.ts';

const here = process.platform === 'linux' && findChromium() !== undefined;

test.skipIf(!here)('Chromium loads a model of 143 MB with less than 1.5 times that, itself included', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'diffgan-memory-'));
  try {
    const model = ddpmUnet(cifar10, { key: null });
    const size = await writeZeroModel(dir, model);
    model.dispose();
    // What Chromium itself takes meanwhile, and what its collector has not come to, only adds: the least of several loads is nearest.
    let least = Infinity;
    for (let i = 0; i < 12 && least >= limit * size; i++) {
      const { extra, parameters } = await loadInChromium(dir);
      expect(parameters).toBe(35_746_307);
      expect(extra).toBeGreaterThan(0.9 * size); // or nothing was measured
      least = Math.min(least, extra);
    }
    expect(least).toBeLessThan(limit * size);
  } finally {
    await rm(dir, { recursive: true });
  }
});

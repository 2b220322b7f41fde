import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { ddpmUnet } from '@diffgan/unet';
import { cifar10, limit, writeZeroModel } from './load-memory/cifar10-model.ts';

/** Loads in a process of its own, whose highest memory the system tells. */
function loadInNode(dir: string): Promise<{ extra: number; parameters: number }> {
  const script = fileURLToPath(new URL('load-memory/load-in-node.ts', import.meta.url));
  const flags = ['--conditions=@diffgan/source', '--import', 'tsx', script];
  const child = spawn(process.execPath, [...flags, dir, import.meta.env.DIFFGAN_BACKEND as string]);
  let [output, errors] = ['', ''];
  child.stdout.on('data', (data: Buffer) => (output += data.toString()));
  child.stderr.on('data', (data: Buffer) => (errors += data.toString()));
  return new Promise((resolve, reject) =>
    child.on('close', (code) =>
      code === 0 ? resolve(JSON.parse(output) as { extra: number; parameters: number }) : reject(new Error(errors)),
    ),
  );
}

test('a model of 143 MB takes less than 1.5 times that, itself included', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'diffgan-memory-'));
  try {
    const model = ddpmUnet(cifar10, { key: null });
    const size = await writeZeroModel(dir, model);
    model.dispose();
    const { extra, parameters } = await loadInNode(dir);
    expect(parameters).toBe(35_746_307);
    expect(size).toBeGreaterThan(4 * parameters);
    expect(extra).toBeGreaterThan(0.9 * size); // or nothing was measured
    expect(extra).toBeLessThan(limit * size);
  } finally {
    await rm(dir, { recursive: true });
  }
});

import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { UsageError } from '@diffgan/runs/errors';
import { openaiNetworks } from '../../unet/test/openai-networks.ts';
import { importWeights } from '../src/commands/import.ts';
import { sample } from '../src/commands/sample.ts';
import { type SampleFlags, sampleOptions } from '../src/sample/options.ts';
import type { ImportOptions } from '../src/weights/options.ts';
import { quiet } from './quiet.ts';

let home: string;
beforeAll(async () => void (home = await mkdtemp(join(tmpdir(), 'diffgan-openai-'))));
afterAll(() => rm(home, { recursive: true }));

const { signal } = new AbortController();

/** Takes in a network of OpenAI as its file and a configuration. */
async function imported(name: string, config: object, options: ImportOptions = {}) {
  const weights = fileURLToPath(new URL(`../../unet/test/golden/openai-${name}.safetensors`, import.meta.url));
  const described = join(home, `${name}.json`);
  await writeFile(described, JSON.stringify(config));
  const { terminal, lines } = quiet();
  const result = await importWeights(weights, join(home, name), { ...options, config: described, terminal, signal });
  return { ...result, said: lines.join('') };
}

/** The bytes of what is drawn. */
async function drawn(from: string, flags: Partial<SampleFlags> = {}): Promise<Buffer> {
  const how = { schedule: 'cosine:6', sampler: 'ddpm', count: 2, format: 'npz', backend: 'cpu' };
  const options = sampleOptions({ ...how, ...flags, from, seed: 0, workers: 1, out: join(home, 'drawn') });
  await sample(options, quiet().terminal, signal);
  return readFile(join(home, 'drawn', 'samples.npz'));
}

it("OpenAI's classifier comes in and guides their denoiser, the noise or the mean", async () => {
  const classifier = await imported('classifier', openaiNetworks['a classifier of guided-diffusion'].config);
  expect(classifier).toMatchObject({ kind: 'noise-classifier', layout: 'openai' });
  expect(classifier.said).not.toContain('schedule'); // it has none of its own
  const plain = openaiNetworks['improved-diffusion without convolutions between sizes'].config;
  const { folder, said } = await imported('plain', plain);
  expect(said).toContain('--schedule');
  const guided = { classifier: classifier.folder, labels: '4', guidance: 3 };
  const alone = await drawn(folder);
  const noise = await drawn(folder, guided);
  const mean = await drawn(folder, { ...guided, guidanceForm: 'mean' });
  expect(noise.equals(alone)).toBe(false);
  expect(mean.equals(noise)).toBe(false);
  expect(mean.equals(alone)).toBe(false);
});

it('a classifier is given no schedule', async () => {
  const importing = imported('classifier', openaiNetworks['a classifier of guided-diffusion'].config, {
    schedule: 'cosine:6',
  });
  await expect(importing).rejects.toThrow(UsageError);
  await expect(importing).rejects.toThrow(/a classifier has no schedule .*leave out --schedule/);
});

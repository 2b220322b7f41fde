import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { FileFormatError, readSafetensors } from '@diffgan/files';
import { key } from '@diffgan/ops';
import { ddpmUnet, type DdpmUnetConfig, loadFromDiffusers, modelConfig, saveForDiffusers } from '@diffgan/unet';
import exportedUrl from './golden/diffusers-exported.safetensors?url&inline';
import { bytesOf, expectOutput, Golden } from './parity.ts';
import { randomiseWeights, readWeights } from './weights.ts';

const config: DdpmUnetConfig = {
  kind: 'ddpm-unet',
  imageSize: 8,
  channels: 1,
  baseChannels: 4,
  channelMultipliers: [1, 2],
  blocksPerLevel: 1,
  attentionResolutions: [4],
  dropout: 0.1,
  heads: 2,
  groups: 2,
  classes: 3,
  nullClass: true,
};

const keep = process.env.DIFFGAN_EXPORT_DIR; // see golden/check-export.py
let dir: string;
beforeEach(async () => {
  dir = keep ?? (await mkdtemp(join(tmpdir(), 'diffgan-diffusers-')));
});
afterEach(async () => {
  if (keep === undefined) await rm(dir, { recursive: true });
});

/** A model with other weights than a fresh one. */
function trained() {
  const model = ddpmUnet(config);
  randomiseWeights(model, key(7));
  return model;
}

const sha256 = async (file: string): Promise<string> =>
  createHash('sha256')
    .update(await readFile(join(dir, file)))
    .digest('hex');

test('the folder is the one that diffusers loaded, and the network computes what it computed there', async () => {
  const model = trained();
  await saveForDiffusers(dir, model);
  const golden = await bytesOf(exportedUrl);
  expect({
    weights: await sha256('diffusion_pytorch_model.safetensors'),
    config: await sha256('config.json'),
  }).toEqual({ ...readSafetensors(golden).metadata });
  await expectOutput(model, await Golden.read(exportedUrl), ['xt', 'position', 'label']);
  model.dispose();
});

test('a model comes back from the folder', async () => {
  const model = trained();
  await saveForDiffusers(dir, model);
  for (const address of [dir, pathToFileURL(`${dir}/`)]) {
    const twin = await loadFromDiffusers(address);
    // the file does not tell which label stands for no class
    expect(modelConfig(twin)).toMatchObject({ imageSize: 8, headChannels: 4, groups: 2, classes: 4, dropout: 0.1 });
    expect(await readWeights(twin)).toEqual(await readWeights(model));
    twin.dispose();
  }
  model.dispose();
});

test.each([
  ['broken JSON', '{'],
  ['another model', '{"_class_name": "VQModel"}'],
  ['a network that is not there', '{"_class_name": "UNet2DModel", "sample_size": 8, "act_fn": "relu"}'],
  ['endless work', '{"sample_size": 8, "layers_per_block": 1e9}'],
])('%s in config.json is a FileFormatError that names the file', async (_, text) => {
  await writeFile(join(dir, 'config.json'), text);
  await expect(loadFromDiffusers(dir)).rejects.toThrow(FileFormatError);
  await expect(loadFromDiffusers(dir)).rejects.toThrow('config.json');
});

import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import * as tf from '@tensorflow/tfjs-core';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { FileFormatError } from '@diffgan/files';
import { callModel, key, normal } from '@diffgan/ops';
import {
  createModel,
  loadModel,
  loadWeights,
  modelConfig,
  readSafetensors,
  saveModel,
  weightsToSafetensors,
  writeSafetensors,
} from '@diffgan/unet';
import * as configs from './configs.ts';
import { randomiseWeights, readWeights } from './weights.ts';

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'diffgan-unet-'));
});
afterEach(() => rm(dir, { recursive: true }));

/** A model with other weights than a fresh one. */
function trained() {
  const model = createModel(configs.generator);
  randomiseWeights(model, key(1));
  return model;
}

async function outputOf(model: ReturnType<typeof trained>): Promise<Float32Array> {
  const output = tf.tidy(() =>
    callModel(model, [normal(key(2), [2, 8, 8, 1]), normal(key(3), [2, 3]), tf.tensor1d([0, 3])]),
  );
  const values = (await output.data()) as Float32Array;
  output.dispose();
  return values;
}

test('a model comes back from its folder with bit-equal weights and outputs', async () => {
  const model = trained();
  const folder = join(dir, 'new', 'generator');
  await saveModel(folder, model, { metadata: { from: 'a test' } });
  expect((await readdir(folder)).sort()).toEqual(['config.json', 'model.safetensors']);
  const file = readSafetensors(await readFile(join(folder, 'model.safetensors')));
  expect({ ...file.metadata }).toEqual({ from: 'a test' });
  const output = await outputOf(model);
  for (const address of [folder, `${folder}//`, pathToFileURL(folder), pathToFileURL(`${folder}/`)]) {
    const twin = await loadModel(address);
    expect(modelConfig(twin)).toEqual(configs.generator);
    expect(await readWeights(twin)).toEqual(await readWeights(model));
    expect(await outputOf(twin)).toEqual(output);
    twin.dispose();
  }
  model.dispose();
});

test('saving again replaces the files', async () => {
  const model = trained();
  await saveModel(dir, model);
  randomiseWeights(model, key(9));
  await saveModel(dir, model);
  const twin = await loadModel(dir);
  expect(await readWeights(twin)).toEqual(await readWeights(model));
  expect((await readdir(dir)).length).toBe(2);
  twin.dispose();
  model.dispose();
});

test('weights that do not fit are refused with one list, and the model stays as it was', async () => {
  const other = createModel({ ...configs.generator, latentDim: 4, attentionResolutions: [] });
  const model = trained();
  await saveModel(dir, other);
  const before = await readWeights(model);
  const error = await loadWeights(model, join(dir, 'model.safetensors')).catch((e: unknown) => e as Error);
  expect(error).toBeInstanceOf(FileFormatError);
  expect((error as Error).message).toContain(join(dir, 'model.safetensors'));
  expect((error as Error).message).toContain('latent.0.kernel is [4,5], the model has [3,5]');
  expect((error as Error).message).toContain('up.1.0.attention.query.kernel is missing');
  const reverse = await loadWeights(other, await weightsToSafetensors(model)).catch((e: unknown) => e as Error);
  expect((reverse as Error).message).toContain('up.1.0.attention.query.kernel is unknown to the model');
  expect(await readWeights(model)).toEqual(before);
  other.dispose();
  model.dispose();
});

test.each([
  ['a truncated', (bytes: Uint8Array) => bytes.subarray(0, bytes.length - 5)],
  ['an empty', () => new Uint8Array()],
  ['a foreign', () => new TextEncoder().encode('PK\u0003\u0004 not safetensors')],
])('%s weight file is a FileFormatError that names it', async (_, damage) => {
  const model = trained();
  await saveModel(dir, model);
  model.dispose();
  const file = join(dir, 'model.safetensors');
  await writeFile(file, damage(await readFile(file)));
  await expect(loadModel(dir)).rejects.toThrow(FileFormatError);
  await expect(loadModel(dir)).rejects.toThrow(file);
});

test.each([
  ['huge', ' '.repeat(2 ** 20 + 1), /more than the/],
  ['broken', '{"kind"', /not valid JSON/],
  ['unknown', '{"kind":"vae"}', /kind is "vae"/],
  ['greedy', JSON.stringify({ ...configs.denoiser, baseChannels: 1e9 }), /baseChannels is 1000000000/],
])('a %s config.json is a FileFormatError that names it', async (_, text, why) => {
  await writeFile(join(dir, 'config.json'), text);
  await expect(loadModel(dir)).rejects.toThrow(FileFormatError);
  await expect(loadModel(dir)).rejects.toThrow(why);
  await expect(loadModel(dir)).rejects.toThrow('config.json');
});

test('integers are not taken for weights', async () => {
  const model = createModel(configs.critic);
  const { tensors } = readSafetensors(await weightsToSafetensors(model));
  const file: Record<string, { shape: number[]; data: Float32Array | Int32Array }> = {};
  for (const [name, { shape, data }] of Object.entries(tensors)) file[name] = { shape, data: data as Float32Array };
  file['stem.bias'].data = new Int32Array(4);
  await expect(loadWeights(model, writeSafetensors(file))).rejects.toThrow('stem.bias holds I32');
  await expect(loadWeights(model, writeSafetensors(file), { layout: 'openai' as never })).rejects.toThrow(RangeError);
  model.dispose();
});

test('a missing folder is an error that names the file', async () => {
  await expect(loadModel(join(dir, 'nowhere'))).rejects.toThrow(join(dir, 'nowhere', 'config.json'));
});

test('a configuration of gigabytes beside a few bytes of weights is refused before a tensor is made', async () => {
  const tensors = tf.memory().numTensors;
  const config = { kind: 'ddpm-unet', imageSize: 64, channels: 3, baseChannels: 256, channelMultipliers: [1, 2, 4], blocksPerLevel: 3, attentionResolutions: [16] }; // prettier-ignore
  await writeFile(join(dir, 'config.json'), JSON.stringify(config));
  await writeFile(join(dir, 'model.safetensors'), writeSafetensors({ a: { shape: [1], data: Float32Array.of(1) } }));
  await expect(loadModel(dir)).rejects.toThrow(/holds 1 numbers, too few for the \d{9} parameters of the ddpm-unet/);
  expect(tf.memory().numTensors).toBe(tensors);
});

test('a file of other tensors is refused in a message that can be read', async () => {
  const many = Object.fromEntries(
    Array.from({ length: 5000 }, (_, i) => [`${'x'.repeat(500)}${i}`, { shape: [1], data: Float32Array.of(1) }]),
  );
  const model = createModel(configs.generator);
  const { message } = (await loadWeights(model, writeSafetensors(many)).catch(
    (error: Error) => error as FileFormatError,
  )) as Error;
  expect(message).toMatch(/and \d{4} more/);
  expect(message.length).toBeLessThan(20_000);
  model.dispose();
});

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { foldIn, key, normal } from '@diffgan/ops';
import { selectBackend } from '@diffgan/runtime';
import { ddganGenerator, type DdganGeneratorConfig, saveModel } from '@diffgan/unet';

const shipped = new URL('../../../packages/weights/models/fashion-mnist-ddgan/config.json', import.meta.url);

/** A small generator that is told one of ten classes. */
const generatorConfig = {
  ...{ kind: 'ddgan-generator', style: 'unet', imageSize: 28, channels: 1, classes: 10 },
  ...{ baseChannels: 4, channelMultipliers: [1, 2], blocksPerLevel: 1, attentionResolutions: [] },
  ...{ latentDim: 8, latentWidth: 8, latentLayers: 1 },
} satisfies DdganGeneratorConfig;

/** A folder as of a shipped model with an untrained generator that is told a class, which shows in what it draws. */
export async function conditionalModel(): Promise<{ folder: string; remove: () => void }> {
  await selectBackend('wasm', { threads: 1 });
  const folder = mkdtempSync(join(tmpdir(), 'diffgan-lab-model-'));
  const generator = ddganGenerator(generatorConfig, { key: key(1) });
  generator.weights.forEach((weight, i) => {
    const noise = normal(foldIn(key(2), i), weight.shape as number[]);
    weight.write(tf.tidy(() => tf.add(weight.read(), tf.mul(0.3, noise)))); // some weights are zero at first
    noise.dispose();
  });
  await saveModel(join(folder, 'generator'), generator);
  generator.dispose();
  const config = JSON.parse(readFileSync(shipped, 'utf8')) as { networks: Record<string, unknown> };
  config.networks.generator = generatorConfig;
  writeFileSync(join(folder, 'config.json'), JSON.stringify(config));
  writeFileSync(join(folder, 'README.md'), 'untrained');
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

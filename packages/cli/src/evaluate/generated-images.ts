import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { key } from '@diffgan/ops';
import { vpSchedule } from '@diffgan/schedule';
import { loadModel } from '@diffgan/unet';
import { drawBatches } from '../quickstart/draw.ts';
import { quickstartDefaults } from '../quickstart/config.ts';
import { shippedModel } from '../shipped-model.ts';
import { UsageError } from '../usage-error.ts';
import { folderHas, type ImageSet, openImages, type Opening } from './image-source.ts';

const defaultCount = 2000; // of a model, which could draw for ever

/** What `--samples` names: images as {@link openImages} reads them, or a generator to draw them. The caller closes it. */
export async function openSamples(
  text: string,
  opening: Opening & { seed: number },
): Promise<ImageSet & { close(): void }> {
  const folder = text === 'shipped' ? shippedModel : text;
  const model = folderHas(folder, 'generator/config.json') ? join(folder, 'generator') : folder;
  if (!folderHas(model, 'model.safetensors')) return { ...(await openImages(text, opening)), close: () => undefined };
  await assertGenerator(model);
  const generator = await loadModel(model);
  const steps = await diffusionSteps(folder);
  const { batch, count = defaultCount, seed, signal } = opening;
  return {
    name: text === 'shipped' ? 'the shipped weights' : text,
    count,
    range: '[-1, 1]',
    batches: () => drawBatches(generator, vpSchedule(steps), { count, batch, key: key(seed), signal }),
    digest: () => Promise.reject(new Error('drawn images are not kept')),
    close: () => generator.dispose(),
  };
}

/** The steps of a run stand in its settings; models of other origin are taken to have as many as those of the quickstart. */
async function diffusionSteps(folder: string): Promise<number> {
  if (!folderHas(folder, 'config.json') || !folderHas(folder, 'generator/config.json'))
    return quickstartDefaults.diffusionSteps;
  const config = JSON.parse(await readFile(join(folder, 'config.json'), 'utf8')) as { diffusionSteps?: unknown };
  return Number.isSafeInteger(config.diffusionSteps)
    ? (config.diffusionSteps as number)
    : quickstartDefaults.diffusionSteps;
}

async function assertGenerator(folder: string): Promise<void> {
  const config = JSON.parse(await readFile(join(folder, 'config.json'), 'utf8')) as { kind?: unknown };
  if (config.kind !== 'ddgan-generator')
    throw new UsageError(
      `${folder} holds a model of kind ${String(config.kind)}; evaluate draws from ddgan-generator only. ` +
        'Draw the images first, and give their folder or an .npz of them to --samples',
    );
}

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { vpSchedule } from '@diffgan/schedule';
import { loadModel } from '@diffgan/unet';
import { quickstartDefaults } from '../quickstart/config.ts';
import { folderHas } from '../evaluate/image-source.ts';
import { shippedModel } from '../shipped-model.ts';
import { UsageError } from '../usage-error.ts';
import { type Drawable, drawableOf } from './drawable.ts';

/** Whether {@link openDrawable} would find a network there. */
export const isDrawable = (path: string): boolean =>
  path === 'shipped' || folderHas(path, 'model.safetensors') || folderHas(path, 'generator/config.json');

/**
 * Opens `shipped`, the folder of a run or that of a model. The caller disposes the model.
 *
 * @throws UsageError when it holds nothing to draw from
 */
export async function openDrawable(path: string): Promise<Drawable> {
  const folder = path === 'shipped' ? shippedModel : path;
  const home = folderHas(folder, 'generator/config.json') ? join(folder, 'generator') : folder;
  const { kind } = JSON.parse(await readFile(join(home, 'config.json'), 'utf8')) as { kind?: unknown };
  if (kind !== 'ddgan-generator')
    throw new UsageError(`${home} holds a model of kind ${String(kind)}, from which nothing can be drawn`);
  const schedule = vpSchedule(await diffusionSteps(folder));
  const name = path === 'shipped' ? 'the shipped weights' : path;
  return drawableOf(await loadModel(home), schedule, { name, sampling: { sampler: 'ddgan' } });
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

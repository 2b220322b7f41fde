import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { writeAtomically } from '@diffgan/files';
import { checkModel, openPipeline } from '@diffgan/runs';
import { UsageError } from '@diffgan/runs/errors';
import { selectBackend } from '@diffgan/runtime';
import {
  diffusersConfig,
  type LayoutName,
  layoutNames,
  loadModel,
  modelConfig,
  saveForDiffusers,
  saveModel,
  weightsToSafetensors,
} from '@diffgan/unet';
import type { Terminal } from '../terminal/terminal.ts';
import type { ExportOptions, WeightsResult } from '../weights/options.ts';

/** Writes the weights of a network as another library names and orders them. */
export async function exportWeights(
  source: string,
  folder: string,
  { layout, terminal }: ExportOptions & { terminal: Terminal },
): Promise<WeightsResult> {
  if (layout !== undefined && !layoutNames.includes(layout))
    throw new UsageError(`export: --layout is ${layout}; it must be one of ${layoutNames.join(', ')}`);
  if (!existsSync(join(source, 'model.safetensors'))) await checkModel(source);
  await selectBackend('wasm'); // there is nothing to compute but transposes
  const model = await networkOf(source);
  try {
    const { kind } = modelConfig(model);
    const chosen = layout ?? usualLayout(model, terminal);
    await write(model, folder, chosen);
    const result = { folder, kind, parameters: model.countParams(), layout: chosen };
    terminal.say(`${result.parameters} parameters of a ${kind}, layout ${chosen}: ${folder}`);
    return result;
  } finally {
    model.dispose();
  }
}

/** The network of a folder, or that which a run or a shipped model draws from. */
async function networkOf(source: string): Promise<LayersModel> {
  if (existsSync(join(source, 'model.safetensors'))) return loadModel(source);
  const { networks } = await openPipeline(source);
  return (networks.generator ?? networks.denoiser)!; // a pipeline draws from one of them
}

/** That of diffusers, unless its networks have no counterpart to this one. */
function usualLayout(model: LayersModel, terminal: Terminal): LayoutName {
  try {
    diffusersConfig(modelConfig(model));
    return 'diffusers';
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    terminal.say(`Not for diffusers, but with the names of this project: ${error.message}`);
    return 'native';
  }
}

/** diffusers loads the folder as it is, and so does this project; other programs take the file, and know the network themselves. */
async function write(model: LayersModel, folder: string, layout: LayoutName): Promise<void> {
  if (layout === 'diffusers') return saveForDiffusers(folder, model);
  if (layout === 'native') return saveModel(folder, model);
  const bytes = await weightsToSafetensors(model, { layout, metadata: { format: 'pt' } });
  await mkdir(folder, { recursive: true });
  await writeAtomically(join(folder, 'model.safetensors'), bytes);
}

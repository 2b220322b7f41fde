import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { writeAtomically } from '@diffgan/files';
import { UsageError } from '@diffgan/runs/errors';
import { selectBackend } from '@diffgan/runtime';
import {
  type LayoutName,
  layoutNames,
  loadModel,
  modelConfig,
  saveForDiffusers,
  weightsToSafetensors,
} from '@diffgan/unet';
import type { Terminal } from '../terminal/terminal.ts';
import type { ExportOptions, WeightsResult } from '../weights/options.ts';

/** Writes the weights of a model folder as another library names and orders them. */
export async function exportWeights(
  source: string,
  folder: string,
  { layout, terminal }: ExportOptions & { terminal: Terminal },
): Promise<WeightsResult> {
  const foreign: readonly LayoutName[] = layoutNames.filter((name) => name !== 'native');
  if (!foreign.includes(layout))
    throw new UsageError(`export: --layout is ${layout}; it must be one of ${foreign.join(', ')}`);
  await selectBackend('wasm'); // there is nothing to compute but transposes
  const model = await loadModel(source);
  try {
    await write(model, folder, layout);
    const result = { folder, kind: modelConfig(model).kind, parameters: model.countParams(), layout };
    terminal.say(`${result.parameters} parameters of a ${result.kind}, layout ${layout}: ${folder}`);
    return result;
  } finally {
    model.dispose();
  }
}

/** diffusers loads the folder as it is; other programs take the file, and know the network themselves. */
async function write(model: LayersModel, folder: string, layout: ExportOptions['layout']): Promise<void> {
  if (layout === 'diffusers') return saveForDiffusers(folder, model);
  const bytes = await weightsToSafetensors(model, { layout, metadata: { format: 'pt' } });
  await mkdir(folder, { recursive: true });
  await writeAtomically(join(folder, 'model.safetensors'), bytes);
}

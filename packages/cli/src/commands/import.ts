import { join } from 'node:path';
import { writeAtomically } from '@diffgan/files';
import { DIFFUSION_FILE, modelDiffusionJson } from '@diffgan/hub';
import { UsageError } from '@diffgan/runs/errors';
import { selectBackend } from '@diffgan/runtime';
import { createModel, layoutNames, loadWeights, saveModel } from '@diffgan/unet';
import type { Terminal } from '../terminal/terminal.ts';
import { detectLayout } from '../weights/detect-layout.ts';
import { readImportConfig } from '../weights/import-config.ts';
import { readImportDiffusion } from '../weights/import-diffusion.ts';
import { findImportSource } from '../weights/import-source.ts';
import type { ImportOptions, WeightsResult } from '../weights/options.ts';

/** Makes a model folder from weights of another library. */
export async function importWeights(
  source: string,
  folder: string,
  options: ImportOptions & { terminal: Terminal; signal: AbortSignal },
): Promise<WeightsResult> {
  const { terminal, signal } = options;
  if (options.layout !== undefined && !layoutNames.includes(options.layout))
    throw new UsageError(`import: --layout is ${options.layout}; it must be one of ${layoutNames.join(', ')}`);
  const { weights, config: found, scheduler } = await findImportSource(source);
  const { config, from } = await readImportConfig({ ...options, found });
  const layout = options.layout ?? (await detectLayout(weights, layoutNames));
  terminal.say(`${weights}: layout ${layout}, network of ${from}`);
  const guides = config.kind.endsWith('classifier'); // on whatever schedule the network has that it guides
  if (guides && (options.schedule ?? options.predicts ?? options.variance) !== undefined)
    throw new UsageError(
      'import: a classifier has no schedule and predicts no image; leave out --schedule, --predicts and --variance',
    );
  const diffusion = guides ? undefined : await readImportDiffusion(options, scheduler, terminal);

  await selectBackend('wasm'); // there is nothing to compute but transposes
  const model = createModel(config, { key: null });
  try {
    await loadWeights(model, weights, { layout, signal });
    await saveModel(folder, model, { metadata: { importedFrom: source, layout } });
    if (diffusion) await writeAtomically(join(folder, DIFFUSION_FILE), modelDiffusionJson(diffusion));
    const result = { folder, kind: config.kind, parameters: model.countParams(), layout };
    terminal.say(`${result.parameters} parameters of a ${result.kind}: ${folder}`);
    return result;
  } finally {
    model.dispose();
  }
}

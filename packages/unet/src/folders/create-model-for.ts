import type { LayersModel } from '@tensorflow/tfjs-layers';
import { FileFormatError } from '@diffgan/files';
import { backendReady } from '@diffgan/ops';
import { countParameters } from '../config/count-parameters.ts';
import type { ModelConfig } from '../config/model-config.ts';
import { modelSchemas } from '../config/model-schemas.ts';
import { requireConfig } from '../config/require-config.ts';
import { createModel } from '../create-model.ts';
import { openWeights } from './model-weights.ts';

/** Networks below this are made without a look at the file: 64 MB. */
const SMALL = 2 ** 24;

/**
 * Makes the model of a configuration whose weights a file holds, and looks first whether it has enough of them: a configuration of 300
 * bytes can ask for gigabytes.
 *
 * @param config of any kind; may come from outside.
 * @param file what {@link loadWeights} takes; only its header is read, and not even that for networks below 2²⁴ parameters.
 * @returns a model whose weights are to be loaded yet; the caller disposes it.
 * @throws FileFormatError if the file has too few numbers; otherwise as {@link createModel}; Error if the file cannot be read.
 * @example
 * ```ts
 * const config = presets['fashion-mnist-tiny'].generator;
 * const file = await weightsToSafetensors(ddganGenerator(config));
 * const model = await createModelFor(config, file);
 * await loadWeights(model, file);
 * ```
 */
export async function createModelFor(
  config: ModelConfig,
  file: string | URL | Blob | Uint8Array,
): Promise<LayersModel> {
  requireConfig('createModel', modelSchemas, config);
  await backendReady();
  const wanted = countParameters(config);
  if (wanted > SMALL) {
    const where = typeof file === 'string' || file instanceof URL ? String(file) : 'the file';
    const reader = await openWeights(file, { where });
    await reader.close();
    const stored = Object.values(reader.entries).reduce((sum, { shape }) => sum + shape.reduce((a, b) => a * b, 1), 0);
    if (stored < wanted)
      throw new FileFormatError(
        `createModelFor: ${where} holds ${stored} numbers, too few for the ${wanted} parameters of the ${config.kind} that the ` +
          'configuration describes. Fetch both again',
      );
  }
  return createModel(config, { key: null });
}

import * as tf from '@tensorflow/tfjs-core';
import type { LayersModel, LayerVariable } from '@tensorflow/tfjs-layers';
import { FileFormatError, readBytes, readSafetensors, type TensorData, writeSafetensors } from '@diffgan/ops/files';

/** The name of a weight in files: layer and weight, the same in every process. */
const fileName = (weight: LayerVariable): string => weight.originalName.replaceAll('/', '.');

/**
 * The weights of a model as a safetensors file, each tensor named after its layer and weight (`down.0.0.conv1.kernel`).
 *
 * @param metadata - text to keep in the file.
 * @returns the bytes of the file.
 * @example
 * ```ts
 * const bytes = await weightsToSafetensors(model);
 * ```
 */
export async function weightsToSafetensors(
  model: LayersModel,
  metadata: Record<string, string> = {},
): Promise<Uint8Array> {
  const entries = await Promise.all(
    model.weights.map(async (weight) => {
      const data = (await weight.read().data()) as Float32Array;
      return [fileName(weight), { shape: weight.shape as number[], data }] as const;
    }),
  );
  return writeSafetensors(Object.fromEntries(entries), metadata);
}

/** Options of {@link loadWeights}. */
export interface LoadWeightsOptions {
  /** Layout of the names and axes in the file; only the library's own for now. @defaultValue `'native'` */
  layout?: 'native';
}

/**
 * Replaces the weights of `model` by those of a safetensors file. Nothing changes unless every tensor fits.
 *
 * @param file - path, `file:` or `http(s):` URL, or the bytes themselves.
 * @throws FileFormatError naming every missing, unknown and misshapen tensor, or saying how the file is broken.
 * @example
 * ```ts
 * await loadWeights(generator, 'runs/quickstart/generator/model.safetensors');
 * ```
 */
export async function loadWeights(
  model: LayersModel,
  file: string | URL | Uint8Array,
  { layout = 'native' }: LoadWeightsOptions = {},
): Promise<void> {
  if (layout !== 'native')
    throw new RangeError(`loadWeights: layout is ${JSON.stringify(layout)}; it must be 'native'`);
  const where = file instanceof Uint8Array ? 'the file' : String(file);
  const tensors = parse(file instanceof Uint8Array ? file : await readBytes(file), where);
  const problems = misfits(model, tensors);
  if (problems.length > 0)
    throw new FileFormatError(
      `loadWeights: ${where} does not fit ${model.name}: ${problems.join('; ')}. Make the model from the file's own configuration`,
    );
  tf.tidy(() => {
    for (const weight of model.weights)
      weight.write(tf.tensor(tensors[fileName(weight)].data, weight.shape as number[], 'float32'));
  });
}

function parse(bytes: Uint8Array, where: string): Record<string, TensorData> {
  try {
    return readSafetensors(bytes).tensors;
  } catch (cause) {
    throw new FileFormatError(`loadWeights: cannot use ${where}: ${(cause as Error).message}`, { cause });
  }
}

function misfits(model: LayersModel, tensors: Record<string, TensorData>): string[] {
  const problems: string[] = [];
  const known = new Set(model.weights.map(fileName));
  for (const weight of model.weights) {
    const found = tensors[fileName(weight)] as TensorData | undefined;
    if (found === undefined) problems.push(`${fileName(weight)} is missing`);
    else if (found.shape.join() !== weight.shape.join())
      problems.push(`${fileName(weight)} is [${found.shape}], the model has [${weight.shape}]`);
    else if (!(found.data instanceof Float32Array))
      problems.push(`${fileName(weight)} holds ${found.dtype}, not floating-point numbers`);
  }
  for (const name of Object.keys(tensors)) if (!known.has(name)) problems.push(`${name} is unknown to the model`);
  return problems;
}

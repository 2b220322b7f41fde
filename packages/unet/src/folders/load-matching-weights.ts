import * as tf from '@tensorflow/tfjs-core';
import type { LayersModel, LayerVariable } from '@tensorflow/tfjs-layers';
import { FileFormatError, openSafetensors, type SafetensorsReader } from '@diffgan/files';
import { known, lastSize } from '../layers/shapes.ts';
import { weightShape } from '../layers/weight.ts';
import { checkFinite } from './check-finite.ts';
import { fileName } from './model-weights.ts';

/** What {@link loadMatchingWeights} did, by the names of the weights. */
export interface MatchedWeights {
  /** Weights that the model took from the file. */
  taken: string[];
  /** Weights of the model that stay as they were, since the file has none of that name and shape. */
  kept: string[];
  /** Weights of the file that the model has no use for. */
  unused: string[];
}

/** Tensors of the file by name, as far as they can be weights. */
type Found = SafetensorsReader['entries'];

const floatTypes: readonly string[] = ['F64', 'F32', 'F16', 'BF16'];

/**
 * Starts a model from the weights of a relative: takes from a file of the library's own layout what has the same name and shape. An
 * adaptive group norm whose place a plain one has there starts as that one, blind to the latent: so the generator of a denoising diffusion
 * GAN starts as the DDPM of the same trunk. A convolution that takes twice the channels of the file's is blind to the
 * second half at first: so a critic of pairs of images starts as the way down of a denoiser of one.
 *
 * @param file path, `file:` or `http(s):` URL, `Blob` or the bytes of a file that `saveModel` or `weightsToSafetensors` wrote.
 * @returns which weights were taken and which were not.
 * @throws FileFormatError if the file is broken or nothing in it fits; Error if it cannot be read.
 * @example
 * ```ts
 * const denoiser = ddpmUnet(presets['fashion-mnist-tiny'].denoiser);
 * const generator = ddganGenerator(presets['fashion-mnist-tiny'].generator);
 * const { taken, kept } = await loadMatchingWeights(generator, await weightsToSafetensors(denoiser));
 * ```
 */
export async function loadMatchingWeights(
  model: LayersModel,
  file: string | URL | Blob | Uint8Array,
): Promise<MatchedWeights> {
  const where = typeof file === 'string' || file instanceof URL ? String(file) : 'the file';
  const reader = await openSafetensors(file);
  try {
    const weights = new Map(model.weights.map((weight) => [fileName(weight), weight]));
    const used = new Set<string>();
    const read = async (name: string) => {
      used.add(name);
      const data = (await reader.read(name)).data as Float32Array;
      checkFinite('loadMatchingWeights', data, `${name} of ${where}`);
      return data;
    };
    const taken: string[] = [];
    for (const [name, weight] of weights) {
      const value = await valueOf(weight, name, reader.entries, read);
      if (value === undefined) continue;
      taken.push(name);
      write(weight, value);
    }
    if (taken.length === 0)
      throw new FileFormatError(
        `loadMatchingWeights: ${where} has no weight of a name and shape that ${model.name} has; give the weights of a network of the same kind and widths`,
      );
    return {
      taken,
      kept: [...weights.keys()].filter((name) => !taken.includes(name)),
      unused: Object.keys(reader.entries).filter((name) => !used.has(name)),
    };
  } finally {
    await reader.close();
  }
}

/** The value that a file has for a weight. */
async function valueOf(
  { shape }: LayerVariable,
  name: string,
  found: Found,
  read: (name: string) => Promise<Float32Array>,
): Promise<Float32Array | undefined> {
  const has = (key: string, wanted: readonly (number | null)[]) =>
    Object.hasOwn(found, key) && found[key].shape.join() === wanted.join() && floatTypes.includes(found[key].dtype);
  if (has(name, shape)) return read(name);
  const ofOne = halfTheInputs(shape);
  if (ofOne !== undefined && has(name, ofOne)) return blindToSecond(await read(name), ofOne);
  const [, layer, own] = /^(.*)\.(kernel|bias)$/.exec(name) ?? [];
  if (layer === undefined || Object.hasOwn(found, name)) return undefined;
  const outputs = lastSize(shape);
  const [scale, shift] = [`${layer}.scale`, `${layer}.shift`];
  if (![scale, shift].every((key) => has(key, [outputs / 2]))) return undefined;
  if (own === 'kernel') return new Float32Array(known(shape[0]) * outputs);
  return Float32Array.of(...(await read(scale)), ...(await read(shift)));
}

/** The shape [height, width, in, out] of a convolution's kernel with half of its input channels. */
function halfTheInputs(shape: readonly (number | null)[]): number[] | undefined {
  if (shape.length !== 4) return undefined;
  const [height, width, inputs, outputs] = shape.map(known);
  return inputs % 2 === 0 ? [height, width, inputs / 2, outputs] : undefined;
}

/** A kernel for twice the channels that does not see the second half of them. */
function blindToSecond(kernel: Float32Array, [height, width, inputs, outputs]: readonly number[]): Float32Array {
  const wide = new Float32Array(2 * kernel.length);
  const tap = inputs * outputs;
  for (let i = 0; i < height * width; i++) wide.set(kernel.subarray(i * tap, (i + 1) * tap), 2 * i * tap);
  return wide;
}

function write(weight: LayerVariable, data: Float32Array): void {
  const value = tf.tensor(data, weightShape(weight));
  weight.write(value);
  value.dispose();
}

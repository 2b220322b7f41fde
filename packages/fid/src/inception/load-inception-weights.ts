import type { Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import { dispose, tensor1d, tensor2d, tensor4d } from '@tensorflow/tfjs-core';
import { FileFormatError, type SafetensorsReader } from '@diffgan/files';
import {
  type ConvolutionSpec,
  inceptionClasses,
  inceptionConvolutions,
  inceptionFeatures,
  inceptionShapes,
} from './inception-convolutions.ts';
import type { InceptionUnit, InceptionUnits } from './inception-network.ts';

/** The last layer: `[2048, 1008]` and `[1008]`. */
export type InceptionHead = { readonly kernel: Tensor2D; readonly bias: Tensor1D };

/** The network's weights on the backend. */
export interface InceptionWeights {
  readonly units: InceptionUnits;
  readonly fc: InceptionHead;
  /** Eight hexadecimal digits that tell these weights from others. */
  readonly fingerprint: string;
}

/** The tensors of one layer by what follows its name: `conv.weight`, `bn.bias`, … */
export type LayerTensors = Record<string, Float32Array>;

const epsilon = 1e-3; // of every batch normalisation
const tensorsPerUnit = 5;

/**
 * Checks a file of pytorch-fid's network, then uploads its layers one by one with the batch normalisations folded in.
 *
 * @throws FileFormatError that lists what is missing, left over, misshapen or not finite
 */
export async function loadInceptionWeights(file: SafetensorsReader): Promise<InceptionWeights> {
  assertComplete(file.entries);
  const units: Record<string, InceptionUnit> = {};
  const means: Record<string, Float32Array> = {};
  const head: LayerTensors = {};
  try {
    for await (const [layer, tensors] of readLayers(file)) {
      if (layer === 'fc') Object.assign(head, tensors);
      else {
        units[layer] = foldUnit(layer, tensors, inceptionConvolutions[layer]);
        means[layer] = tensors['bn.running_mean'];
      }
    }
    return { units, fc: headOf(head), fingerprint: await fingerprintOf(means) };
  } catch (error) {
    dispose(units);
    throw error;
  }
}

/** Frees what `loadInceptionWeights` made. */
export function disposeInceptionWeights({ units, fc }: InceptionWeights): void {
  dispose({ units, fc });
}

/** Each layer as soon as its tensors are there, read in the order of the file. */
async function* readLayers(file: SafetensorsReader): AsyncGenerator<[layer: string, tensors: LayerTensors]> {
  const started = new Map<string, LayerTensors>();
  for (const key of Object.keys(file.entries).filter((name) => !ignored(name))) {
    const at = key.startsWith('fc.') ? 2 : key.search(/\.(conv|bn)\./);
    const layer = key.slice(0, at);
    const tensors = started.get(layer) ?? {};
    tensors[key.slice(at + 1)] = (await file.read(key)).data as Float32Array;
    started.set(layer, tensors);
    if (Object.keys(tensors).length < (layer === 'fc' ? 2 : tensorsPerUnit)) continue;
    started.delete(layer);
    yield [layer, tensors];
  }
}

/** Counters of training steps, and the second head that only training uses. */
const ignored = (name: string): boolean => name.endsWith('.num_batches_tracked') || name.startsWith('AuxLogits.');

function assertComplete(entries: SafetensorsReader['entries']): void {
  if (entries['fc.weight']?.shape[0] === 1000)
    throw refused(
      "fc.weight has 1000 rows: this is torchvision's ImageNet network, whose features give another number",
    );
  const expected = inceptionShapes();
  const problems = Object.entries(expected).flatMap(([name, shape]) => {
    const found = entries[name];
    if (!found) return `${name} is missing`;
    if (found.shape.join() !== shape.join()) return `${name} has shape [${found.shape}] instead of [${shape}]`;
    return /^B?F/.test(found.dtype) ? [] : `${name} is of type ${found.dtype}, not floating point`;
  });
  const extra = Object.keys(entries).filter((name) => !Object.hasOwn(expected, name) && !ignored(name));
  problems.push(...extra.map((name) => `${name} is not part of the network`));
  if (problems.length > 0) throw refused(listed(problems));
}

function listed(problems: readonly string[]): string {
  const shown = problems.slice(0, 5).join('; ');
  return problems.length > 5 ? `${shown}; and ${problems.length - 5} more` : shown;
}

const refused = (what: string) =>
  new FileFormatError(
    `inceptionV3: ${what}. The weights must be the 472 tensors of pytorch-fid's pt_inception-2015-12-05-6726825d.pth as ` +
      'safetensors; the documentation of inceptionV3 has the line of Python that converts them.',
  );

/** w·γ/√(σ² + ε) and β − μ·γ/√(σ² + ε), in float64 and with the axes from OIHW to HWIO. */
export function foldUnit(layer: string, tensors: LayerTensors, { kernel: shape }: ConvolutionSpec): InceptionUnit {
  const part = (name: string) => tensors[`bn.${name}`];
  const [gamma, beta, average, variance] = ['weight', 'bias', 'running_mean', 'running_var'].map(part);
  const scale = Float64Array.from(gamma, (g, o) => g / Math.sqrt(variance[o] + epsilon));
  const bias = Float32Array.from(scale, (s, o) => beta[o] - average[o] * s);
  const bad = bias.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) throw refused(`${layer}.bn is not finite in channel ${bad}`);

  const [height, width, inputs, outputs] = shape;
  const taps = height * width;
  const source = tensors['conv.weight'];
  const kernel = new Float32Array(source.length);
  for (let o = 0, at = 0; o < outputs; o++)
    for (let i = 0; i < inputs; i++)
      for (let tap = 0; tap < taps; tap++) kernel[(tap * inputs + i) * outputs + o] = source[at++] * scale[o];
  return { kernel: tensor4d(kernel, [...shape]), bias: tensor1d(bias) };
}

function headOf({ weight, bias }: LayerTensors): InceptionHead {
  const kernel = new Float32Array(weight.length);
  for (let o = 0, at = 0; o < inceptionClasses; o++)
    for (let i = 0; i < inceptionFeatures; i++) kernel[i * inceptionClasses + o] = weight[at++];
  return { kernel: tensor2d(kernel, [inceptionFeatures, inceptionClasses]), bias: tensor1d(bias) };
}

/**
 * Of the running means only, 68 kB in which trained networks differ: the same weights in other files, in another order or
 * with other tensors beside them, are the same metric.
 */
async function fingerprintOf(means: Readonly<Record<string, Float32Array>>): Promise<string> {
  const values = Object.keys(inceptionConvolutions).flatMap((layer) => Array.from(means[layer]));
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', Float32Array.from(values)));
  return Array.from(digest.subarray(0, 4), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

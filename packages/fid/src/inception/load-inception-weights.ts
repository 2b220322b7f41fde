import { dispose, tensor1d, tensor2d, tensor4d, tidy } from '@tensorflow/tfjs-core';
import type { Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import { FileFormatError, type TensorData } from '@diffgan/ops/files';
import {
  inceptionClasses,
  inceptionConvolutions,
  inceptionFeatures,
  inceptionShapes,
  type ConvolutionSpec,
} from './inception-convolutions.ts';
import type { InceptionUnit, InceptionUnits } from './inception-network.ts';

/** The network's weights on the backend. */
export interface InceptionWeights {
  readonly units: InceptionUnits;
  /** `[2048, 1008]` and `[1008]`. */
  readonly fc: { readonly kernel: Tensor2D; readonly bias: Tensor1D };
  /** Eight hexadecimal digits that tell these weights from others. */
  readonly fingerprint: string;
}

const epsilon = 1e-3; // of every batch normalisation

/**
 * Checks the tensors of pytorch-fid's network and uploads them with the batch normalisations folded in.
 *
 * @throws FileFormatError that lists what is missing, left over, misshapen or not finite
 */
export async function loadInceptionWeights(tensors: Readonly<Record<string, TensorData>>): Promise<InceptionWeights> {
  assertComplete(tensors);
  const fingerprint = await fingerprintOf(tensors);
  const { units, fc } = tidy(() => ({ units: foldAll(tensors), fc: dense(tensors) }));
  return { units, fc, fingerprint };
}

/** Frees what `loadInceptionWeights` made. */
export function disposeInceptionWeights({ units, fc }: InceptionWeights): void {
  dispose({ units, fc });
}

/** Counters of training steps, and the second head that only training uses. */
const ignored = (name: string): boolean => name.endsWith('.num_batches_tracked') || name.startsWith('AuxLogits.');

function assertComplete(tensors: Readonly<Record<string, TensorData>>): void {
  if (tensors['fc.weight']?.shape[0] === 1000)
    throw refused(
      "fc.weight has 1000 rows: this is torchvision's ImageNet network, whose features give another number",
    );
  const expected = inceptionShapes();
  const problems = Object.entries(expected).flatMap(([name, shape]) => {
    const found = tensors[name];
    if (!found) return `${name} is missing`;
    if (found.shape.join() !== shape.join()) return `${name} has shape [${found.shape}] instead of [${shape}]`;
    return found.data instanceof Float32Array ? [] : `${name} is of type ${found.dtype}, not floating point`;
  });
  const extra = Object.keys(tensors).filter((name) => !Object.hasOwn(expected, name) && !ignored(name));
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

const foldAll = (tensors: Readonly<Record<string, TensorData>>): InceptionUnits =>
  Object.fromEntries(
    Object.entries(inceptionConvolutions).map(([name, spec]) => [name, foldUnit(tensors, name, spec)]),
  );

/** w·γ/√(σ² + ε) and β − μ·γ/√(σ² + ε), in float64 and with the axes from OIHW to HWIO. */
export function foldUnit(
  tensors: Readonly<Record<string, TensorData>>,
  name: string,
  { kernel: shape }: ConvolutionSpec,
): InceptionUnit {
  const part = (key: string) => tensors[`${name}.bn.${key}`].data;
  const [gamma, beta, average, variance] = ['weight', 'bias', 'running_mean', 'running_var'].map(part);
  const scale = Float64Array.from(gamma, (g, o) => g / Math.sqrt(variance[o] + epsilon));
  const bias = Float32Array.from(scale, (s, o) => beta[o] - average[o] * s);
  const bad = bias.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) throw refused(`${name}.bn is not finite in channel ${bad}`);

  const [height, width, inputs, outputs] = shape;
  const source = tensors[`${name}.conv.weight`].data;
  const kernel = new Float32Array(source.length);
  const taps = height * width;
  for (let o = 0, at = 0; o < outputs; o++)
    for (let i = 0; i < inputs; i++)
      for (let tap = 0; tap < taps; tap++) kernel[(tap * inputs + i) * outputs + o] = source[at++] * scale[o];
  return { kernel: tensor4d(kernel, [...shape]), bias: tensor1d(bias) };
}

function dense(tensors: Readonly<Record<string, TensorData>>): InceptionWeights['fc'] {
  const source = tensors['fc.weight'].data;
  const kernel = new Float32Array(source.length);
  for (let o = 0, at = 0; o < inceptionClasses; o++)
    for (let i = 0; i < inceptionFeatures; i++) kernel[i * inceptionClasses + o] = source[at++];
  return {
    kernel: tensor2d(kernel, [inceptionFeatures, inceptionClasses]),
    bias: tensor1d(tensors['fc.bias'].data as Float32Array),
  };
}

/**
 * Of the running means only, 68 kB in which trained networks differ: the same weights in other files, in another order or
 * with other tensors beside them, are the same metric.
 */
async function fingerprintOf(tensors: Readonly<Record<string, TensorData>>): Promise<string> {
  const means = Object.keys(inceptionConvolutions).map((name) => tensors[`${name}.bn.running_mean`].data);
  const all = new Float32Array(means.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const values of means) {
    all.set(values, at);
    at += values.length;
  }
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', all));
  return Array.from(digest.subarray(0, 4), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

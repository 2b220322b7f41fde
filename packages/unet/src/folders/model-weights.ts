import type * as tf from '@tensorflow/tfjs-core';
import type { LayersModel, LayerVariable } from '@tensorflow/tfjs-layers';
import {
  FileFormatError,
  listed,
  openSafetensors,
  type SafetensorsReader,
  type WritableTensor,
  writeSafetensors,
} from '@diffgan/files';
import { weightShape } from '../layers/weight.ts';
import { type ForeignTensor, foreignTensors, pack, unpack } from '../layouts/foreign-tensor.ts';
import type { Layout } from '../layouts/layout.ts';
import { type LayoutName, layoutNames } from '../layouts/layouts.ts';
import { matchTensors, UNKNOWN } from '../layouts/match-tensors.ts';
import { modelConfig } from '../networks/finish.ts';
import { checkFinite } from './check-finite.ts';

/** The name of a weight in files: layer and weight, the same in every process. */
export const fileName = (weight: LayerVariable): string => weight.originalName.replaceAll('/', '.');

/** The layout of another library by name; undefined is the library's own. */
async function foreignLayout(where: string, name: LayoutName): Promise<Layout | undefined> {
  if (name === 'native') return undefined;
  if (!layoutNames.includes(name))
    throw new RangeError(`${where}: layout is ${JSON.stringify(name)}; it must be one of ${layoutNames.join(', ')}`);
  return (await import('../layouts/foreign-layouts.ts')).foreignLayouts[name];
}

/** Where a model's weights lie in a file of the given layout. */
function tensorsOf(model: LayersModel, layout: Layout | undefined): ForeignTensor[] {
  const shapes = new Map(model.weights.map((weight) => [fileName(weight), weightShape(weight)]));
  const mappings =
    layout?.mappings(modelConfig(model)) ?? [...shapes.keys()].map((name) => ({ weight: name, key: name }));
  return foreignTensors(mappings, shapes);
}

/** Options of {@link weightsToSafetensors}. */
export interface WeightsToSafetensorsOptions {
  /** Names and axes in the file: the library's own or another one's. @defaultValue `'native'` */
  layout?: LayoutName;
  /** Text to keep in the file. @defaultValue `{}` */
  metadata?: Record<string, string>;
  /** What the numbers are rounded to. @defaultValue `'float32'` */
  dtype?: 'float32' | 'float16';
}

/**
 * The weights of a model as a safetensors file, each tensor named after its layer and weight (`down.0.0.conv1.kernel`), or as another
 * library names it and orders its axes.
 *
 * @returns the bytes of the file.
 * @throws RangeError if the layout is unknown or has no place for such a model.
 * @example
 * ```ts
 * const model = ddpmUnet({ ...presets['fashion-mnist-small'].denoiser, groups: 4 });
 * const bytes = await weightsToSafetensors(model);
 * const forDiffusers = await weightsToSafetensors(model, { layout: 'diffusers' });
 * ```
 */
export async function weightsToSafetensors(
  model: LayersModel,
  { layout = 'native', metadata = {}, dtype = 'float32' }: WeightsToSafetensorsOptions = {},
): Promise<Uint8Array> {
  const tensors = tensorsOf(model, await foreignLayout('weightsToSafetensors', layout));
  const weights = new Map<string, tf.Tensor>(model.weights.map((weight) => [fileName(weight), weight.read()]));
  const entries: [string, WritableTensor][] = [];
  const stored = dtype === 'float16' ? 'F16' : 'F32';
  for (const { key, shape, ...rest } of tensors)
    entries.push([key, { shape, data: await pack({ key, shape, ...rest }, weights), dtype: stored }]);
  return writeSafetensors(Object.fromEntries(entries), metadata);
}

/** Options of {@link loadWeights}. */
export interface LoadWeightsOptions {
  /** Names and axes in the file: the library's own or another one's. @defaultValue `'native'` */
  layout?: LayoutName;
  /** Ends a download early; the model then has some of the new weights. */
  signal?: AbortSignal;
  /** Called after each tensor with the bytes of the tensors that are read, and of all in the file. */
  onProgress?: (loaded: number, total: number) => void;
}

/**
 * Replaces the weights of `model` by those of a safetensors file, tensor by tensor, so that it need not fit into memory beside them.
 * Nothing changes unless every tensor fits; a file that can be opened but not read to its end, or holds numbers that are not finite,
 * leaves some weights as they were.
 *
 * @param file path, `file:` or `http(s):` URL, `Blob` or the bytes themselves; an address that ends in `.index.json` stands for the
 * files it lists.
 * @throws FileFormatError naming missing, unknown and misshapen tensors (of many the first, and how many more), one that holds NaN or infinity, or saying how the file is
 * broken; RangeError if the layout
 * is unknown or has no place for such a model; Error if the file cannot be read.
 * @example
 * ```ts
 * const config = presets['fashion-mnist-tiny'].generator;
 * const [generator, copy] = [ddganGenerator(config), ddganGenerator(config, { key: key(1) })];
 * await loadWeights(copy, await weightsToSafetensors(generator)); // or the path of a file
 * ```
 */
export async function loadWeights(
  model: LayersModel,
  file: string | URL | Blob | Uint8Array,
  { layout: name = 'native', signal, onProgress }: LoadWeightsOptions = {},
): Promise<void> {
  const layout = await foreignLayout('loadWeights', name);
  const tensors = tensorsOf(model, layout);
  const where = typeof file === 'string' || file instanceof URL ? String(file) : 'the file';
  const reader = await openWeights(file, { where, signal });
  try {
    const { names, problems } = matchTensors(tensors, reader.entries, layout);
    if (problems.length > 0)
      throw new FileFormatError(
        `loadWeights: ${where} does not fit ${model.name}: ${shortened(problems)}. Make the model from the file's own configuration`,
      );
    const wanted = new Map(tensors.map((tensor) => [names.get(tensor.key), tensor]));
    const weights = new Map(model.weights.map((weight) => [fileName(weight), weight]));
    const total = Object.values(reader.entries).reduce((sum, { bytes }) => sum + bytes, 0);
    let loaded = 0;
    // in the order of the file, which is read fastest
    for (const [name, { bytes }] of Object.entries(reader.entries)) {
      const tensor = wanted.get(name);
      if (tensor) {
        const data = (await reader.read(name)).data as Float32Array;
        checkFinite('loadWeights', data, `${name} of ${where}`);
        write(weights, unpack(tensor, data));
      }
      onProgress?.((loaded += bytes), total);
    }
  } finally {
    await reader.close();
  }
}

const MOST_PROBLEMS = 40;

/** Some of what is missing or misshapen, and of what is unknown: a file of another network has hundreds of both. */
function shortened(problems: readonly string[]): string {
  const isUnknown = (problem: string) => problem.endsWith(UNKNOWN);
  const kinds = [problems.filter((problem) => !isUnknown(problem)), problems.filter(isUnknown)];
  return kinds
    .filter((kind) => kind.length > 0)
    .map((kind) => listed(kind, { most: MOST_PROBLEMS, between: '; ' }))
    .join('; ');
}

/** Opens a weight file; a format error says which file it is. */
export async function openWeights(
  file: string | URL | Blob | Uint8Array,
  { where, signal }: { where: string; signal?: AbortSignal },
): Promise<SafetensorsReader> {
  try {
    return await openSafetensors(file, { signal });
  } catch (cause) {
    if (!(cause instanceof FileFormatError)) throw cause;
    throw new FileFormatError(`loadWeights: cannot use ${where}: ${cause.message}`, { cause });
  }
}

function write(weights: ReadonlyMap<string, LayerVariable>, values: Record<string, tf.Tensor>): void {
  for (const [name, value] of Object.entries(values)) {
    weights.get(name)?.write(value);
    value.dispose();
  }
}

import * as tf from '@tensorflow/tfjs-core';
import type { WeightMapping } from './layout.ts';

/** One weight inside a foreign tensor. */
interface Part {
  weight: string;
  /** Its rows along axis 0; without them it is the whole tensor. */
  rows?: readonly number[];
  /** Shape of the rows before the axes are permuted. */
  shape: readonly number[];
  /** Axes of `shape` in own order. */
  permutation: readonly number[];
}

/** A tensor of a foreign file and the weights in it. */
export interface ForeignTensor {
  key: string;
  /** Shape in the file. */
  shape: readonly number[];
  parts: readonly Part[];
}

const upTo = (n: number): number[] => Array.from({ length: n }, (_, i) => i);

/** `shape` such that permuting its axes gives `own`. */
function beforePermutation(own: readonly number[], permutation: readonly number[]): number[] {
  const shape: number[] = [];
  permutation.forEach((axis, i) => (shape[axis] = own[i]));
  return shape;
}

/**
 * The tensors that a file in a foreign layout must hold.
 *
 * @param mappings where the weights lie
 * @param shapes the shape of every weight of the model, by name
 * @throws Error if the mappings do not place every weight of the model once: a fault of the layout, not of a file
 */
export function foreignTensors(
  mappings: readonly WeightMapping[],
  shapes: ReadonlyMap<string, readonly number[]>,
): ForeignTensor[] {
  assertComplete(mappings, shapes);
  const groups = new Map<string, WeightMapping[]>();
  for (const mapping of mappings) groups.set(mapping.key, [...(groups.get(mapping.key) ?? []), mapping]);
  return [...groups].map(([key, group]) => {
    const parts = group.map(({ weight, permutation, rows }) => {
      const own = shapes.get(weight) as readonly number[];
      const axes = permutation ?? upTo(own.length);
      return { weight, shape: beforePermutation(own, axes), permutation: axes, rows };
    });
    const shape = group[0].foreignShape ?? shapeOf(parts);
    assertRows(key, parts, shape[0]);
    return { key, shape, parts };
  });
}

/** The shape of a tensor in which parts lie row by row. */
function shapeOf(parts: readonly Part[]): readonly number[] {
  const [{ shape, rows }] = parts;
  if (rows === undefined) return shape;
  return [parts.reduce((sum, part) => sum + (part.rows?.length ?? 0), 0), ...shape.slice(1)];
}

function assertComplete(mappings: readonly WeightMapping[], shapes: ReadonlyMap<string, readonly number[]>): void {
  const mapped = mappings.map(({ weight }) => weight);
  const places = new Set(mapped);
  const wrong =
    [...shapes.keys()].find((name) => !places.has(name)) ??
    mapped.find((name, i) => !shapes.has(name) || mapped.indexOf(name) !== i);
  if (wrong !== undefined || mapped.length !== shapes.size)
    throw new Error(`foreignTensors: the layout does not place the weight ${wrong} exactly once`);
}

/** Every row must belong to exactly one weight, or an export would leave holes. */
function assertRows(key: string, parts: readonly Part[], count: number): void {
  if (parts.length === 1 && parts[0].rows === undefined) return;
  const rows = new Set(parts.flatMap((part) => part.rows ?? []));
  const total = parts.reduce((sum, part) => sum + (part.rows?.length ?? Infinity), 0);
  if (total !== count || rows.size !== count || ![...rows].every((row) => row >= 0 && row < count))
    throw new Error(`foreignTensors: the layout does not give each of the ${count} rows of ${key} to one weight`);
}

/** The weights inside the values of a foreign tensor; the caller disposes them. */
export function unpack({ parts }: ForeignTensor, values: Float32Array): Record<string, tf.Tensor> {
  const weights = parts.map(({ weight, shape, permutation, rows }) => {
    const picked = rows === undefined ? values : pickRows(values, rows, tf.util.sizeFromShape([...shape]));
    return [weight, permuted(picked, shape, permutation)] as const;
  });
  return Object.fromEntries(weights);
}

/** The values of a foreign tensor from those of its weights. */
export async function pack(
  { shape, parts }: ForeignTensor,
  weights: ReadonlyMap<string, tf.Tensor>,
): Promise<Float32Array> {
  const values = new Float32Array(tf.util.sizeFromShape([...shape]));
  for (const { weight, permutation, rows } of parts) {
    const back = tf.transpose(
      weights.get(weight) as tf.Tensor,
      beforePermutation(upTo(permutation.length), permutation),
    );
    const data = (await back.data()) as Float32Array;
    back.dispose();
    if (rows === undefined) return data;
    const width = data.length / rows.length;
    rows.forEach((row, i) => values.set(data.subarray(i * width, (i + 1) * width), row * width));
  }
  return values;
}

function pickRows(values: Float32Array, rows: readonly number[], size: number): Float32Array {
  const picked = new Float32Array(size);
  const width = size / rows.length;
  rows.forEach((row, i) => picked.set(values.subarray(row * width, (row + 1) * width), i * width));
  return picked;
}

function permuted(values: Float32Array, shape: readonly number[], permutation: readonly number[]): tf.Tensor {
  const asIs = permutation.every((axis, i) => axis === i);
  const tensor = tf.tensor(values, [...shape], 'float32');
  if (asIs) return tensor;
  const result = tf.transpose(tensor, [...permutation]);
  tensor.dispose();
  return result;
}

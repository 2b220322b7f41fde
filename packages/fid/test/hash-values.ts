import { type TensorData, writeSafetensors } from '@diffgan/files';
import { inceptionShapes } from '../src/inception/inception-convolutions.ts';

/** Float32 numbers k / 2²⁴ in [0, 1) that depend on a name only; hash_values of golden/make-inception.py in TypeScript. */
export function hashValues(name: string, count: number): Float32Array {
  let seed = 2166136261;
  for (const byte of new TextEncoder().encode(name)) seed = Math.imul(seed ^ byte, 16777619);
  const values = new Float32Array(count);
  for (let i = 0; i < count; i++) {
    let x = Math.imul(i, 0x9e3779b9) + seed;
    x = Math.imul(x ^ (x >>> 16), 0x85ebca6b);
    x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
    values[i] = ((x ^ (x >>> 16)) >>> 8) / 2 ** 24;
  }
  return values;
}

/** The weights of that script: tensors of pytorch-fid's network by name. */
export function hashWeights(shapes: Readonly<Record<string, readonly number[]>>): Record<string, TensorData> {
  const entries = Object.entries(shapes).map(([name, shape]): [string, TensorData] => {
    const fanIn = shape.slice(1).reduce((product, n) => product * n, 1);
    const count = fanIn * shape[0];
    return [name, { dtype: 'F32', shape: [...shape], data: scaled(name, hashValues(name, count), fanIn) }];
  });
  return Object.fromEntries(entries);
}

function scaled(name: string, u: Float32Array, fanIn: number): Float32Array {
  const bound = Math.sqrt(6 / fanIn);
  if (/(conv|fc)\.weight$/.test(name)) return u.map((v) => (2 * v - 1) * bound);
  return u.map((v) => (/(bn\.weight|running_var)$/.test(name) ? 0.5 + v : (v - 0.5) / 2));
}

/** A file of all weights of that script, with tensors replaced, added or, where undefined, left out. */
export function hashWeightFile(changes: Readonly<Record<string, TensorData | undefined>> = {}): Uint8Array {
  const tensors = Object.entries({ ...hashWeights(inceptionShapes()), ...changes });
  return writeSafetensors(Object.fromEntries(tensors.filter((entry): entry is [string, TensorData] => !!entry[1])));
}

/** One RGB image in [−1, 1] of squares of `block` pixels, each of one colour. */
export function hashImage(name: string, height: number, width: number, block = 1): Float32Array {
  const columns = Math.ceil(width / block);
  const u = hashValues(name, Math.ceil(height / block) * columns * 3);
  return Float32Array.from({ length: height * width * 3 }, (_, at) => {
    const [row, column] = [Math.floor(at / 3 / width), Math.floor(at / 3) % width];
    return 2 * u[(Math.floor(row / block) * columns + Math.floor(column / block)) * 3 + (at % 3)] - 1;
  });
}

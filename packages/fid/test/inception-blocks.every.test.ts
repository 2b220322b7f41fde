import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { readBytes, readSafetensors, type TensorData } from '@diffgan/files';
import { inceptionConvolutions, inceptionShapes } from '../src/inception/inception-convolutions.ts';
import { inceptionStep, type InceptionUnits, mixedBlocks } from '../src/inception/inception-network.ts';
import { foldUnit } from '../src/inception/load-inception-weights.ts';
import { pillowMatrix } from '../src/inception/pillow-resize.ts';
import { prepareImages, resizes, scalings } from '../src/inception/prepare-images.ts';
import { hashImage, hashValues, hashWeights } from './hash-values.ts';

let golden: Record<string, TensorData>;
beforeAll(async () => {
  golden = readSafetensors(await readBytes(new URL('golden/inception.safetensors', import.meta.url))).tensors;
});

/** The folded convolutions of one block, from the weights of golden/make-inception.py. */
function unitsOf(block: string): InceptionUnits {
  const own = Object.entries(inceptionShapes()).filter(([name]) => name.startsWith(`${block}.`));
  const weights = hashWeights(Object.fromEntries(own));
  const names = Object.keys(inceptionConvolutions).filter((name) => name.startsWith(`${block}.`));
  const tensorsOf = (layer: string) => {
    const parts = Object.entries(weights).filter(([key]) => key.startsWith(`${layer}.`));
    return Object.fromEntries(parts.map(([key, { data }]) => [key.slice(layer.length + 1), data as Float32Array]));
  };
  return Object.fromEntries(names.map((name) => [name, foldUnit(name, tensorsOf(name), inceptionConvolutions[name])]));
}

describe('the blocks of inceptionV3', () => {
  it("compute pytorch-fid's Mixed_5b", async () => {
    const units = unitsOf('Mixed_5b');
    const x = tf.tensor4d(hashValues('block', 25 * 192), [1, 5, 5, 192]);
    const y = inceptionStep(units, 'Mixed_5b', x);
    const { data, shape } = golden['block.5b'];
    expect(y.shape).toEqual(shape);
    expect(await y.data()).toBeAllClose(data, { rtol: 1e-4, atol: 1e-5 }); // sums of 1200 products of size 1
    tf.dispose([x, y, units]);
  });

  const grid = [9, 1, 2, 3, 4, 5, 6, 7, 8]; // 3 × 3
  it.each([
    ['Mixed_5c', 'an average that leaves the padding out', (9 + 1 + 3 + 4) / 4],
    ['Mixed_6e', 'an average that leaves the padding out', (9 + 1 + 3 + 4) / 4],
    ['Mixed_7b', 'an average that leaves the padding out', (9 + 1 + 3 + 4) / 4],
    ['Mixed_7c', 'a maximum', 9],
  ])('pool in %s with %s', async (name, _, corner) => {
    const x = tf.tensor4d(grid, [1, 3, 3, 1]);
    const pooled: tf.Tensor[] = [];
    mixedBlocks[name]((branch, y) => {
      if (branch === 'branch_pool') pooled.push(y);
      return x;
    }, x).dispose();
    expect(pooled).toHaveLength(1);
    expect((await pooled[0].data())[0]).toBeCloseTo(corner, 5);
    tf.dispose([x, ...pooled]);
  });
});

describe('the resizes of inceptionV3', () => {
  const probes = [0, 1, 2, 3, 5, 17, 42, 77, 131, 149, 150, 200, 251, 277, 295, 296, 297, 298];
  const sizes = [
    [28, 28],
    [31, 40],
    [299, 8],
    [6, 400],
  ];
  it.each(
    (['pytorch', 'tensorflow', 'pillow'] as const).flatMap((mode) => sizes.map(([h, w]) => [mode, h, w] as const)),
  )('agree with %s at %i × %i', async (mode, height, width) => {
    const x = tf.tensor4d(hashImage(`${height}x${width}`, height, width), [1, height, width, 3]);
    const y = resizes[mode](x);
    expect(y.shape).toEqual([1, 299, 299, 3]);
    const values = await y.data();
    const at = (row: number, column: number, c: number) => (values[(row * 299 + column) * 3 + c] + 1) / 2;
    const probed = probes.flatMap((row) => probes.flatMap((column) => [0, 1, 2].map((c) => at(row, column, c))));
    // bilinear positions up to 400 are rounded to 2⁻¹⁶, once for the scale and once more, and neighbours differ by up to 1
    const atol = mode === 'pillow' ? 2 ** -20 : 2 ** -14;
    expect(probed).toBeAllClose(golden[`resize.${mode}.${height}x${width}`].data, { rtol: 0, atol });
    tf.dispose([x, y]);
  });

  it('keep constant images constant', () => {
    for (const [from, to] of [
      [28, 299],
      [400, 299],
      [1, 299],
    ]) {
      const matrix = pillowMatrix(from, to);
      const sums = Array.from({ length: to }, (_, x) => {
        let sum = 0;
        for (let i = 0; i < from; i++) sum += matrix[i * to + x];
        return sum;
      });
      expect(sums).toBeAllClose(new Float32Array(to).fill(1), { rtol: 0, atol: 1e-6 });
    }
  });

  it('are followed by one of two scalings, which differ by up to 1/128', async () => {
    const bytes = Float32Array.of(0, 127, 128, 255);
    const x = tf.tensor4d(
      bytes.map((k) => (2 * k) / 255 - 1),
      [4, 1, 1, 1],
    );
    const [pytorch, tensorflow] = [scalings.pytorch(x), tf.tidy(() => scalings.tensorflow(x))];
    expect(await pytorch.data()).toBeAllClose([-1, -1 / 255, 1 / 255, 1], { rtol: 0, atol: 2 ** -22 });
    expect(await tensorflow.data()).toBeAllClose([-1, -1 / 128, 0, 127 / 128], { rtol: 0, atol: 2 ** -22 });
    tf.dispose([x, tensorflow]); // the first is x itself
  });

  it('make grey images RGB', async () => {
    const x = tf.tensor4d([-1, 0.5], [1, 1, 2, 1]);
    const y = prepareImages(x, 'tensorflow', 'pytorch');
    expect(y.shape).toEqual([1, 299, 299, 3]);
    expect(Array.from((await y.data()).subarray(894, 897))).toEqual([0.5, 0.5, 0.5]);
    tf.dispose([x, y]);
  });
});

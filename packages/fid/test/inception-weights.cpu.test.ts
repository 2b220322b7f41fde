import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { inceptionV3 } from '@diffgan/fid';
import { FileFormatError, readBytes, readSafetensors, type TensorData, writeSafetensors } from '@diffgan/files';
import { inceptionConvolutions, inceptionShapes } from '../src/inception/inception-convolutions.ts';
import { foldUnit } from '../src/inception/load-inception-weights.ts';
import { hashValues, hashWeightFile, hashWeights } from './hash-values.ts';

const count = (shape: readonly number[]) => shape.reduce((product, n) => product * n, 1);

const infinite = (name: string, size: number, at: number): Record<string, TensorData> => {
  const data = new Float32Array(size);
  data[at] = Infinity;
  return { [name]: { dtype: 'F32', shape: [size], data } };
};

describe('the weights of inceptionV3', () => {
  it("have the names and shapes of pytorch-fid's network", async () => {
    const shapes = Object.entries(inceptionShapes()).sort(([a], [b]) => (a < b ? -1 : 1));
    const listing = shapes.map(([name, shape]) => `${name} [${shape.join(', ')}]\n`).join('');
    const digest = createHash('sha256').update(listing).digest('hex');
    const { metadata } = readSafetensors(await readBytes(new URL('golden/inception.safetensors', import.meta.url)));
    expect([shapes.length, digest]).toEqual([472, metadata['sha256 of names and shapes']]);
    const trained = shapes.filter(([name]) => !name.includes('.running_'));
    expect(trained.reduce((sum, [, shape]) => sum + count(shape), 0)).toBe(23_850_960);
    expect(metadata.parameters).toBe('23850960');
    expect(Object.keys(inceptionConvolutions)).toHaveLength(94);
  });

  it.each(['Conv2d_1a_3x3', 'Mixed_6b.branch7x7_2', 'Mixed_7c.branch3x3dbl_3b'])(
    'keep what %s computes when the batch normalisation is folded in',
    async (name) => {
      const [height, width, inputs, outputs] = inceptionConvolutions[name].kernel;
      const own = Object.entries(inceptionShapes()).filter(([key]) => key.startsWith(`${name}.`));
      const weights = Object.entries(hashWeights(Object.fromEntries(own)));
      const tensors = Object.fromEntries(
        weights.map(([key, { data }]) => [key.slice(name.length + 1), data as Float32Array]),
      );
      const x = tf.tensor4d(hashValues('x', 49 * inputs), [1, 7, 7, inputs]);
      const folded = tf.tidy(() => {
        const { kernel, bias } = foldUnit(name, tensors, inceptionConvolutions[name]);
        return tf.add(tf.conv2d(x, kernel, 1, 'same'), bias);
      });
      const unfolded = tf.tidy(() => {
        const kernel = tf.tensor4d(tensors['conv.weight'], [outputs, inputs, height, width]);
        const y = tf.conv2d(x, tf.transpose(kernel, [2, 3, 1, 0]), 1, 'same');
        const [mean, variance, beta, gamma] = ['running_mean', 'running_var', 'bias', 'weight'];
        const part = (key: string) => tf.tensor1d(tensors[`bn.${key}`]);
        return tf.batchNorm(y, part(mean), part(variance), part(beta), part(gamma), 1e-3);
      });
      const expected = await unfolded.data();
      const size = Math.max(...Array.from(expected, Math.abs));
      expect(await folded.data()).toBeAllClose(expected, { rtol: 1e-5, atol: 1e-5 * size });
      tf.dispose([x, folded, unfolded]);
    },
  );

  it('are read from a file in any order, with counters and the auxiliary head ignored', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'diffgan-inception-'));
    const file = join(folder, 'inception.safetensors');
    const extra: TensorData = { dtype: 'I64', shape: [1], data: Float64Array.of(7) };
    await writeFile(
      file,
      hashWeightFile({ 'Mixed_5b.branch1x1.bn.num_batches_tracked': extra, 'AuxLogits.fc.bias': extra }),
    );
    const [read, given] = [await inceptionV3(file), await inceptionV3(hashWeightFile())];
    expect(read.layer).toBe(given.layer);
    read.dispose();
    given.dispose();
    await rm(folder, { recursive: true });
  });

  const zeros = (name: string, shape: number[]) => ({
    [name]: { dtype: 'F32', shape, data: new Float32Array(count(shape)) } as TensorData,
  });
  it.each([
    ['a missing tensor', { 'Mixed_6e.branch_pool.bn.bias': undefined }, /Mixed_6e\.branch_pool\.bn\.bias is missing/],
    [
      'another shape',
      zeros('Mixed_6b.branch7x7_2.conv.weight', [128, 128, 7, 1]),
      /branch7x7_2\.conv\.weight has shape \[128,128,7,1\] instead of \[128,128,1,7\]/,
    ],
    ["torchvision's 1000 classes", zeros('fc.weight', [1000, 2048]), /1000 rows: this is torchvision's/],
    ['tensors of other networks', zeros('conv1.weight', [1]), /conv1\.weight is not part/],
    [
      'integers',
      { 'fc.bias': { dtype: 'I32' as const, shape: [1008], data: new Int32Array(1008) } },
      /fc\.bias is of type I32/,
    ],
    [
      'a scale that is not finite',
      { ...zeros('Conv2d_3b_1x1.bn.running_var', [80]), ...infinite('Conv2d_3b_1x1.bn.weight', 80, 3) },
      /Conv2d_3b_1x1\.bn is not finite in channel 3/,
    ],
  ])('are refused with %s', async (_, changes, message) => {
    const loading = inceptionV3(hashWeightFile(changes));
    await expect(loading).rejects.toThrow(FileFormatError);
    await expect(loading).rejects.toThrow(message);
  });

  it('are refused when there are none', async () => {
    await expect(inceptionV3(writeSafetensors({}))).rejects.toThrow(/fc\.weight is missing; .* and 467 more/);
  });

  it.each([
    [{ layer: 1024 }, /layer is 1024; it must be one of 64, 192, 768, 2048, logits/],
    [{ resize: 'bicubic' }, /resize is bicubic; it must be one of pytorch, tensorflow, pillow, none/],
    [{ scaling: '2x-1' }, /scaling is 2x-1/],
  ])('are not loaded for the unknown option %o', async (options, message) => {
    await expect(inceptionV3('no such file', options as object)).rejects.toThrow(message);
  });
});

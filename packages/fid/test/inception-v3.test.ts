import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { extractFeatures, inceptionV3 } from '@diffgan/fid';
import { readBytes, readSafetensors, type TensorData } from '@diffgan/files';
import { compile } from '@diffgan/runtime';
import { hashImage, hashValues, hashWeightFile } from './hash-values.ts';

let weights: Uint8Array;
let golden: Record<string, TensorData>;
beforeAll(async () => {
  weights = hashWeightFile();
  golden = readSafetensors(await readBytes(new URL('golden/inception.safetensors', import.meta.url))).tensors;
});

/** The two images of 139 × 139 of golden/make-inception.py. */
const images = () =>
  tf.tidy(() =>
    tf.stack([
      tf.tensor3d(hashImage('noise', 139, 139), [139, 139, 3]),
      tf.tensor3d(hashImage('squares', 139, 139, 16), [139, 139, 3]),
    ]),
  ) as tf.Tensor4D;

const greatest = (values: ArrayLike<number>) => Math.max(...Array.from(values, Math.abs));

/** Sums of up to 20 000 products of float32 in each of 20 layers; cancellation leaves small values the error of large ones. */
const within = (expected: ArrayLike<number>) => ({ rtol: 1e-4, atol: 1e-5 * greatest(expected) });

describe('inceptionV3', () => {
  it.each([64, 192, 768, 2048, 'logits'] as const)("computes pytorch-fid's layer %s", async (layer) => {
    const extractor = await inceptionV3(weights, { layer, resize: 'none' });
    const x = images();
    const features = extractor.features(x);
    const { data, shape } = golden[layer === 'logits' ? 'logits' : `features.${layer}`];
    expect([features.shape, extractor.dim]).toEqual([shape, shape[1]]);
    expect(await features.data()).toBeAllClose(data, within(data));
    tf.dispose([x, features]);
    extractor.dispose();
  });

  it('resizes to 299 × 299 as pytorch-fid does unless told otherwise', async () => {
    const extractor = await inceptionV3(weights);
    const x = tf.tensor4d(hashImage('squares', 32, 32, 4), [1, 32, 32, 3]);
    const { data } = golden['resized.2048'];
    expect(await extractFeatures(extractor, x, { batch: 1 })).toBeAllClose(data, within(data));
    x.dispose();
    extractor.dispose();
  });

  it('has logits without the bias, as the Inception Score wants them', async () => {
    const extractor = await inceptionV3(weights, { layer: 64, resize: 'none' });
    const x = images();
    const logits = extractor.logits(x);
    const bias = hashValues('fc.bias', 1008).map((u) => (u - 0.5) / 2);
    const expected = golden.logits.data.map((value, i) => value - bias[i % 1008]);
    expect(await logits.data()).toBeAllClose(expected, within(expected));
    tf.dispose([x, logits]);
    extractor.dispose();
  });

  it('is compiled from outside', async () => {
    const extractor = await inceptionV3(weights, { layer: 192, resize: 'none' });
    const compiled = compile((batch: tf.Tensor4D) => extractor.features(batch));
    const x = images();
    const features = compiled(x);
    const { data } = golden['features.192'];
    expect(await features.data()).toBeAllClose(data, within(data));
    compiled.dispose();
    tf.dispose([x, features]);
    extractor.dispose();
  });

  it('takes grey images as RGB ones of equal channels', async () => {
    const extractor = await inceptionV3(weights, { layer: 64, resize: 'tensorflow', scaling: 'tensorflow' });
    const grey = tf.tensor4d(hashImage('grey', 8, 8).subarray(0, 64), [1, 8, 8, 1]);
    const colour = tf.tile(grey, [1, 1, 1, 3]);
    const [a, b] = [extractor.features(grey), extractor.features(colour)];
    expect(await a.data()).toEqual(await b.data());
    tf.dispose([grey, colour, a, b]);
    extractor.dispose();
  });

  it('frees every tensor, and tells options and weights apart by its layer', async () => {
    const before = tf.memory().numTensors;
    const data = new Float32Array(192);
    const changed = hashWeightFile({ 'Mixed_6d.branch1x1.bn.running_mean': { dtype: 'F32', shape: [192], data } });
    const [one, other] = [await inceptionV3(weights), await inceptionV3(changed, { resize: 'pillow' })];
    expect(one.layer).toMatch(/^2048, pytorch resize, pytorch scaling@[0-9a-f]{8}$/);
    expect(other.layer).toMatch(/^2048, pillow resize, pytorch scaling@[0-9a-f]{8}$/);
    expect(one.layer.slice(-8)).not.toBe(other.layer.slice(-8));
    one.dispose();
    other.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });

  it.each([
    ['[1, 3, 32, 32]', {}, [1, 3, 32, 32], /\[1, 3, 32, 32\].*\[batch, height, width, 1 or 3\]/],
    ['images too small for the network', { resize: 'none' }, [1, 74, 75, 3], /at least 75 × 75/],
  ] as const)('refuses %s', async (_, options, shape, message) => {
    const extractor = await inceptionV3(weights, options);
    const x = tf.zeros<tf.Rank.R4>([...shape]);
    expect(() => extractor.features(x)).toThrow(message);
    x.dispose();
    extractor.dispose();
  });
});

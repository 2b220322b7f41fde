import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { extractFeatures, type FeatureExtractor } from '@diffgan/fid';
import { key, uniform } from '@diffgan/ops';

/** Features: mean and first pixel; notes the batch sizes it was called with. */
function extractor(): FeatureExtractor & { sizes: number[] } {
  const sizes: number[] = [];
  return {
    sizes,
    name: 'test',
    layer: 'none',
    dim: 2,
    features: (images) => {
      sizes.push(images.shape[0]);
      const flat = tf.reshape(images, [images.shape[0], -1]);
      return tf.concat([tf.mean(flat, 1, true), tf.slice(flat, [0, 0], [-1, 1])], 1) as tf.Tensor2D;
    },
    dispose: () => undefined,
  };
}
const images = () => uniform<tf.Rank.R4>(key(5), [7, 2, 3, 1], { min: -1, max: 1 });

describe('extractFeatures', () => {
  it('gives one row per image, in batches of one shape, and keeps its input', async () => {
    const x = images();
    const used = extractor();
    const features = await extractFeatures(used, x, { batch: 3 });
    expect(used.sizes).toEqual([3, 3, 3]);
    const pixels = await x.data();
    const expected = Array.from({ length: 7 }, (_, i) => {
      const own = Array.from(pixels.slice(6 * i, 6 * i + 6));
      return [own.reduce((sum, v) => sum + v, 0) / 6, own[0]];
    });
    expect(features).toBeAllClose(expected.flat(), { rtol: 0, atol: 4 * 2 ** -23 });
    x.dispose();
  });

  it.each([1, 7, 100])('does not depend on the batch: %i', async (batch) => {
    const x = images();
    const one = await extractFeatures(extractor(), x, { batch: 2 });
    expect(await extractFeatures(extractor(), x, { batch })).toBeAllClose(one, { rtol: 0, atol: 4 * 2 ** -23 });
    x.dispose();
  });

  it.each([
    [NaN, /images\[5\] is NaN/],
    [1.5, /images\[5\] is 1\.5.*clipByValue/],
    [-2, /images\[5\] is -2/],
  ])('refuses a pixel of %s', async (value, message) => {
    const x = tf.tensor4d([0, 0, 0, 0, 0, value], [1, 2, 3, 1]);
    await expect(extractFeatures(extractor(), x)).rejects.toThrow(message);
    x.dispose();
  });

  it.each([
    ['[0, 1]', (x: tf.Tensor) => tf.div(tf.add(x, 1), 2)],
    ['[0, 255]', (x: tf.Tensor) => tf.mul(tf.add(x, 1), 127.5)],
    ['[-1, 1]', (x: tf.Tensor) => tf.clone(x)],
  ] as const)('maps pixels in %s to [−1, 1]', async (range, map) => {
    const x = images();
    const mapped = tf.tidy(() => map(x)) as tf.Tensor4D;
    const features = await extractFeatures(extractor(), mapped, { range });
    expect(features).toBeAllClose(await extractFeatures(extractor(), x), { rtol: 0, atol: 4 * 2 ** -23 });
    tf.dispose([x, mapped]);
  });

  it('takes int32 bytes, and says what they are', async () => {
    const bytes = tf.tensor4d([0, 51, 255, 204], [1, 2, 2, 1], 'int32');
    const features = await extractFeatures(extractor(), bytes, { range: '[0, 255]' });
    expect(features).toBeAllClose([0, -1], { rtol: 0, atol: 2 ** -22 });
    await expect(extractFeatures(extractor(), bytes)).rejects.toThrow(TypeError);
    await expect(extractFeatures(extractor(), bytes)).rejects.toThrow(/int32.*range: '\[0, 255\]'/);
    bytes.dispose();
  });

  it.each([
    ['bytes', undefined, [0, 7, 255, 3], /images\[1\] is 7.*look like bytes: pass range: '\[0, 255\]'/],
    ['bytes', '[0, 1]', [0, 7, 255, 3], /images\[1\] is 7.*look like bytes/],
    ['[0, 1]', undefined, [0, 0.5, 1, 0.25], /no pixel is below 0.*pass range: '\[0, 1\]'/],
    ['[0, 1]', '[0, 255]', [0, 0.5, 1, 0.25], /no pixel is above 1.*pass range: '\[0, 1\]'/],
    ['[-1, 1]', '[0, 1]', [0, 0.5, -1, 0.25], /images\[2\] is -1.*leave range out/],
    ['[-1, 1]', '[0, 255]', [0, 0.5, -1, 0.25], /images\[2\] is -1.*leave range out/],
    ['no range', '[0, 255]', [0, 0.5, 300, 0.25], /images\[2\] is 300/],
    ['an infinite range', undefined, [0, Infinity, 0, 0], /images\[1\] is Infinity/],
  ] as const)('refuses pixels of %s when told %s', async (_, range, values, message) => {
    const x = tf.tensor4d([...values], [1, 2, 2, 1]);
    const extracting = extractFeatures(extractor(), x, { range });
    await expect(extracting).rejects.toThrow(RangeError);
    await expect(extracting).rejects.toThrow(message);
    x.dispose();
  });

  it('believes who says that bright images are in [−1, 1], and that black and white ones are bytes', async () => {
    const x = tf.tensor4d([0, 1, 1, 1], [1, 2, 2, 1]);
    expect(await extractFeatures(extractor(), x, { range: '[-1, 1]' })).toBeAllClose([0.75, 0], {
      rtol: 0,
      atol: 1e-6,
    });
    expect((await extractFeatures(extractor(), x, { range: '[0, 255]' }))[1]).toBe(-1);
    const white = tf.ones<tf.Rank.R4>([1, 2, 2, 1]);
    expect((await extractFeatures(extractor(), white))[1]).toBe(1);
    tf.dispose([x, white]);
  });

  it.each([
    [[2, 3, 8, 8], /\[2, 3, 8, 8\] look like NCHW.*transpose/],
    [[2, 1, 28, 28], /NCHW/],
    [[0, 8, 8, 1], /no pixels/],
    [[8, 8, 1], /\[8, 8, 1\] must be \[n, height, width, channels\]/],
  ])('refuses the shape %s', async (shape, message) => {
    const x = tf.fill<tf.Rank.R4>(shape as [number, number, number, number], -1);
    await expect(extractFeatures(extractor(), x)).rejects.toThrow(message);
    x.dispose();
  });

  it('refuses an unknown range, and features of another shape than promised', async () => {
    const x = images();
    await expect(extractFeatures(extractor(), x, { range: '0..1' as '[0, 1]' })).rejects.toThrow(
      /'0\.\.1'.*'\[0, 1\]'/,
    );
    const wrong = { ...extractor(), dim: 5 };
    await expect(extractFeatures(wrong, x)).rejects.toThrow(/'test' made features of shape \[7, 2\].*\[7, 5\]/);
    x.dispose();
  });

  it('refuses a batch of nothing and stops at an abort', async () => {
    const x = images();
    await expect(extractFeatures(extractor(), x, { batch: 0 })).rejects.toThrow(/batch is 0/);
    await expect(extractFeatures(extractor(), x, { signal: AbortSignal.abort() })).rejects.toThrow(/abort/i);
    x.dispose();
  });
});

import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { attention, gradientOf, key, randintArray } from '@diffgan/ops';
import { buffersHeld, expectCloseToLargest, normals, take } from '../run-kernel.ts';

interface Case {
  batch?: number;
  queries: number;
  keys: number;
  channels: number;
  outputs: number;
  /** Multiplies the queries, hence the scores. */
  gain?: number;
}

const apply = (...[query, key, value]: tf.Tensor[]): tf.Tensor =>
  attention(query as tf.Tensor3D, key as tf.Tensor3D, value as tf.Tensor3D);

/** Query, key, value and dy. */
const inputsOf = ({ batch = 1, queries, keys, channels, outputs, gain = 1 }: Case) => [
  tf.tidy(() => tf.mul(normals([batch, queries, channels], 1), gain)),
  normals([batch, keys, channels], 2),
  normals([batch, keys, outputs], 3),
  normals([batch, queries, outputs], 4),
];

/** y, dq, dk and dv. */
function results(testCase: Case): tf.Tensor[] {
  return tf.tidy(() => {
    const inputs = inputsOf(testCase);
    const dy = inputs.pop();
    return [apply(...inputs), ...tf.grads(apply)(inputs, dy)];
  });
}

/** What plain operations give in JavaScript. */
async function composite(testCase: Case) {
  await tf.setBackend('cpu');
  const expected = await take(results(testCase));
  await tf.setBackend('webgpu');
  return expected;
}

async function expectSame(testCase: Case, tolerance = 1e-5) {
  const [actual, expected] = [await take(results(testCase)), await composite(testCase)];
  expect(actual.map(({ shape }) => shape)).toEqual(expected.map(({ shape }) => shape));
  ['y', 'dq', 'dk', 'dv'].forEach((name, i) => expectCloseToLargest(actual[i].data, expected[i].data, tolerance, name));
}

/** Names of the kernels that run. */
function kernelsOf(compute: () => unknown): string[] {
  const spy = vi.spyOn(tf.engine(), 'runKernel');
  tf.tidy(() => void compute());
  const names = spy.mock.calls.map(([name]) => name);
  spy.mockRestore();
  return names;
}

const fused = ['DiffganAttention', 'DiffganAttentionGrad'];
const compiled = () => Object.keys((tf.backend() as unknown as { pipelineCache: object }).pipelineCache).length;

afterEach(() => tf.setBackend('webgpu'));

describe('attention in WGSL', () => {
  test.each<Case>([
    { batch: 2, queries: 49, keys: 49, channels: 8, outputs: 8 }, // four channels at once
    { batch: 3, queries: 32, keys: 64, channels: 4, outputs: 64 }, // whole tiles
    { queries: 5, keys: 33, channels: 36, outputs: 12 }, // one key in a tile of its own
    { batch: 2, queries: 3, keys: 5, channels: 2, outputs: 3 }, // and channel by channel
    { queries: 70, keys: 35, channels: 33, outputs: 9 },
    { queries: 4, keys: 1, channels: 3, outputs: 2 }, // the only key has all the weight
    { queries: 35, keys: 9, channels: 281, outputs: 258 }, // results in slices
  ])('agrees with plain operations on $queries×$keys of $channels and $outputs channels', async (shape) => {
    await expectSame(shape);
  });

  test('agrees with plain operations on random shapes', async () => {
    const drawn = randintArray(key(3), 6 * 5, 1, 67);
    for (let i = 0; i < 6; i++) {
      const [batch, queries, keys, ...widths] = drawn.subarray(5 * i, 5 * i + 5);
      const [channels, outputs] = widths.map((n) => (i % 2 ? 4 : 1) * Math.ceil(n / 4));
      await expectSame({ batch: 1 + (batch % 3), queries, keys, channels, outputs });
    }
  });

  test('shares the channels of the scores among groups of lanes', async () => {
    const testCase = { queries: 33, keys: 40, channels: 100, outputs: 68 };
    const y = tf.tidy(() => apply(...inputsOf(testCase).slice(0, 3)));
    const [[actual], [expected]] = [await take([y]), await composite(testCase)];
    expectCloseToLargest(actual.data, expected.data);
  });

  test('does not overflow where scores are large', async () => {
    // Scores of thousands, which are only exact to thousands times 2⁻²⁴; e^score would be infinite from 89 on.
    await expectSame({ queries: 5, keys: 40, channels: 4, outputs: 4, gain: 3000 }, 1e-3);
    await expectSame({ queries: 40, keys: 5, channels: 3, outputs: 3, gain: -3000 }, 1e-3);
  });

  test('compiles nothing for other shapes', async () => {
    await take(results({ queries: 6, keys: 7, channels: 8, outputs: 8 }));
    const before = compiled();
    await expectSame({ batch: 2, queries: 34, keys: 3, channels: 12, outputs: 20 });
    expect(compiled()).toBe(before);
  });

  test('gives the same bits every time', async () => {
    const testCase = { batch: 2, queries: 40, keys: 33, channels: 8, outputs: 8 };
    expect(await take(results(testCase))).toEqual(await take(results(testCase)));
  });

  test('leaves no buffer behind but its results', async () => {
    const before = buffersHeld();
    await take(results({ queries: 6, keys: 7, channels: 8, outputs: 8 }));
    expect(buffersHeld()).toBe(before);
  });

  test('uses plain operations inside a gradient of a gradient', () => {
    const inputs = inputsOf({ queries: 6, keys: 5, channels: 4, outputs: 4 });
    const [query, key, value] = inputs;
    const slope = (query: tf.Tensor) => gradientOf((query) => tf.square(apply(query, key, value)), query);
    const second = kernelsOf(() => tf.grad((query) => tf.square(slope(query)))(query));
    expect(second.filter((name) => fused.includes(name))).toEqual([]);
    expect(kernelsOf(() => slope(query))).toEqual(expect.arrayContaining(fused));
    tf.dispose(inputs);
  });
});

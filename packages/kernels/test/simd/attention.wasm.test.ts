import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it, vi } from 'vitest';
import { attention, gradientOf } from '@diffgan/ops';
import { KernelModule } from '../../src/simd/kernel-module.ts';
import { cases, type Draw, expectAsOnCpu, expectNear, numbers } from './against-cpu.ts';

function randomSizes(draw: Draw) {
  const length = () => draw.of(1, 2, 3, 4, 7, 16, 31, 33, 49, 66);
  const width = () => draw.of(1, 2, 3, 4, 5, 8, 12, 17);
  return { batch: draw.int(1, 3), queries: length(), keys: length(), channels: width(), outputs: width() };
}

type Sizes = ReturnType<typeof randomSizes>;
type Inputs = [tf.Tensor3D, tf.Tensor3D, tf.Tensor3D];

/** q, k, v and dy; `scale` multiplies q, hence the scores. */
function inputsOf({ batch, queries, keys, channels, outputs }: Sizes, scale = 3): { inputs: Inputs; dy: tf.Tensor3D } {
  const random = (shape: number[], seed: number) => numbers(shape, seed) as tf.Tensor3D;
  const q = tf.tidy(() => tf.mul(random([batch, queries, channels], 1), scale));
  const [k, v] = [random([batch, keys, channels], 2), random([batch, keys, outputs], 3)];
  return { inputs: [q as tf.Tensor3D, k, v], dy: random([batch, queries, outputs], 4) };
}

const apply = (...[q, k, v]: tf.Tensor[]): tf.Tensor => attention(q as tf.Tensor3D, k as tf.Tensor3D, v as tf.Tensor3D);

/** y, dq, dk, dv. */
function results(sizes: Sizes, scale?: number): tf.Tensor[] {
  const { inputs, dy } = inputsOf(sizes, scale);
  return [apply(...inputs), ...tf.grads(apply)(inputs, dy)];
}

const fused = ['attention', 'attention_grad'];

/** Names of the C functions that a computation calls. */
function functionsOf(compute: () => unknown): string[] {
  const spy = vi.spyOn(KernelModule.prototype, 'run');
  tf.tidy(() => void compute());
  const names = spy.mock.calls.map(([name]) => name);
  spy.mockRestore();
  return names;
}

/** Computes on one backend; the caller owns plain arrays. */
async function read(backend: string, compute: () => tf.Tensor[]): Promise<tf.TypedArray[]> {
  await tf.setBackend(backend);
  const tensors = tf.tidy(compute);
  const values = await Promise.all(tensors.map((tensor) => tensor.data()));
  tf.dispose(tensors);
  await tf.setBackend('wasm');
  return values;
}

describe('attention on wasm', () => {
  it.each(cases(60, randomSizes))('equals the composite on the cpu backend: %s', async (_, sizes) => {
    await expectAsOnCpu(() => results(sizes), fused);
  });

  it('does so for the sizes of a network', async () => {
    await expectAsOnCpu(() => results({ batch: 2, queries: 196, keys: 196, channels: 64, outputs: 64 }), fused);
  });

  it('gives the value of the only key, whatever the query', async () => {
    const { inputs, dy } = inputsOf({ batch: 2, queries: 5, keys: 1, channels: 3, outputs: 6 });
    const [y, value] = [apply(...inputs), tf.tile(inputs[2], [1, 5, 1])];
    expect(await y.data()).toEqual(await value.data());
    tf.dispose([...inputs, dy, y, value]);
  });

  it('does not overflow where scores are large', async () => {
    // Scores of thousands, which are only exact to thousands times 2⁻²⁴; e^score would be infinite from 89 on.
    const sizes = { batch: 1, queries: 5, keys: 9, channels: 3, outputs: 4 };
    const [expected, actual] = [
      await read('cpu', () => results(sizes, 3000)),
      await read('wasm', () => results(sizes, 3000)),
    ];
    actual.forEach((values, i) => expectNear(values, expected[i], 1e-3));
  });

  it('leaves NaN to the rows that have one', async () => {
    const query = tf.tensor3d([NaN, 1], [1, 2, 1]);
    const [key, value] = [tf.ones<tf.Rank.R3>([1, 6, 1]), tf.ones<tf.Rank.R3>([1, 6, 1])];
    const y = attention(query, key, value);
    expect([...(await y.data())]).toEqual([NaN, expect.closeTo(1, 6)]);
    tf.dispose([query, key, value, y]);
  });

  it('uses plain operations inside a gradient of a gradient', () => {
    const { inputs, dy } = inputsOf({ batch: 1, queries: 6, keys: 5, channels: 4, outputs: 3 });
    const [q, k, v] = inputs;
    const slope = (q: tf.Tensor) => gradientOf((q) => tf.mul(dy, apply(q, k, v)), q);
    const second = functionsOf(() => tf.grad((q) => tf.square(slope(q)))(q));
    expect(second.filter((name) => name.startsWith('attention'))).toEqual([]);
    expect(functionsOf(() => slope(q))).toEqual(expect.arrayContaining(fused));
    tf.dispose([...inputs, dy]);
  });

  it('refuses shapes that do not fit', () => {
    const [a, b] = [tf.ones([1, 2, 3]), tf.ones([1, 4, 5])];
    const run = (query: tf.Tensor, key: tf.Tensor, value: tf.Tensor) => () =>
      tf.engine().runKernel('DiffganAttention', { query, key, value });
    expect(run(a, b, b)).toThrow(/query \[1,2,3\], key \[1,4,5\]/);
    expect(run(a, a, b)).toThrow(RangeError);
    tf.dispose([a, b]);
  });
});

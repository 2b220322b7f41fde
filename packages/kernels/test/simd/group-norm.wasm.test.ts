import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { adaptiveGroupNorm, groupNorm } from '@diffgan/ops';
import { cases, type Draw, expectNear, numbers } from './against-cpu.ts';

function randomNorm(draw: Draw) {
  const groups = draw.of(1, 2, 3, 4, 8);
  const channels = groups * draw.of(1, 2, 3, 4, 5, 8);
  const x = [draw.int(1, 4), draw.of(1, 2, 9, 16, 49, 60), channels];
  return { x, groups, silu: draw.of(true, false), perImage: draw.of(true, false), epsilon: draw.of(1e-6, 1e-3) };
}

type Case = ReturnType<typeof randomNorm> & { offset?: number };

const run = (name: string, inputs: tf.NamedTensorMap, attrs: tf.NamedAttrMap): tf.Tensor[] =>
  tf.engine().runKernel(name, inputs, attrs);

/** Inputs with a mean, since statistics that subtract it late would suffer from it. */
function inputsOf(c: Case): tf.NamedTensorMap {
  const [batch, , channels] = c.x;
  const affine = c.perImage ? [batch, channels] : [channels];
  const x = tf.add(numbers(c.x, 1), c.offset ?? 0.5);
  return { x, scale: tf.add(numbers(affine, 2), 1), shift: numbers(affine, 3), dy: numbers(c.x, 4) };
}

/** The kernels' results: y, mean, rstd, dx, dscale, dshift. */
function fused({ groups, epsilon, silu }: Case, { x, scale, shift, dy }: tf.NamedTensorMap): tf.Tensor[] {
  const attrs = { groups, epsilon, silu };
  const [y, mean, rstd] = run('DiffganGroupNorm', { x, scale, shift }, attrs);
  return [y, mean, rstd, ...run('DiffganGroupNormGrad', { dy, x, scale, shift, mean, rstd }, attrs)];
}

/** y, dx, dscale, dshift from plain operations, on the cpu backend. */
function composite(c: Case, { x, scale, shift, dy }: tf.NamedTensorMap): tf.Tensor[] {
  const options = { groups: c.groups, epsilon: c.epsilon, ...(c.silu && { activation: 'silu' as const }) };
  const norm = (x: tf.Tensor, scale: tf.Tensor, shift: tf.Tensor) =>
    c.perImage ? adaptiveGroupNorm(x, scale, shift, options) : groupNorm(x, scale, shift, options);
  return [norm(x, scale, shift), ...tf.grads(norm)([x, scale, shift], dy)];
}

const read = (tensors: tf.Tensor[]) => Promise.all(tensors.map((tensor) => tensor.data()));

async function onBackend(name: string, compute: () => tf.Tensor[]): Promise<tf.TypedArray[]> {
  await tf.setBackend(name);
  const tensors = tf.tidy(compute);
  const values = await read(tensors);
  tf.dispose(tensors);
  await tf.setBackend('wasm');
  return values;
}

describe('DiffganGroupNorm and DiffganGroupNormGrad on wasm', () => {
  it.each(cases(60, randomNorm))('equal the composite on the cpu backend: %s', async (_, c) => {
    const expected = await onBackend('cpu', () => composite(c, inputsOf(c)));
    const [y, , , dx, dscale, dshift] = await onBackend('wasm', () => fused(c, inputsOf(c)));
    // One value a group makes x̂ = 0 and rstd as large as 1/√epsilon: rounding of x − mean is all there is in dx.
    const size = (c.x[1] * c.x[2]) / c.groups;
    [y, dx, dscale, dshift].forEach((values, i) => {
      if (size > 2 || i === 0 || i === 3) expectNear(values, expected[i]);
    });
  });

  it('repeat the statistics of a group over its channels', async () => {
    const c: Case = { x: [2, 9, 6], groups: 2, silu: false, perImage: false, epsilon: 1e-6 };
    const [, mean, rstd] = await onBackend('wasm', () => fused(c, inputsOf(c)));
    for (const values of [mean, rstd])
      for (const start of [0, 3, 6, 9]) expect(new Set(values.slice(start, start + 3)).size).toBe(1);
  });

  it('keep their digits where the mean is large', async () => {
    const c: Case = { x: [1, 64, 8], groups: 2, silu: true, perImage: false, epsilon: 1e-6, offset: 256 };
    const expected = await onBackend('cpu', () => composite(c, inputsOf(c)));
    const [y] = await onBackend('wasm', () => fused(c, inputsOf(c)));
    // x itself is rounded to 256·2⁻²⁴ = 1.5e-5 in both; what is asked for is that no more than that is lost.
    expectNear(y, expected[0], 1e-4);
  });

  it('refuse shapes that do not fit', () => {
    const [x, scale] = [tf.ones([1, 4, 6]), tf.ones([6])];
    const attrs = { groups: 4, epsilon: 1e-6, silu: false };
    expect(() => run('DiffganGroupNorm', { x, scale, shift: scale }, attrs)).toThrow(/groups must divide C/);
    expect(() =>
      run('DiffganGroupNorm', { x, scale: tf.tidy(() => x), shift: scale }, { ...attrs, groups: 3 }),
    ).toThrow(RangeError);
    tf.dispose([x, scale]);
  });
});

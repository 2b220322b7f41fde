import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { afterEach, describe, expect, test } from 'vitest';
import { registerWebgpuKernels } from '@diffgan/kernels/webgpu';
import { adaptiveGroupNorm, groupNorm, key, randint } from '@diffgan/ops';
import { buffersHeld, expectCloseToLargest, normals, runKernel, take } from '../run-kernel.ts';

interface Case {
  batch: number;
  pixels: number;
  channels: number;
  groups: number;
  adaptive: boolean;
  silu: boolean;
  /** Added to x. */
  offset?: number;
  /** Multiplies scale. */
  gain?: number;
}

const epsilon = 1e-6;

function inputsOf({ batch, pixels, channels, adaptive, offset = 0, gain = 1 }: Case) {
  const affine = adaptive ? [batch, channels] : [channels];
  return tf.tidy(() => ({
    x: tf.add(normals([batch, pixels, channels], 1), offset),
    dy: normals([batch, pixels, channels], 2),
    scale: tf.mul(normals(affine, 3), gain),
    shift: normals(affine, 4),
  }));
}

/** y, dx, dscale and dshift of the kernels. */
async function fused(testCase: Case) {
  const { groups, silu } = testCase;
  const attributes = { groups, epsilon, silu };
  const outputs = tf.tidy(() => {
    const { dy, ...inputs } = inputsOf(testCase);
    const y = runKernel('DiffganGroupNorm', inputs, attributes);
    return [...y, ...runKernel('DiffganGroupNormGrad', { dy, ...inputs }, attributes)];
  });
  return take(outputs);
}

/** The same of primitives in JavaScript. */
async function composite(testCase: Case) {
  const { groups, silu } = testCase;
  await tf.setBackend('cpu');
  try {
    const outputs = tf.tidy(() => {
      const { x, dy, scale, shift } = inputsOf(testCase);
      const norm = testCase.adaptive ? adaptiveGroupNorm : groupNorm;
      const f = (...[x, scale, shift]: tf.Tensor[]) =>
        norm(x, scale, shift, { groups, epsilon, ...(silu && { activation: 'silu' }) });
      return [f(x, scale, shift), ...tf.grads(f)([x, scale, shift], dy)];
    });
    return await take(outputs);
  } finally {
    await tf.setBackend('webgpu');
  }
}

async function expectSame(testCase: Case, tolerance = 1e-5) {
  const [actual, expected] = [await fused(testCase), await composite(testCase)];
  expect(actual.map(({ shape }) => shape)).toEqual(expected.map(({ shape }) => shape));
  const names = ['y', 'dx', 'dscale', 'dshift'];
  names.forEach((name, i) => expectCloseToLargest(actual[i].data, expected[i].data, tolerance, name));
}

const compiled = () => Object.keys((tf.backend() as unknown as { pipelineCache: object }).pipelineCache).length;

afterEach(() => tf.setBackend('webgpu'));

describe('group normalisation in WGSL', () => {
  test.each([
    { batch: 2, pixels: 9, channels: 8, groups: 2 }, // four channels at once
    { batch: 3, pixels: 16, channels: 12, groups: 4 }, // C is a multiple of 4, the group is not
    { batch: 1, pixels: 5, channels: 6, groups: 2 },
    { batch: 2, pixels: 7, channels: 5, groups: 5 }, // instance normalisation
    { batch: 2, pixels: 1, channels: 7, groups: 1 }, // layer normalisation of a vector
    { batch: 2, pixels: 3, channels: 301, groups: 1 }, // more channels than lanes
    { batch: 1, pixels: 2, channels: 1032, groups: 1 }, // and in fours
    { batch: 2, pixels: 300, channels: 2, groups: 2 }, // more pixels than lanes
    { batch: 1, pixels: 4, channels: 1, groups: 1 }, // scalars would broadcast
  ])('agrees with primitives on $batch×$pixels×$channels in $groups groups', async (shape) => {
    for (const adaptive of [false, true])
      for (const silu of [false, true]) await expectSame({ ...shape, adaptive, silu });
  });

  test('agrees with primitives on random shapes', async () => {
    const drawn = randint(key(5), [8, 4], { min: 1, max: 8 });
    const rows = (await drawn.array()) as number[][];
    drawn.dispose();
    for (const [i, [batch, side, size, groups]] of rows.entries())
      await expectSame({
        batch: 1 + (batch % 4),
        pixels: side * 3,
        channels: size * groups,
        groups,
        adaptive: i % 2 === 0,
        silu: i % 4 < 2,
      });
  });

  test('compiles nothing for another shape whose groups are multiples of four as well', async () => {
    const first: Case = { batch: 2, pixels: 4, channels: 8, groups: 2, adaptive: false, silu: true };
    const second: Case = { batch: 3, pixels: 6, channels: 24, groups: 3, adaptive: true, silu: true };
    await fused(first);
    const before = compiled();
    await expectSame(second);
    await expectSame(first);
    expect(compiled()).toBe(before);
  });

  test('a mean far above the standard deviation costs only the rounding of the mean', async () => {
    // 2^-24·1000 of a standard deviation; the difference of two second moments would be off by 6 %.
    await expectSame(
      { batch: 2, pixels: 16, channels: 8, groups: 2, adaptive: false, silu: false, offset: 1000 },
      4 * 2 ** -24 * 1000,
    );
  });

  test('SiLU of thousands agrees with primitives, of 1e30 stays finite', async () => {
    for (const shape of [
      { batch: 2, pixels: 4, channels: 8, groups: 2, adaptive: false, silu: true },
      { batch: 2, pixels: 4, channels: 6, groups: 2, adaptive: true, silu: true },
    ]) {
      await expectSame({ ...shape, gain: 1e3 });
      const [y, ...others] = await fused({ ...shape, gain: 1e30 });
      for (const { data } of others) expect([...data].every(Number.isFinite)).toBe(true);
      expect(Math.min(...y.data)).toBeGreaterThan(-0.28); // the minimum of SiLU is −0.2785
    }
  });

  test('leaves no buffer behind but its results', async () => {
    const testCase: Case = { batch: 2, pixels: 4, channels: 8, groups: 2, adaptive: true, silu: true };
    const before = buffersHeld();
    await fused(testCase);
    expect(buffersHeld()).toBe(before);
  });

  test('registering twice changes nothing', () => {
    const kernel = tf.getKernel('DiffganGroupNorm', 'webgpu');
    registerWebgpuKernels();
    expect(tf.getKernel('DiffganGroupNorm', 'webgpu')).toBe(kernel);
  });
});

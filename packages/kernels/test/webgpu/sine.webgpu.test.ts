import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { take } from '../run-kernel.ts';

/** Angles of all sizes, as floats: around each multiple of π/4 up to four turns, and up to what k < 2¹³ quarters allow. */
const angles = Float32Array.from([
  ...Array.from({ length: 65 }, (_, i) => ((i - 32) * Math.PI) / 4).flatMap((x) => [x - 1e-3, x, x + 1e-3]),
  ...Array.from({ length: 2000 }, (_, i) => i / 2),
  ...[1e-20, -1e-4, 999.999, -1234.5, 5000, -12_867],
  ...[0],
]);

test.each([
  ['sin', Math.sin],
  ['cos', Math.cos],
] as const)('tf.%s is exact to rounding, however large the angle', async (name, exact) => {
  for (const count of [angles.length, 64]) {
    const [{ data }] = await take([tf.tidy(() => tf[name](tf.tensor1d(angles.slice(0, count))))]);
    const errors = Array.from(data, (value, i) => Math.abs(value - exact(angles[i])));
    // A rounding of r, of the series and of its last sum: each half a unit of a float next to 1, 2⁻²⁴.
    expect(Math.max(...errors)).toBeLessThan(3 * 2 ** -24);
  }
});

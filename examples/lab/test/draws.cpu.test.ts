import * as tf from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { drawsBetween } from '../src/pictures/draws.ts';

const shape = [8, 28, 28, 1] as const;

/** x_T, z of step 2 and the noise of step 3 between the draws of seeds 3 and 4. */
function drawsAt(share: number): Float32Array[] {
  const { xT, latent, noise } = drawsBetween([3, 4], share, { shape, latentDim: 64 });
  const tensors = [xT, latent(2), noise(3)];
  expect(tensors.map(({ shape: found }) => found)).toEqual([[...shape], [8, 64], [...shape]]);
  const values = tensors.map((tensor) => Float32Array.from(tensor.dataSync()));
  tf.dispose(tensors);
  return values;
}

it.each([0.02, 0.3, 0.5, 0.98])('goes along the circle from a seed to the next: at %d a draw again', (share) => {
  const [from, to, between] = [drawsAt(0), drawsAt(1), drawsAt(share)];
  const [near, far] = [Math.cos((share * Math.PI) / 2), Math.sin((share * Math.PI) / 2)];
  between.forEach((values, which) => {
    const expected = [...from[which]].map((a, i) => near * a + far * to[which][i]);
    expect([...values]).toBeAllClose(expected, { rtol: 0, atol: 1e-6 }); // |x| < 5, of 24 bits
    // E x² = 1, with a deviation of √(2/n); of a straight way it would be (1−λ)² + λ², 0.5 in the middle.
    const meanSquare = values.reduce((sum, x) => sum + x * x, 0) / values.length;
    expect(Math.abs(meanSquare - 1)).toBeLessThan(4 * Math.sqrt(2 / values.length));
  });
});

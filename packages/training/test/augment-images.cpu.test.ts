import { describe, expect, test } from 'vitest';
import { key } from '@diffgan/ops';
import { augmentImages } from '@diffgan/training';

const [count, side] = [64, 9];
const shape = [count, side, side, 1];
/** The same image every time: a slope to the right, and a steeper one downwards. */
const slopes = Float32Array.from({ length: count * side * side }, (_, i) => {
  const [row, column] = [Math.floor(i / side) % side, i % side];
  return (column - 4) / 40 + (row - 4) / 8;
});
const centre = (images: Float32Array, n: number, right = 0, down = 0) =>
  images[(n * side + 4 + down) * side + 4 + right];

test('without probability nothing happens', () => {
  const { images, labels } = augmentImages(slopes, shape, { key: key(0), probability: 0 });
  expect(images).toEqual(slopes);
  expect(labels).toEqual(new Float32Array(9 * count));
});

test('images without a move have labels 0, and about (1 − p)^6 of them have none', () => {
  const { images, labels } = augmentImages(slopes, shape, { key: key(1), probability: 0.12 });
  let still = 0;
  for (let n = 0; n < count; n++) {
    if (labels.subarray(9 * n, 9 * n + 9).some((label) => label !== 0)) continue;
    still++;
    expect(images.subarray(n * 81, n * 81 + 81)).toEqual(slopes.subarray(n * 81, n * 81 + 81));
  }
  // 64·0.88^6 = 29.7, standard deviation 4; four of them fail once in 15 000 keys, and this key is fixed
  expect(Math.abs(still - 29.7)).toBeLessThan(16);
});

describe('the labels say what was done', () => {
  const { images, labels } = augmentImages(slopes, shape, { key: key(2), probability: 0.15 });
  const alone = (...own: number[]) =>
    Array.from({ length: count }, (_, n) => n).filter((n) =>
      labels.subarray(9 * n, 9 * n + 9).every((label, i) => own.includes(i) === (label !== 0)),
    );
  const slopeOf = (n: number) => [
    (centre(images, n, 1) - centre(images, n, -1)) / 2,
    (centre(images, n, 0, 1) - centre(images, n, 0, -1)) / 2,
  ];

  test('mirrored', () => {
    expect(alone(0).length * alone(1).length).toBeGreaterThan(0);
    for (const n of alone(0)) expect(slopeOf(n)).toBeAllClose([-1 / 40, 1 / 8], { atol: 1e-6 });
    for (const n of alone(1)) expect(slopeOf(n)).toBeAllClose([1 / 40, -1 / 8], { atol: 1e-6 });
  });

  test('scaled', () => {
    expect(alone(2).length).toBeGreaterThan(0);
    for (const n of alone(2)) {
      const shrink = 2 ** (-0.2 * labels[9 * n + 2]);
      expect(slopeOf(n)).toBeAllClose([shrink / 40, shrink / 8], { atol: 1e-5 });
    }
  });

  test('rotated', () => {
    expect(alone(3, 4).length).toBeGreaterThan(0);
    for (const n of alone(3, 4)) {
      const [c, s] = [labels[9 * n + 3] + 1, labels[9 * n + 4]];
      expect(c * c + s * s).toBeCloseTo(1, 5);
      expect(slopeOf(n)).toBeAllClose([c / 40 - s / 8, s / 40 + c / 8], { atol: 1e-5 });
    }
  });

  test('stretched', () => {
    expect(alone(5, 6).length).toBeGreaterThan(0);
    for (const n of alone(5, 6)) {
      const [x, y] = [labels[9 * n + 5], labels[9 * n + 6]];
      const angle = Math.atan2(y, x) / 2;
      const [size, c, s] = [Math.hypot(x, y), Math.cos(angle), Math.sin(angle)];
      const [along, across] = [2 ** (-0.2 * size), 2 ** (0.2 * size)];
      const [dx, dy] = [along * (c / 40 + s / 8), across * (-s / 40 + c / 8)];
      expect(slopeOf(n)).toBeAllClose([c * dx - s * dy, s * dx + c * dy], { atol: 1e-5 });
    }
  });

  test('moved', () => {
    expect(alone(7, 8).length).toBeGreaterThan(0);
    for (const n of alone(7, 8)) {
      const [right, down] = [0.125 * 9 * labels[9 * n + 7], 0.125 * 9 * labels[9 * n + 8]];
      if (Math.abs(right) < 3 && Math.abs(down) < 3)
        expect([centre(images, n)]).toBeAllClose([-right / 40 - down / 8], { atol: 1e-5 });
    }
  });
});

import * as tf from '@tensorflow/tfjs-core';
import { foldIn, type Key, randintArray, uniformArray } from '@diffgan/ops';
import type { Rows } from './rows.ts';
import { streams } from './streams.ts';

/** Largest move of an image, as a share of its size. */
const SHIFT = 1 / 8;
/** Size of the hole, as a share of the image. */
const HOLE = 1 / 2;

/** How the images of a batch are moved and cut, as the linear maps that do it. */
export interface CriticAugmentation {
  /** `[B, H, H]`: from each row of the result to the row it comes from; none for rows that come from outside. */
  rows: tf.Tensor3D;
  /** `[B, W, W]`, alike. */
  columns: tf.Tensor3D;
  /** `[B, H, W, 1]`: 0 in the hole, 1 elsewhere. */
  kept: tf.Tensor4D;
}

/**
 * Draws, for some rows of a batch of images `[B, H, W, C]`, moves of up to an eighth of the size and holes of half of it, each with the given
 * probability (Zhao et al. 2020, arXiv:2006.10738, translation and cutout).
 */
export function drawCriticAugmentation(
  key: Key,
  [height, width]: readonly number[],
  { rows, probability }: { rows: Rows; probability: number },
): CriticAugmentation {
  const of = (stream: keyof typeof streams.criticAugmentation) => foldIn(key, streams.criticAugmentation[stream]);
  const moved = rows.of(uniformArray(of('moved'), rows.batch));
  const cut = rows.of(uniformArray(of('cut'), rows.batch));
  const batch = moved.length;
  const startsOf = (own: Key, min: number, max: number) => rows.of(randintArray(own, rows.batch, min, max));
  const shiftsOf = (size: number, own: Key) => {
    const most = Math.floor(size * SHIFT);
    return startsOf(own, -most, most + 1).map((shift, i) => (moved[i] < probability ? shift : 0));
  };
  const [tops, lefts] = [startsOf(of('tops'), 0, height), startsOf(of('lefts'), 0, width)];
  const inHole = (start: number, size: number, at: number) => Math.abs(at - start) < (size * HOLE) / 2;
  const kept = Float32Array.from({ length: batch * height * width }, (_, index) => {
    const [i, y, x] = [Math.floor(index / (height * width)), Math.floor(index / width) % height, index % width];
    return cut[i] < probability && inHole(tops[i], height, y) && inHole(lefts[i], width, x) ? 0 : 1;
  });
  return {
    rows: shiftMatrices(shiftsOf(height, of('rows')), height),
    columns: shiftMatrices(shiftsOf(width, of('columns')), width),
    kept: tf.tensor4d(kept, [batch, height, width, 1]),
  };
}

function shiftMatrices(shifts: Int32Array, size: number): tf.Tensor3D {
  const values = new Float32Array(shifts.length * size * size);
  shifts.forEach((shift, i) => {
    for (let to = Math.max(0, shift); to < Math.min(size, size + shift); to++)
      values[(i * size + to) * size + to - shift] = 1;
  });
  return tf.tensor3d(values, [shifts.length, size, size]);
}

/** The images, moved and cut; linear in them, so that every derivative passes. */
export function augmentForCritic(images: tf.Tensor, { rows, columns, kept }: CriticAugmentation): tf.Tensor {
  const [batch, height, width, channels] = images.shape as [number, number, number, number];
  const down = tf.matMul(rows, tf.reshape(images, [batch, height, width * channels]));
  const turned = tf.transpose(tf.reshape(down, [batch, height, width, channels]), [0, 2, 1, 3]);
  const across = tf.matMul(columns, tf.reshape(turned, [batch, width, height * channels]));
  return tf.mul(tf.transpose(tf.reshape(across, [batch, width, height, channels]), [0, 2, 1, 3]), kept);
}

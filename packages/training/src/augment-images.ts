import { type Key, normalArray, split, uniformArray } from '@diffgan/ops';
import { Rows } from './rows.ts';

/** Options of {@link augmentImages}. */
export interface AugmentImagesOptions {
  /** Key of all that is random. */
  key: Key;
  /** Probability of each of the six kinds of moves, for each image. */
  probability: number;
}

/** Moved images and what was done to them. */
export interface AugmentedImages {
  /** NHWC, like the images given. */
  images: Float32Array;
  /** Nine numbers per image, all 0 where nothing was done. */
  labels: Float32Array;
}

/** Numbers in the description of a move. */
export const AUGMENTATION_LABELS = 9;

const SCALE = 0.2;
const TRANSLATION = 0.125;

/**
 * Moves images at random and says how, for networks that are told: they can learn from the moved images without drawing such ones
 * (Karras et al. 2022, appendix F.2). Each kind of move happens with the given probability:
 *
 * | kind | size | labels |
 * | --- | --- | --- |
 * | mirror left to right | | 1 |
 * | mirror top to bottom | | 1 |
 * | scale | 2^(0.2 a), a ~ N(0, 1) | a |
 * | rotate | θ ~ U(−π, π) | cos θ − 1, sin θ |
 * | stretch along direction φ ~ U(−π, π), shrink across | 2^(0.2 a), a ~ N(0, 1) | a cos 2φ, a sin 2φ |
 * | translate by 0.125 a of the width, 0.125 b of the height | a, b ~ N(0, 1) | a, b |
 *
 * Pixels are interpolated linearly, with the image mirrored at its borders (the article filters with wavelets). The article has φ in the
 * place of 2φ; then two different stretches, a along φ and −a along φ + π, have the same labels.
 *
 * @param images NHWC; not changed.
 * @param shape `[B, H, W, C]`.
 * @example
 * ```ts
 * const pixels = uniformArray(key(1), 64 * 28 * 28, { min: -1, max: 1 });
 * const { images, labels } = augmentImages(pixels, [64, 28, 28, 1], { key: key(0), probability: 0.12 });
 * ```
 */
export function augmentImages(
  images: Float32Array,
  shape: readonly number[],
  options: AugmentImagesOptions,
): AugmentedImages {
  return augmentRows(images, shape, { ...options, rows: new Rows(shape[0]) });
}

/** The same for images that are some rows of a batch, moved as they are there. */
export function augmentRows(
  images: Float32Array,
  shape: readonly number[],
  { key, probability, rows }: AugmentImagesOptions & { rows: Rows },
): AugmentedImages {
  const [count, height, width, channels] = shape;
  const [chanceKey, uniformKey, normalKey] = split(key, 3);
  const chances = rows.of(uniformArray(chanceKey, 6 * rows.batch));
  const angles = rows.of(uniformArray(uniformKey, 2 * rows.batch, { min: -Math.PI, max: Math.PI }));
  const normals = rows.of(normalArray(normalKey, 4 * rows.batch));
  const moved = images.slice();
  const labels = new Float32Array(AUGMENTATION_LABELS * count);
  const size = height * width * channels;
  for (let n = 0; n < count; n++) {
    const on = Array.from(chances.subarray(6 * n, 6 * n + 6), (u) => (u < probability ? 1 : 0));
    if (!on.includes(1)) continue;
    const [a, stretch, right, down] = normals.subarray(4 * n, 4 * n + 4);
    const move: Move = {
      mirror: [on[0], on[1]],
      scale: on[2] * a,
      rotation: on[3] * angles[2 * n],
      stretch: [on[4] * stretch, on[4] * angles[2 * n + 1]],
      translation: [on[5] * right, on[5] * down],
    };
    const image = images.subarray(n * size, (n + 1) * size);
    moved.set(warp(image, [height, width, channels], sourceOf(move, width, height)), n * size);
    labels.set(labelsOf(move), AUGMENTATION_LABELS * n);
  }
  return { images: moved, labels };
}

/** What is done to an image; zeros are nothing. */
interface Move {
  mirror: [leftToRight: number, topToBottom: number];
  scale: number;
  rotation: number;
  stretch: [size: number, direction: number];
  translation: [right: number, down: number];
}

function labelsOf({ mirror, scale, rotation, stretch: [size, direction], translation }: Move): number[] {
  const turn = [Math.cos(rotation) - 1, Math.sin(rotation)];
  const [c, s] = [Math.cos(2 * direction), Math.sin(2 * direction)];
  return [...mirror, scale, ...turn, size * c, size * s, ...translation];
}

type Point = [x: number, y: number];

/** The place in the image that a pixel of the moved one shows: the moves undone, the last one first. From the centre, in pixels. */
function sourceOf(
  { mirror, scale, rotation, stretch: [size, direction], translation }: Move,
  width: number,
  height: number,
) {
  const shrink = 2 ** (-SCALE * scale);
  const along = 2 ** (-SCALE * size);
  return ([x, y]: Point): Point => {
    let p: Point = [x - TRANSLATION * translation[0] * width, y - TRANSLATION * translation[1] * height];
    p = turned(p, -direction);
    p = turned([p[0] * along, p[1] / along], direction);
    p = turned(p, -rotation);
    return [p[0] * shrink * (mirror[0] ? -1 : 1), p[1] * shrink * (mirror[1] ? -1 : 1)];
  };
}

const turned = ([x, y]: Point, angle: number): Point => {
  const [c, s] = [Math.cos(angle), Math.sin(angle)];
  return [c * x - s * y, s * x + c * y];
};

function warp(image: Float32Array, [height, width, channels]: number[], source: (p: Point) => Point): Float32Array {
  const result = new Float32Array(image.length);
  const [centreX, centreY] = [(width - 1) / 2, (height - 1) / 2];
  for (let row = 0; row < height; row++)
    for (let column = 0; column < width; column++) {
      const [x, y] = source([column - centreX, row - centreY]);
      const [atX, atY] = [x + centreX, y + centreY];
      const [left, top] = [Math.floor(atX), Math.floor(atY)];
      const [right, below] = [atX - left, atY - top];
      for (const [dx, dy, share] of [
        [0, 0, (1 - right) * (1 - below)],
        [1, 0, right * (1 - below)],
        [0, 1, (1 - right) * below],
        [1, 1, right * below],
      ]) {
        const from = (reflected(top + dy, height) * width + reflected(left + dx, width)) * channels;
        const to = (row * width + column) * channels;
        for (let c = 0; c < channels; c++) result[to + c] += share * image[from + c];
      }
    }
  return result;
}

/** The index in 0…size − 1 that a mirror at both borders shows at `index`: … 1 0 0 1 … n−1 n−1 … */
function reflected(index: number, size: number): number {
  const period = 2 * size;
  const folded = ((index % period) + period) % period;
  return folded < size ? folded : period - 1 - folded;
}

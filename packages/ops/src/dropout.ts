import * as tf from '@tensorflow/tfjs-core';
import { foldIn, type Key, key as newKey, split } from './random/key.ts';
import { permutation } from './random/permutation.ts';
import { randintArray } from './random/random-arrays.ts';

// Masks are computed on the device, since one for every activation of a training step is too much to draw on the host. Everything is
// arithmetic of whole numbers modulo a prime, whose products float32 holds exactly: every backend computes the same bits.

/** The largest prime whose square, and a little more, stays below 2^24. */
const PRIME = 4093;
/** Numbers in each vector of a seed. */
const LENGTH = 2048;
/** Vectors of a seed: three for each of two numbers per pixel, and one number per channel. */
const VECTORS = 7;

/** Some rows of a batch, whose masks are those of the whole. */
export interface DropoutPart {
  /** Rows of the whole batch. */
  batch: number;
  /** Numbers of the rows that are there. */
  rows: Int32Array;
}

/** Options of `dropout`. */
export interface DropoutOptions {
  /** Share of the values that become zero, from 0 up to but not including 1. */
  rate: number;
  /** Number of this use of the seed: uses of different numbers drop different values. @defaultValue 0 */
  stream?: number;
  /** Which rows of a larger batch `x` has. @defaultValue all */
  part?: DropoutPart;
}

/**
 * What the masks of one training step are computed from. A tensor, so that it can be an input of a compiled step.
 *
 * @returns [7, 2048] whole numbers as float32, owned by the caller.
 * @throws TypeError when `key` is not a key.
 * @example
 * ```ts
 * import { dropoutSeed, foldIn, key } from '@diffgan/ops';
 * const seed = dropoutSeed(foldIn(key(0), 12)); // of step 12
 * ```
 */
export function dropoutSeed(key: Key): tf.Tensor2D {
  const [forPixels, forChannels] = split(key);
  const values = new Float32Array(VECTORS * LENGTH);
  values.set(randintArray(forPixels, (VECTORS - 1) * LENGTH, 0, PRIME));
  // distinct, so that no two channels are always dropped together
  values.set(permutation(forChannels, PRIME).subarray(0, LENGTH), (VECTORS - 1) * LENGTH);
  return tf.tensor2d(values, [VECTORS, LENGTH]);
}

/**
 * Sets a random share of the values to zero and scales the others, so that the expectation stays (Srivastava et al. 2014). The same seed
 * and stream drop the same values on every backend; any two values are dropped independently of each other. Twice differentiable.
 *
 * @param x [B, …, C], up to 2048 channels; not disposed.
 * @param seed of `dropoutSeed`.
 * @returns a tensor of the shape of `x`, owned by the caller.
 * @throws RangeError when `rate`, `stream` or a shape is out of range.
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { dropout, dropoutSeed, key } from '@diffgan/ops';
 * const y = dropout(tf.ones([2, 8, 8, 16]), dropoutSeed(key(0)), { rate: 0.1 }); // 0 or 1.11
 * ```
 */
export function dropout<T extends tf.Tensor>(x: T, seed: tf.Tensor2D, { rate, stream = 0, part }: DropoutOptions): T {
  assertOptions(rate, stream);
  if (part && part.rows.length !== x.shape[0])
    throw new RangeError(`dropout: x has ${x.shape[0]} rows, and part.rows names ${part.rows.length}; name each row`);
  if (!tf.util.arraysEqual(seed.shape, [VECTORS, LENGTH]))
    throw new RangeError(`dropout: seed has shape [${seed.shape}]; make it with dropoutSeed(key)`);
  const threshold = Math.round(rate * PRIME);
  if (threshold === 0) return tf.clone(x);
  return tf.tidy(() => {
    const kept = tf.cast(tf.greaterEqual(randomNumbers(x.shape, streamOf(seed, stream), part), threshold), 'float32');
    return tf.mul<T>(x, tf.mul(kept, PRIME / (PRIME - threshold)));
  });
}

function assertOptions(rate: number, stream: number): void {
  if (!(rate >= 0 && rate < 1)) throw new RangeError(`dropout: rate is ${rate}, but must be at least 0 and below 1`);
  if (!Number.isInteger(stream) || stream < 0 || stream >= 2 ** 32)
    throw new RangeError(`dropout: stream is ${stream}, but must be a whole number from 0 to 2^32 - 1`);
}

/**
 * Whole numbers modulo a prime; the remainder may be off by one prime at its ends, which changes nothing that follows but a comparison
 * in one of 4093 cases. Products with a reciprocal are rounded alike everywhere, as quotients are not.
 */
const modulo = (x: tf.Tensor): tf.Tensor => tf.sub(x, tf.mul(tf.floor(tf.mul(x, Math.fround(1 / PRIME))), PRIME));

/** The seed with every vector changed by an affine function of its own. */
function streamOf(seed: tf.Tensor2D, stream: number): tf.Tensor[] {
  const [forFactors, forTerms] = split(foldIn(newKey(0), stream));
  const factors = randintArray(forFactors, VECTORS, 1, PRIME);
  const terms = randintArray(forTerms, VECTORS, 0, PRIME);
  const column = (values: Int32Array) => tf.tensor2d(Float32Array.from(values), [VECTORS, 1]);
  return tf.unstack(modulo(tf.add(tf.mul(seed, column(factors)), column(terms))));
}

/** A number from 0 to PRIME − 1 for every element: factor of the pixel · number of the channel + term of the pixel. */
function randomNumbers(shape: number[], vectors: tf.Tensor[], part?: DropoutPart): tf.Tensor {
  const [a, b, c, d, e, f, ofChannel] = vectors;
  const channels = shape[shape.length - 1];
  const ofPixel = part ? numbersOfPart(shape, part) : numbersOfAll(shape);
  const line = tf.mul(ofPixel([a, b, c]), tf.slice(ofChannel, 0, channels));
  return tf.reshape(modulo(tf.add(line, ofPixel([d, e, f]))), shape);
}

/** A number for every pixel, in a column, from three vectors. */
type PixelNumbers = (vectors: tf.Tensor[]) => tf.Tensor;

function numbersOfAll(shape: number[]): PixelNumbers {
  const [outer, inner] = pixelGrid(shape);
  return ([factor, number, term]: tf.Tensor[]) => {
    const [slope, offset] = [factor, term].map((vector) => tf.reshape(tf.slice(vector, 0, outer), [outer, 1]));
    const numbers = modulo(tf.add(tf.mul(slope, tf.slice(number, 0, inner)), offset));
    return tf.reshape(numbers, [outer * inner, 1]);
  };
}

/** The same for the pixels of some rows, each with the numbers that it has in the whole. */
function numbersOfPart([, ...shape]: number[], { batch, rows }: DropoutPart): PixelNumbers {
  const [, inner] = pixelGrid([batch, ...shape]);
  const size = tf.util.sizeFromShape(shape.slice(0, -1));
  const places = Array.from(rows, (row) => Array.from({ length: size }, (_, i) => row * size + i)).flat();
  const [outerOf, innerOf] = [places.map((place) => Math.floor(place / inner)), places.map((place) => place % inner)];
  const at = (vector: tf.Tensor, indices: number[]) => tf.gather(vector, tf.tensor1d(indices, 'int32'));
  return ([factor, number, term]) => {
    const numbers = modulo(tf.add(tf.mul(at(factor, outerOf), at(number, innerOf)), at(term, outerOf)));
    return tf.reshape(numbers, [places.length, 1]);
  };
}

/** The number of pixels of a batch as a product of two numbers that a seed has numbers for. */
function pixelGrid(shape: number[]): [outer: number, inner: number] {
  const channels = shape[shape.length - 1];
  const pixels = tf.util.sizeFromShape(shape.slice(0, -1));
  let inner = Math.min(LENGTH, pixels);
  while (pixels % inner !== 0) inner--;
  if (channels > LENGTH || pixels / inner > LENGTH)
    throw new RangeError(
      `dropout: x has shape [${shape}], but at most ${LENGTH} channels and ${LENGTH}² pixels in a batch can be told apart; use smaller batches`,
    );
  return [pixels / inner, inner];
}

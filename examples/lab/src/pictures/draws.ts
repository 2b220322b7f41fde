import * as tf from '@tensorflow/tfjs-core';
import { foldIn, type Key, key, normalArray, split } from '@diffgan/ops';

/** Every random number of some chains. */
export interface Draws {
  readonly xT: tf.Tensor4D;
  readonly latent: (t: number) => tf.Tensor;
  readonly noise: (t: number) => tf.Tensor;
}

type Shape = readonly [count: number, height: number, width: number, channels: number];

/** As the samplers have it: x_T is drawn as of step 0, which draws nothing else. */
const streams = { start: 0 };

/** The key of each picture of a seed, as of `diffgan sample`. */
export const keysOf = (seed: number, count: number): Key[] =>
  Array.from({ length: count }, (_, i) => foldIn(key(seed), i));

/**
 * The draws of a seed on the way to those of another: cos(λπ/2) a + sin(λπ/2) b of two standard normal draws is one again, for every λ.
 * x_T, the latents z and the noise of the steps take the same way, so that the pictures of both seeds are its ends.
 */
export function drawsBetween(
  [from, to]: readonly [from: number, to: number],
  share: number,
  { shape, latentDim }: { shape: Shape; latentDim: number },
): Draws {
  const [count, ...size] = shape;
  const ends = [
    { keys: keysOf(from, count), weight: share === 1 ? 0 : Math.cos((share * Math.PI) / 2) },
    { keys: keysOf(to, count), weight: Math.sin((share * Math.PI) / 2) },
  ].filter(({ weight }) => weight > 0);
  const mixed = <R extends tf.Rank>(of: readonly number[], derive: (key: Key) => Key): tf.Tensor<R> =>
    tf.tidy(() => {
      const parts = ends.map(({ keys, weight }) => tf.mul(weight, normalOf(keys.map(derive), of)));
      return parts.reduce((a, b) => tf.add(a, b)) as tf.Tensor<R>;
    });
  return {
    xT: mixed<tf.Rank.R4>(size, (k) => foldIn(k, streams.start)),
    latent: (t) => mixed([latentDim], (k) => split(foldIn(k, t))[0]),
    noise: (t) => mixed(size, (k) => split(foldIn(k, t))[1]),
  };
}

/** A draw of each key. */
function normalOf(keys: readonly Key[], shape: readonly number[]): tf.Tensor {
  const size = shape.reduce((a, b) => a * b);
  const values = new Float32Array(keys.length * size);
  keys.forEach((one, i) => values.set(normalArray(one, size), i * size));
  return tf.tensor(values, [keys.length, ...shape]);
}

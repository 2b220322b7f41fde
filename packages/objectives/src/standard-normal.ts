import type { Tensor } from '@tensorflow/tfjs-core';
import { type Key, key as newKey, normal } from '@diffgan/ops';
import { checkSameShape } from './check-batch.ts';

/** How a function that needs one standard normal draw gets it. */
export interface NoiseOptions {
  /** The draw itself, of the shape of the images. It is not disposed. */
  noise?: Tensor;
  /**
   * Key of the draw, used when `noise` is not given.
   * @defaultValue `key(0)`
   */
  key?: Key;
}

/** The given noise, its shape checked, or a draw of the shape of `x`. */
export function standardNormal(caller: string, x: Tensor, { noise, key = newKey(0) }: NoiseOptions): Tensor {
  if (!noise) return normal(key, x.shape);
  checkSameShape(caller, 'noise', noise, x);
  return noise;
}

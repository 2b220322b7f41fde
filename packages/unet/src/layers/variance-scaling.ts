import { type Key, uniformArray } from '@diffgan/ops';

/**
 * Uniform initial weights of variance `scale / mean(fanIn, fanOut)`, the initialiser of the DDPM and DDGAN networks; `scale` 0 gives
 * zeros, so that a residual branch starts as the identity.
 */
export function varianceScaling(
  key: Key,
  count: number,
  fans: { fanIn: number; fanOut: number; scale: number },
): Float32Array {
  const { fanIn, fanOut, scale } = fans;
  if (scale === 0) return new Float32Array(count);
  const limit = Math.sqrt((3 * scale) / ((fanIn + fanOut) / 2));
  return uniformArray(key, count, { min: -limit, max: limit });
}

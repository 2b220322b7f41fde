import type { backend_util } from '@tensorflow/tfjs-core';

/**
 * Calls `visit` for every pair of an input and an output pixel that a depthwise filter connects, with the offset of
 * their first channels and of the filter's entry for them.
 */
export function forEachDepthwisePair(
  sizes: backend_util.Conv2DInfo,
  visit: (input: number, output: number, entry: number) => void,
): void {
  const { batchSize, inHeight, inWidth, inChannels, outHeight, outWidth, outChannels, padInfo } = sizes;
  for (let b = 0; b < batchSize; b++)
    for (let oy = 0; oy < outHeight; oy++)
      for (let ox = 0; ox < outWidth; ox++)
        for (let ky = 0; ky < sizes.filterHeight; ky++) {
          const iy = oy * sizes.strideHeight - padInfo.top + ky;
          if (iy < 0 || iy >= inHeight) continue;
          for (let kx = 0; kx < sizes.filterWidth; kx++) {
            const ix = ox * sizes.strideWidth - padInfo.left + kx;
            if (ix < 0 || ix >= inWidth) continue;
            const input = ((b * inHeight + iy) * inWidth + ix) * inChannels;
            const output = ((b * outHeight + oy) * outWidth + ox) * outChannels;
            visit(input, output, (ky * sizes.filterWidth + kx) * outChannels);
          }
        }
}

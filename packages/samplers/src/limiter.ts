import type { Tensor } from '@tensorflow/tfjs-core';
import { clipToImages } from '@diffgan/objectives';
import type { Clip } from './sampler-options.ts';

/** What `clip` does to x̂_0, if anything. */
export function limiter(clip: Clip): ((x0: Tensor) => Tensor) | undefined {
  if (typeof clip === 'function') return clip;
  return clip ? clipToImages : undefined;
}

import { foldIn, key } from '@diffgan/ops';
import { streams } from './streams.ts';

/**
 * Keys of the streams of random numbers of a run.
 *
 * @example
 * ```ts
 * const { training, samples } = keysOf(0);
 * ```
 */
export const keysOf = (seed: number) => {
  const of = (stream: keyof typeof streams.seed) => foldIn(key(seed), streams.seed[stream]);
  return {
    training: of('training'),
    generator: of('generator'),
    denoiser: of('denoiser'),
    classifier: of('classifier'),
    critic: of('critic'),
    samples: of('samples'),
    noise: of('noise'),
    gamma: of('gamma'),
    fake: of('fake'),
  };
};

import { foldIn, key } from '@diffgan/ops';

/** Keys of the streams of random numbers of a run. */
export const keysOf = (seed: number) => {
  const root = key(seed);
  return {
    training: foldIn(root, 0),
    generator: foldIn(root, 1),
    denoiser: foldIn(root, 1),
    classifier: foldIn(root, 1),
    critic: foldIn(root, 2),
    samples: foldIn(root, 3),
    noise: foldIn(root, 4),
    gamma: foldIn(root, 5),
  };
};

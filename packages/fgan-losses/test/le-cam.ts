import * as tf from '@tensorflow/tfjs-core';
import { type DivergenceOptions, logRatioDivergence } from '@diffgan/fgan-losses';

/** The Vincze–Le Cam divergence ∫(q − p)²/(q + p), as a user would define it. */
export const leCam = (options?: DivergenceOptions) =>
  logRatioDivergence(
    {
      name: 'leCam',
      f: (u) => (u - 1) ** 2 / (u + 1),
      fPrime: (u) => 1 - 4 / (u + 1) ** 2,
      tensor: {
        f: (u) => tf.div(tf.square(tf.sub(u, 1)), tf.add(u, 1)),
        fPrime: (u) => tf.sub(1, tf.square(tf.div(2, tf.add(u, 1)))),
      },
    },
    options,
  );

import * as tf from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { foldIn, key, normal } from '@diffgan/ops';

/** Moves every weight a little, by `scale` times a normal number: a fresh network has layers that are zero, which equal others too easily and which a graph may leave out. */
export function moveWeights(model: LayersModel, scale = 0.02): void {
  model.weights.forEach((weight, i) =>
    tf.tidy(() => {
      const shift = tf.mul(scale, normal(foldIn(key(2), i), weight.shape as number[]));
      weight.write(tf.add(weight.read(), shift));
    }),
  );
}

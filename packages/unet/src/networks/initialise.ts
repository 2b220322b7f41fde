import * as tf from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { foldIn, type Key } from '@diffgan/ops';
import { isInitialised } from '../layers/configured-layer.ts';
import { weightShape } from '../layers/weight.ts';

/**
 * Draws the initial weights of a model: the i-th layer from `foldIn(key, i)`, so that equal configurations and keys give equal weights
 * on every backend.
 */
export function initialise(model: LayersModel, key: Key): void {
  model.layers.filter(isInitialised).forEach((layer, i) => {
    const values = layer.drawWeights(foldIn(key, i));
    tf.tidy(() => layer.setWeights(values.map((v, j) => tf.tensor(v, weightShape(layer.weights[j])))));
  });
}

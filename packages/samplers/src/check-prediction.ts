import type { Tensor } from '@tensorflow/tfjs-core';

/** Throws unless a network's output has the shape of its input x_t. */
export function checkPrediction(caller: string, prediction: Tensor, xt: Tensor): void {
  if (prediction.rank !== xt.rank || prediction.shape.some((size, i) => size !== xt.shape[i]))
    throw new RangeError(
      `${caller}: the network returned shape [${prediction.shape}] for an x_t of shape [${xt.shape}]; they must be equal`,
    );
}

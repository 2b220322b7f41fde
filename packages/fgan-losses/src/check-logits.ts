import type { Tensor } from '@tensorflow/tfjs-core';

/** Throws unless all logits have one shape `[B]`: `[B, 1]` against `[B]` would broadcast to `[B, B]`. */
export function checkLogits(caller: string, ...logits: Tensor[]): void {
  if (logits.every((v) => v.rank === 1 && v.size === logits[0].size)) return;
  const shapes = logits.map((v) => `[${v.shape}]`).join(' and ');
  throw new RangeError(`${caller}: the logits have shape ${shapes}; pass one logit per example, reshaped to [B]`);
}

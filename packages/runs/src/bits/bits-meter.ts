import type { Tensor4D } from '@tensorflow/tfjs-core';
import type { Key } from '@diffgan/ops';

/** The bound on the negative log-likelihood of each image of a batch, in nats. */
export interface BatchNats {
  /** By part of the bound: a number for each image. */
  readonly parts: Readonly<Record<string, readonly number[]>>;
  /** Of a DDPM: L_0, L_1, …, L_{T−1}, each summed over the images. */
  readonly terms?: readonly number[];
  /** Of a VDM: the variance of single estimates of the diffusion part within the batch, in nats squared, times the images. */
  readonly squares?: number;
}

/** How a batch is measured. */
export interface MeterOptions {
  /** Of all noise. */
  readonly key: Key;
  readonly signal?: AbortSignal;
  /** Called with the share of the batch that is done. */
  readonly onStep?: (share: number) => void;
}

/** Measures images with a trained model. */
export interface BitsMeter {
  /** @param x0 `[B, H, W, C]` on the grey levels in [−1, 1]; not disposed. */
  measure(x0: Tensor4D, options: MeterOptions): Promise<BatchNats>;
  dispose(): void;
}

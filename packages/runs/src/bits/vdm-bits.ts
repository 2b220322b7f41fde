import * as tf from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { type Gamma, vdmLoss } from '@diffgan/objectives';
import { callModel, foldIn } from '@diffgan/ops';
import { compile, type Compiled } from '@diffgan/runtime';
import type { BatchNats, BitsMeter, MeterOptions } from './bits-meter.ts';

/** Options of {@link VdmBits}. */
export interface VdmBitsOptions {
  /** Grey levels of a pixel. */
  readonly levels: number;
  /** T of a discrete chain. @defaultValue continuous time */
  readonly steps?: number;
  /** How many times the bound is estimated, each at one time per image. */
  readonly times: number;
}

const names = ['prior', 'reconstruction', 'diffusion'] as const;

/** The bound of a variational diffusion model, the mean of several estimates (Kingma et al. 2021, eq. 10 and section 4). */
export class VdmBits implements BitsMeter {
  readonly #network: Compiled<tf.Tensor[], tf.Tensor>;

  /** @param model stays the caller's, as does `gamma`. */
  constructor(
    model: LayersModel,
    readonly gamma: Gamma,
    readonly options: VdmBitsOptions,
  ) {
    this.#network = compile((...inputs: tf.Tensor[]) => callModel(model, inputs), { variables: 'constant' });
  }

  async measure(x0: tf.Tensor4D, { key, signal, onStep }: MeterOptions): Promise<BatchNats> {
    const { levels, steps, times } = this.options;
    // Pixels as they were trained on: level k of 256 is the middle of its bin.
    const shrunk = tf.tidy(() => tf.mul(x0, (levels - 1) / levels));
    const parts = Object.fromEntries(names.map((name) => [name, new Array<number>(x0.shape[0]).fill(0)]));
    let squares = 0;
    try {
      for (let i = 0; i < times; i++) {
        signal?.throwIfAborted();
        const loss = vdmLoss((...inputs) => this.#network(...inputs), this.gamma, shrunk, {
          ...{ levels, key: foldIn(key, i) },
          ...(steps !== undefined && { steps }),
        });
        for (const name of names) {
          const nats = await loss[name].data<'float32'>();
          nats.forEach((value, at) => (parts[name][at] += value / times));
          if (name === 'diffusion') squares += squaresOf(nats) / times;
        }
        tf.dispose([loss.prior, loss.reconstruction, loss.diffusion]);
        onStep?.((i + 1) / times);
      }
      return { parts, squares };
    } finally {
      shrunk.dispose();
    }
  }

  dispose(): void {
    this.#network.dispose();
  }
}

/** The sum of squared distances from the mean. */
function squaresOf(values: Float32Array): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
}

import type * as tf from '@tensorflow/tfjs-core';
import { type BoundOptions, priorKl, vlbTerm } from '@diffgan/objectives';
import { callModel, foldIn, type Model } from '@diffgan/ops';
import { compile, type Compiled } from '@diffgan/runtime';
import type { NoiseSchedule } from '@diffgan/schedule';
import type { BatchNats, BitsMeter, MeterOptions } from './bits-meter.ts';

/**
 * The variational bound of a DDPM, all of its T terms: prior L_T, rate L_1 + … + L_{T−1}, and distortion L_0, the cost of the image itself
 * given x_1 (Ho, Jain, Abbeel 2020, eq. 5 and section 4.3, whose rate includes L_T).
 */
export class DdpmBits implements BitsMeter {
  readonly #network: Compiled<tf.Tensor[], tf.Tensor>;

  /** @param model stays the caller's. */
  constructor(
    model: Model,
    readonly schedule: NoiseSchedule,
    readonly options: Pick<BoundOptions, 'predicts' | 'variance' | 'clip'>,
  ) {
    this.#network = compile((...inputs: tf.Tensor[]) => callModel(model, inputs), { variables: 'constant' });
  }

  async measure(x0: tf.Tensor4D, { key, signal, onStep }: MeterOptions): Promise<BatchNats> {
    const { steps } = this.schedule;
    const rate = new Array<number>(x0.shape[0]).fill(0);
    const terms: number[] = [];
    let distortion: readonly number[] = [];
    for (let t = 1; t <= steps; t++) {
      signal?.throwIfAborted();
      const nats = await numbersOf(this.#term(x0, t, foldIn(key, t)));
      terms.push(sumOf(nats));
      if (t === 1) distortion = nats;
      else nats.forEach((value, i) => (rate[i] += value));
      onStep?.(t / steps);
    }
    const prior = await numbersOf(priorKl(this.schedule, x0));
    return { parts: { prior, rate, distortion }, terms };
  }

  #term(x0: tf.Tensor4D, t: number, key: MeterOptions['key']): tf.Tensor1D {
    const steps = new Array<number>(x0.shape[0]).fill(t);
    return vlbTerm((...inputs) => this.#network(...inputs), this.schedule, x0, { ...this.options, t: steps, key });
  }

  dispose(): void {
    this.#network.dispose();
  }
}

const sumOf = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0);

/** The numbers of a tensor, which is disposed. */
async function numbersOf(tensor: tf.Tensor): Promise<number[]> {
  try {
    return Array.from(await tensor.data<'float32'>());
  } finally {
    tensor.dispose();
  }
}

import * as tf from '@tensorflow/tfjs-core';
import { samplePosterior } from '@diffgan/objectives';
import { gather } from '@diffgan/ops';
import type { NoiseSchedule } from '@diffgan/schedule';
import type { ConditionedNetwork, ConditionInputs } from './conditions.ts';

/** All that is random in the samples of a student, besides what its network is told. */
export type StudentDraw = {
  /** Noise that each row starts from, [B, …]. */
  xT: tf.Tensor;
  /** The latent of the call that counts, [B, latentDim]. */
  z: tf.Tensor;
  /** Latents of the calls before it, one row after another; absent where T is 1. */
  chainZ?: tf.Tensor;
  /** Posterior noise of those calls. */
  chainNoise?: tf.Tensor;
};

/** Rows of a batch that reach step t: the first B/T start at T, the next take one call to come to T − 1, and so on. */
export const stepOfRow = (row: number, batch: number, steps: number): number =>
  steps - Math.floor((row * steps) / batch);

/** Calls that come before those that count, in a batch. */
export const earlierCalls = (batch: number, steps: number): number => (batch * (steps - 1)) / 2;

/**
 * A denoising diffusion GAN's generator seen as what it draws: x̂0 at each of its steps t = T…1 from an x_t that it came to itself, as its
 * sampler would. So it learns on what it will meet, not on diffused data (Yin et al. 2024, arXiv:2405.14867, section 4.5, which
 * calls it backward simulation), and needs no data.
 */
export class Student {
  constructor(
    readonly network: ConditionedNetwork,
    readonly schedule: NoiseSchedule,
  ) {}

  /** x_t of every row, t as `stepOfRow` says. */
  inputs({ xT, chainZ, chainNoise }: StudentDraw, conditions: ConditionInputs): tf.Tensor {
    const { steps } = this.schedule;
    const [batch] = xT.shape;
    const share = batch / steps;
    const reached: tf.Tensor[] = [];
    let [x, used] = [xT, 0];
    for (let t = steps; t > 1; t--) {
      const rest = x.shape[0] - share;
      reached.push(rows(x, 0, share));
      const [xt, z, noise] = [rows(x, share, rest), rows(chainZ!, used, rest), rows(chainNoise!, used, rest)];
      const ofStep = new Int32Array(rest).fill(t);
      const x0 = this.#call(xt, z, ofStep, lastRows(conditions, batch, rest));
      x = samplePosterior(this.schedule, x0, ofStep, { xt, noise });
      used += rest;
    }
    return tf.concat([...reached, x]);
  }

  /** x̂0 of every row from its x_t. */
  denoise(xt: tf.Tensor, { z }: StudentDraw, conditions: ConditionInputs, training = true): tf.Tensor {
    const [batch] = xt.shape;
    const t = Int32Array.from({ length: batch }, (_, row) => stepOfRow(row, batch, this.schedule.steps));
    return this.#call(xt, z, t, conditions, training);
  }

  #call(xt: tf.Tensor, z: tf.Tensor, t: Int32Array, conditions: ConditionInputs, training = false): tf.Tensor {
    return this.network.call([xt, z, gather(this.schedule.positions, t, 1)], conditions, training);
  }
}

const rows = (x: tf.Tensor, from: number, count: number): tf.Tensor =>
  tf.slice(x, [from, ...x.shape.slice(1).map(() => 0)], [count, ...x.shape.slice(1)]);

/** What the last `count` rows are told. */
function lastRows({ label, augmentation }: ConditionInputs, batch: number, count: number): ConditionInputs {
  const of = (tensor: tf.Tensor) => rows(tensor, batch - count, count);
  return { ...(label && { label: of(label) }), ...(augmentation && { augmentation: of(augmentation) }) };
}

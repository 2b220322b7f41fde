import type { Tensor1D } from '@tensorflow/tfjs-core';

/** The losses of critic and generator, both minimised, on critic logits: a larger logit means more real. */
export interface LossPair {
  /** The name that `adversarialLoss` knows it by. */
  readonly name: string;
  /** Whether each sample is compared with an example of the data, so that the generator's loss depends on the logits of both. */
  readonly relativistic: boolean;
  /**
   * What the critic minimises, per example.
   * @param real logits `[B]` of data; not disposed
   * @param fake logits `[B]` of samples; not disposed
   * @returns `[B]`; the caller disposes it
   * @throws RangeError if the logits are not of one shape `[B]`
   */
  readonly criticLoss: (real: Tensor1D, fake: Tensor1D) => Tensor1D;
  /**
   * What the generator minimises, per example.
   * @param fake logits `[B]` of samples; not disposed
   * @param real logits `[B]` of the data that they are compared with; not disposed
   * @returns `[B]`; the caller disposes it
   * @throws RangeError if the logits are not of one shape `[B]`
   */
  readonly generatorLoss: (fake: Tensor1D, real: Tensor1D) => Tensor1D;
}

/** A pair of losses whose generator is judged by its samples alone. */
export interface AdversarialLoss extends LossPair {
  readonly relativistic: false;
  /**
   * What the generator minimises, per example.
   * @param fake logits `[B]` of samples; not disposed
   * @returns `[B]`; the caller disposes it
   * @throws RangeError if the logits are not of shape `[B]`
   */
  readonly generatorLoss: (fake: Tensor1D) => Tensor1D;
}

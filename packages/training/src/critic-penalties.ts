import * as tf from '@tensorflow/tfjs-core';
import { gradientPenalty, lazyWeight, r1Penalty } from '@diffgan/fgan-losses';

/** How often a penalty of the critic is evaluated, and how much it then counts. */
export interface PenaltyInterval {
  /** Updates of the critic from one evaluation to the next. @defaultValue 1 */
  every?: number;
  /** Whether it then counts `every` times. @defaultValue `false` */
  scale?: boolean;
}

/** R1 on data, or R2 on samples: the weight γ of γ/2 times the squared slope. */
export interface SlopePenalty extends PenaltyInterval {
  gamma: number;
}

/** The gradient penalty between data and samples: its weight and the slope it asks for. */
export interface GradientPenalty extends PenaltyInterval {
  lambda: number;
  /** @defaultValue 1 */
  target?: number;
  /** Whether only steeper slopes cost. @defaultValue `false` */
  oneSided?: boolean;
}

/** The penalties of a run, by name; those without weight are left out. */
export interface CriticPenalties {
  r1?: SlopePenalty;
  r2?: SlopePenalty;
  gradientPenalty?: GradientPenalty;
}

/** What penalties are taken at: pairs of x_{t−1}, and the shares of the data in their mixtures `[B]`. */
export interface PenaltyInputs {
  real: tf.Tensor;
  fake: tf.Tensor;
  u: tf.Tensor1D;
}

type Critic = (xPrev: tf.Tensor) => tf.Tensor;
type Penalty = (critic: Critic, inputs: PenaltyInputs) => tf.Tensor1D;

/** A penalty on the slope of the critic, which some of its updates have. */
export interface CriticPenalty {
  name: keyof CriticPenalties;
  /** Updates from one that has it to the next, from the first one on. */
  every: number;
  /** Its mean, as often as it is to count. */
  value(critic: Critic, inputs: PenaltyInputs): tf.Scalar;
}

/** The penalties with a weight. */
export function criticPenalties({ r1, r2, gradientPenalty: slope }: CriticPenalties): CriticPenalty[] {
  const penalties: CriticPenalty[] = [];
  const add = (name: keyof CriticPenalties, { every = 1, scale = false }: PenaltyInterval, penalty: Penalty) =>
    penalties.push({
      ...{ name, every },
      value: (critic, inputs) => tf.mul(lazyWeight(0, { every, scale }), tf.mean(penalty(critic, inputs))),
    });
  if (r1) add('r1', r1, (critic, { real }) => r1Penalty(critic, real, r1));
  if (r2) add('r2', r2, (critic, { fake }) => r1Penalty(critic, fake, r2));
  if (slope)
    add('gradientPenalty', slope, (critic, { real, fake, u }) => gradientPenalty(critic, real, fake, { ...slope, u }));
  return penalties;
}

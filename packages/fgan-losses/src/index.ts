/**
 * f-divergences, adversarial losses and gradient penalties.
 *
 * @module @diffgan/fgan-losses
 */
export {
  adversarialLoss,
  type AdversarialLossName,
  type AdversarialLossOptions,
  type RelativisticLossName,
} from './adversarial-loss.ts';
export type { ConvexFunction } from './convex-function.ts';
export { divergence, divergenceNames, type Divergence, type DivergenceName } from './divergence.ts';
export {
  type DistillationDivergence,
  distillationWeight,
  type DistillationWeightOptions,
} from './distillation-weight.ts';
export { gradientPenalty, type GradientPenaltyOptions } from './gradient-penalty.ts';
export { lazyWeight, type LazyWeightOptions } from './lazy-weight.ts';
export { logRatioDivergence, type SmoothConvexFunction } from './log-ratio-divergence.ts';
export type { AdversarialLoss, LossPair } from './loss-pair.ts';
export { r1Penalty, type R1PenaltyOptions } from './r1-penalty.ts';
export type { SlopeOptions } from './squared-slope.ts';
export type { DivergenceOptions } from './variational-losses.ts';

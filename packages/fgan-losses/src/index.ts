/**
 * Adversarial losses and gradient penalties.
 *
 * @module @diffgan/fgan-losses
 */
export { adversarialLoss, type AdversarialLoss, type AdversarialLossName } from './adversarial-loss.ts';
export { r1Penalty, type R1PenaltyOptions } from './r1-penalty.ts';

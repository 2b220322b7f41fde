import type { CriticAuc } from './critic-auc.ts';

/** Options of steps drawn by what the critic can tell. */
export interface AucTimestepsOptions {
  /** By what the critic can tell. */
  by: 'auc';
  /** Share of uniform draws, so that no step is ever forgotten. @defaultValue 0.25 */
  uniform?: number;
}

/**
 * Probabilities of the steps, by what there is to learn at them: in proportion to (2·AUC − 1)(2 − 2·AUC), which is 0 at chance, where the
 * critic has nothing to teach, 0 again where it is always right, and largest at ¾; mixed with uniform draws.
 *
 * @param auc of every step; undefined counts as ¾: what was not seen yet may be worth it.
 */
export function aucProbabilities(auc: CriticAuc['values'], uniform: number): Float64Array {
  const signals = auc.map((value = 0.75) => Math.max(0, (2 * value - 1) * (2 - 2 * value)));
  const total = signals.reduce((a, b) => a + b, 0);
  const equal = 1 / auc.length;
  return Float64Array.from(signals, (signal) =>
    total > 0 ? ((1 - uniform) * signal) / total + uniform * equal : equal,
  );
}

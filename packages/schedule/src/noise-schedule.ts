/**
 * A discrete noise schedule q(x_t | x_{t−1}) = N(√(1−β_t) x_{t−1}, β_t I) for t = 1…T, and everything derived from it.
 *
 * Every array has length `steps` and stores step t at index t − 1. The object is frozen; JavaScript cannot freeze the elements
 * of a typed array, so treat them as read-only: all packages share the arrays of a schedule without copying.
 */
export interface NoiseSchedule {
  /** How the schedule was made: `'linear'`, `'vp'`, … or the name given to {@link scheduleFromBetas}. */
  readonly name: string;
  /** T, the number of steps. */
  readonly steps: number;
  /**
   * What the network receives for step t: t − 1, as published checkpoints expect; after {@link respace} that of the original, after
   * {@link rescalePositions} fractions.
   */
  readonly positions: Int32Array | Float64Array;
  /** Where the steps come from, if {@link respace} chose them among more. */
  readonly thinned?: ThinnedFrom;
  /** β_t, variance of one forward step, in (0, 1); β_T is 1 after {@link rescaleZeroTerminalSnr}. */
  readonly beta: Float64Array;
  /** α_t = 1 − β_t. */
  readonly alpha: Float64Array;
  /** ᾱ_t = ∏_{s≤t} α_s, the share of the data's variance left in x_t; strictly decreasing. */
  readonly alphaBar: Float64Array;
  /** ᾱ_{t−1}, with ᾱ_0 = 1 at index 0. */
  readonly alphaBarPrev: Float64Array;
  /** 1 − ᾱ_t, the noise variance of x_t, without the cancellation of `1 - alphaBar`. */
  readonly oneMinusAlphaBar: Float64Array;
  /** ᾱ_t / (1 − ᾱ_t), the signal-to-noise ratio; strictly decreasing, 0 at T if β_T is 1. */
  readonly snr: Float64Array;
  /** γ_t = −log SNR_t; strictly increasing, ∞ at T if β_T is 1. */
  readonly gamma: Float64Array;
  /** β̃_t = β_t (1 − ᾱ_{t−1}) / (1 − ᾱ_t), variance of q(x_{t−1} | x_t, x_0); 0 at t = 1. */
  readonly betaTilde: Float64Array;
  /** log β̃_t with the −∞ of t = 1 replaced by the value of t = 2 (log 1e-20 if T = 1). */
  readonly logBetaTildeClipped: Float64Array;
  /** log β_t, but log β̃_2 at t = 1, which gives the decoder a better likelihood (log 1e-20 if T = 1). */
  readonly logVarLarge: Float64Array;
  /** c1_t = √ᾱ_{t−1} β_t / (1 − ᾱ_t), the weight of x_0 in the posterior mean; 1 at t = 1. */
  readonly posteriorX0: Float64Array;
  /** c2_t = √α_t (1 − ᾱ_{t−1}) / (1 − ᾱ_t), the weight of x_t in the posterior mean; 0 at t = 1. */
  readonly posteriorXt: Float64Array;
}

/** What {@link respace} thinned out. */
export interface ThinnedFrom {
  /** The schedule with all steps: it knows the noise levels between those kept. */
  readonly schedule: NoiseSchedule;
  /** Whether only a number of steps was asked for, so that a solver with a better grid of as many steps may take that. */
  readonly byCount: boolean;
}

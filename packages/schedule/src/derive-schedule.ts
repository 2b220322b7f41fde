import type { NoiseSchedule, ThinnedFrom } from './noise-schedule.ts';

/** Stands in for log 0 where a chain has one step and no β̃_2 to borrow. */
const LOG_TINY = Math.log(1e-20);

/** What {@link deriveSchedule} need not work out. */
interface Known {
  positions?: Int32Array | Float64Array;
  thinned?: ThinnedFrom;
  /** log α_t, where it is known better than as log1p(−β_t). */
  logAlpha?: Float64Array;
}

/** The schedule with the given variances, which are kept, not copied: in (0, 1), or 1 at the last step. */
export function deriveSchedule(name: string, beta: Float64Array, known: Known = {}): NoiseSchedule {
  const { positions, thinned, logAlpha } = known;
  const alpha = logAlpha ? logAlpha.map(Math.exp) : beta.map((b) => 1 - b);
  // Sums of log1p and expm1 keep the digits of β that products of 1 − β lose at small t.
  const logAlphaBar = cumulativeSum(logAlpha ?? beta.map((b) => Math.log1p(-b)));
  const alphaBar = logAlphaBar.map(Math.exp);
  const oneMinusAlphaBar = logAlphaBar.map((l) => -Math.expm1(l));
  oneMinusAlphaBar[0] = beta[0]; // so that c1 is exactly 1 at t = 1
  const alphaBarPrev = delayed(alphaBar, 1);
  const oneMinusAlphaBarPrev = delayed(oneMinusAlphaBar, 0);
  // The quotient first: it never exceeds 1, so that rounding cannot lift β̃ above β.
  const betaTilde = beta.map((b, i) => b * (oneMinusAlphaBarPrev[i] / oneMinusAlphaBar[i]));
  const logFirst = beta.length > 1 ? Math.log(betaTilde[1]) : LOG_TINY;
  return Object.freeze({
    name,
    steps: beta.length,
    positions: positions ?? Int32Array.from(beta, (_, i) => i),
    ...(thinned && { thinned }),
    beta,
    alpha,
    alphaBar,
    alphaBarPrev,
    oneMinusAlphaBar,
    snr: alphaBar.map((a, i) => a / oneMinusAlphaBar[i]),
    gamma: oneMinusAlphaBar.map((v, i) => Math.log(v) - logAlphaBar[i]),
    betaTilde,
    logBetaTildeClipped: betaTilde.map((b, i) => (i === 0 ? logFirst : Math.log(b))),
    logVarLarge: beta.map((b, i) => (i === 0 ? logFirst : Math.log(b))),
    posteriorX0: beta.map((b, i) => (Math.sqrt(alphaBarPrev[i]) * b) / oneMinusAlphaBar[i]),
    posteriorXt: alpha.map((a, i) => (Math.sqrt(a) * oneMinusAlphaBarPrev[i]) / oneMinusAlphaBar[i]),
  });
}

function cumulativeSum(values: Float64Array): Float64Array {
  let sum = 0;
  return values.map((v) => (sum += v));
}

/** The array one step earlier: entry t holds the value of t − 1, entry 1 holds `first`. */
function delayed(values: Float64Array, first: number): Float64Array {
  return values.map((_, i) => (i === 0 ? first : values[i - 1]));
}

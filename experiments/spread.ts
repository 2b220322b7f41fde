/** A value with its spread. */
export interface Spread {
  readonly mean: number;
  /** Standard deviation over seeds, or of the measurement itself where there is one seed; 0 if that is not known. */
  readonly deviation: number;
  /** Over how many seeds. */
  readonly seeds: number;
}

/**
 * The mean of a value over seeds with its standard deviation (of n − 1), or the one value with the standard deviation that its measurement
 * tells.
 */
export function spreadOf(values: readonly number[], ofOne: readonly number[] = []): Spread | undefined {
  const seeds = values.length;
  if (seeds === 0) return undefined;
  const mean = values.reduce((sum, value) => sum + value, 0) / seeds;
  if (seeds === 1) return { mean, deviation: ofOne[0] ?? 0, seeds };
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, deviation: Math.sqrt(squares / (seeds - 1)), seeds };
}

/** `12.3 ± 0.4`, or `–` for what is not there. */
export function formatSpread(spread: Spread | undefined, digits = 1): string {
  if (spread === undefined) return '–';
  const { mean, deviation } = spread;
  return deviation > 0 ? `${mean.toFixed(digits)} ± ${deviation.toFixed(digits)}` : mean.toFixed(digits);
}

/** How far apart two values are, and whether that is more than twice what the spread of both makes likely. */
export function compare(a: Spread, b: Spread): { difference: number; deviation: number; clear: boolean } {
  const difference = b.mean - a.mean;
  const deviation = Math.hypot(a.deviation, b.deviation);
  return { difference, deviation, clear: Math.abs(difference) > 2 * deviation };
}

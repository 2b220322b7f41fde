/**
 * The middle value, or the mean of the two in the middle.
 *
 * @throws RangeError when there are no values.
 * @example
 * ```ts
 * median([3, 1, 2]); // 2
 * ```
 */
export function median(values: readonly number[]): number {
  if (values.length === 0) throw new RangeError('median: there are no values');
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}

/**
 * Median of a_i / b_i, where a_i and b_i were measured right after one another: what slows the machine for a while slows both and
 * cancels. Below 1, a is faster. Surplus values of the longer list are not used.
 *
 * @throws RangeError when there is no pair.
 * @example
 * ```ts
 * pairedRatio([2, 20, 3], [4, 40, 6]); // 0.5
 * ```
 */
export function pairedRatio(a: readonly number[], b: readonly number[]): number {
  const pairs = Math.min(a.length, b.length);
  return median(a.slice(0, pairs).map((value, i) => value / b[i]));
}

/**
 * Largest |a_i − b_i| relative to the largest |b_i|: what "equal to 1e-4" means for whole arrays, whose small values are sums of
 * large ones.
 *
 * @throws RangeError when the lengths differ.
 * @example
 * ```ts
 * largestDifference([1, 2.5], [1, 2]); // 0.25
 * ```
 */
export function largestDifference(a: readonly number[], b: readonly number[]): number {
  if (a.length !== b.length) throw new RangeError(`largestDifference: lengths ${a.length} and ${b.length} differ`);
  const scale = b.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const off = a.reduce((most, value, i) => Math.max(most, Math.abs(value - b[i])), 0);
  return off === 0 ? 0 : off / scale;
}

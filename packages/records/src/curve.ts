/** Values in the course of something, from left to right. */
export type Curve = readonly (readonly [x: number, y: number])[];

/**
 * The curve with `most` points at most: of each stretch the lowest and the highest, so that no peak is lost.
 *
 * @example
 * ```ts
 * thinned([[0, 1], [1, 9], [2, 2], [3, 4]], 2); // [[0, 1], [1, 9]]
 * ```
 */
export function thinned(curve: Curve, most: number): Curve {
  if (curve.length <= most) return curve;
  return stretches(curve, Math.floor(most / 2)).flatMap((part) => {
    let [low, high] = [0, 0];
    part.forEach(([, y], i) => {
      if (y < part[low][1]) low = i;
      if (y > part[high][1]) high = i;
    });
    return low === high ? [part[low]] : [part[Math.min(low, high)], part[Math.max(low, high)]];
  });
}

/**
 * Means of `most` stretches of the curve: the trend of a noisy one.
 *
 * @example
 * ```ts
 * smoothed([[0, 1], [1, 3], [2, 5], [3, 7]], 2); // [[0.5, 2], [2.5, 6]]
 * ```
 */
export const smoothed = (curve: Curve, most: number): Curve =>
  stretches(curve, Math.min(most, curve.length)).map((part) => {
    const [x, y] = part.reduce(([a, b], [x, y]) => [a + x / part.length, b + y / part.length], [0, 0]);
    return [x, y];
  });

/**
 * The range of the values without the most extreme hundredth of many, so that a spike does not make the rest flat.
 *
 * @example
 * ```ts
 * middleOf([3, 1, 2]); // [1, 3]
 * ```
 */
export function middleOf(values: readonly number[]): [least: number, most: number] {
  const sorted = Float64Array.from(values).sort();
  const cut = values.length > 200 ? Math.ceil(values.length / 200) : 0;
  return [sorted[cut], sorted[sorted.length - 1 - cut]];
}

const stretches = (curve: Curve, count: number): Curve[] =>
  Array.from({ length: count }, (_, i) =>
    curve.slice(Math.floor((i * curve.length) / count), Math.floor(((i + 1) * curve.length) / count)),
  );

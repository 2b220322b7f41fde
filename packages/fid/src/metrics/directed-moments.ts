/** Result of {@link directedMoments}. */
export interface DirectedMoments {
  /** Mean in the direction. */
  mean: number;
  /** Standard deviation in the direction. */
  along: number;
  /** Root mean square of the distance from the line through the origin in the direction. */
  across: number;
}

/**
 * How far points of the plane lie in a direction, and how they spread along it and across: what guidance towards a class that lies in that
 * direction changes.
 *
 * @param points `[x, y]`, at least one
 * @param direction of length 1
 * @param weights of the points, at least 0, need not sum to 1; all alike unless told. With the values of a density on the points of a grid
 *   these are the moments of the density by quadrature.
 * @example
 * ```ts
 * directedMoments([[1, 0], [3, 0], [2, 1]], [1, 0]); // mean 2, along √(2/3), across √(1/3)
 * ```
 */
export function directedMoments(
  points: readonly (readonly [x: number, y: number])[],
  [ux, uy]: readonly number[],
  weights?: ArrayLike<number>,
): DirectedMoments {
  let total = 0;
  for (let i = 0; i < points.length; i++) total += weights?.[i] ?? 1;
  const average = (of: (x: number, y: number) => number) =>
    points.reduce((sum, [x, y], i) => sum + (weights?.[i] ?? 1) * of(x, y), 0) / total;
  const mean = average((x, y) => x * ux + y * uy);
  return {
    mean,
    along: Math.sqrt(average((x, y) => (x * ux + y * uy - mean) ** 2)),
    across: Math.sqrt(average((x, y) => (y * ux - x * uy) ** 2)),
  };
}

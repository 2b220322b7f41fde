/** A score of so many images. */
export interface FidPoint {
  readonly n: number;
  readonly value: number;
}

/** The least-squares line value = intercept + slope / n. */
export function extrapolateFid(points: readonly FidPoint[]): { intercept: number; slope: number } {
  const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [x, y] = [mean(points.map(({ n }) => 1 / n)), mean(points.map(({ value }) => value))];
  let [above, below] = [0, 0];
  for (const { n, value } of points) {
    above += (1 / n - x) * (value - y);
    below += (1 / n - x) ** 2;
  }
  const slope = above / below;
  return { intercept: y - slope * x, slope };
}

/** The data of a student on a line: a high bump and a low one, of one width. */
export const bumps = { means: [-1, 1], weights: [0.7, 0.3], std: 0.25 } as const;

/** A normal distribution. */
export interface Normal {
  readonly mean: number;
  readonly deviation: number;
}

/** The density of a normal distribution. */
export const normalDensity =
  ({ mean, deviation }: Normal) =>
  (x: number): number =>
    Math.exp(-((x - mean) ** 2) / (2 * deviation ** 2)) / (deviation * Math.sqrt(2 * Math.PI));

/** The density of the bumps. */
export const bumpDensity = (x: number): number =>
  bumps.means.reduce(
    (sum: number, mean, i) => sum + bumps.weights[i] * normalDensity({ mean, deviation: bumps.std })(x),
    0,
  );

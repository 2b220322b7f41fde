/** What a network outputs: the noise ε, the data x_0, v = √ᾱ_t ε − √(1 − ᾱ_t) x_0, or the posterior mean of x_{t−1}. */
export type Prediction = 'eps' | 'x0' | 'v' | 'mean';

const kinds: readonly string[] = ['eps', 'x0', 'v', 'mean'] satisfies Prediction[];

/** Throws unless `kind` is a {@link Prediction}. */
export function checkPrediction(caller: string, kind: string): void {
  if (!kinds.includes(kind))
    throw new RangeError(`${caller}: the prediction is '${kind}'; use one of ${kinds.join(', ')}`);
}

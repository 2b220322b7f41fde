/** A convex f with f* and the way from critic logits to f*'s domain: functions of numbers. */
export interface ConvexFunction {
  /** f(u) for a density ratio u = q/p ≥ 0, data over model; may be infinite at 0. */
  readonly f: (u: number) => number;
  /** f'(u), the dual variable T* at which the bound is tight. */
  readonly fPrime: (u: number) => number;
  /** f*(T) = sup over u ≥ 0 of uT − f(u); infinite outside its domain. */
  readonly conjugate: (t: number) => number;
  /** Ends of the interval where f* is finite; an end belongs to it where f* is finite there. */
  readonly conjugateDomain: readonly [number, number];
  /** g, increasing from all logits V to the dual variables T = g(V) in the domain of f*; exact, whatever `expLimit`. */
  readonly link: (v: number) => number;
  /** V*(u), the logit of the best critic where the density ratio is u: g(V*(u)) = f'(u). Infinite for `tv`. */
  readonly optimalLogit: (u: number) => number;
}

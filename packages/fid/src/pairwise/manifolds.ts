import { countOf, type Features } from '../features/features.ts';
import { partOf } from '../part-of.ts';
import { Nearest } from './nearest.ts';
import { meanOf, squaredDistances } from './squared-distances.ts';

/** Which comparison of two sets of balls to make: with the k-th nearest neighbour of its own set as radius of each point. */
export interface ManifoldsOptions {
  /** k of precision and recall, if these are wanted. */
  precisionRecall?: number;
  /** k of density and coverage, if these are wanted. */
  densityCoverage?: number;
}

/** How two samples cover each other; 0 for what was not wanted. */
export interface Manifolds {
  /** Share of generated points in the closed ball of some real one. */
  precision: number;
  /** Share of real points in the closed ball of some generated one. */
  recall: number;
  /** Mean over generated points of the number of open real balls they are in, divided by k. */
  density: number;
  /** Share of real points whose open ball holds a generated one. */
  coverage: number;
}

/** All of precision, recall, density and coverage in one pass over the pairs; yields the fraction done. */
export function* manifolds(
  generated: Features,
  real: Features,
  { precisionRecall: kClosed = 0, densityCoverage: kOpen = 0 }: ManifoldsOptions,
): Generator<number, Manifolds> {
  const shift = meanOf(real);
  const [n, m] = [countOf(real), countOf(generated)];
  const total = (n * n) / 2 + (kClosed > 0 ? (m * m) / 2 : 0) + n * m;
  const afterReal = (n * n) / 2 / total;
  const beforePairs = 1 - (n * m) / total;

  const ofReal = yield* partOf(neighbours(real, Math.max(kClosed, kOpen), shift), 0, afterReal);
  const closedReal = kClosed > 0 ? ofReal.radii(kClosed) : noBalls(n);
  const openReal = kOpen > 0 ? ofReal.radii(kOpen) : noBalls(n);
  const closedGenerated =
    kClosed > 0
      ? (yield* partOf(neighbours(generated, kClosed, shift), afterReal, beforePairs)).radii(kClosed)
      : noBalls(m);

  const [isPrecise, isRecalled, isCovered] = [new Uint8Array(m), new Uint8Array(n), new Uint8Array(n)];
  let inside = 0;
  const visit = (i: number, j: number, distance: number) => {
    if (distance <= closedReal[i]) isPrecise[j] = 1;
    if (distance <= closedGenerated[j]) isRecalled[i] = 1;
    if (distance < openReal[i]) {
      inside++;
      isCovered[i] = 1;
    }
  };
  yield* partOf(squaredDistances({ a: real, b: generated }, visit, shift), beforePairs, 1);
  return {
    precision: share(isPrecise),
    recall: share(isRecalled),
    density: kOpen > 0 ? inside / (kOpen * m) : 0,
    coverage: share(isCovered),
  };
}

/** The k nearest other points of every point of a set; yields the fraction done. */
export function* neighbours(points: Features, k: number, shift: Float64Array): Generator<number, Nearest> {
  const nearest = new Nearest(countOf(points), k);
  const visit = (i: number, j: number, distance: number) => {
    nearest.offer(i, j, distance);
    nearest.offer(j, i, distance);
  };
  yield* squaredDistances({ a: points }, visit, shift);
  return nearest;
}

const noBalls = (count: number): Float64Array => new Float64Array(count).fill(-1);

const share = (flags: Uint8Array): number => flags.reduce((sum, flag) => sum + flag, 0) / flags.length;

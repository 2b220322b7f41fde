import type { ClassShares } from '../metrics/class-shares.ts';
import type { DensityCoverage } from '../metrics/density-coverage.ts';
import type { FidInfinity } from '../metrics/fid-infinity.ts';
import type { FidScore } from '../metrics/fid-score.ts';
import type { InceptionScore } from '../metrics/inception-score.ts';
import type { KernelInceptionDistance } from '../metrics/kernel-inception-distance.ts';
import type { PrecisionRecall } from '../metrics/precision-recall.ts';

/** The metrics that {@link evaluate} knows. */
export const metricNames = [
  'fid',
  'fid-infinity',
  'kid',
  'is',
  'precision-recall',
  'density-coverage',
  'class-shares',
] as const;

/** Name of a metric. */
export type MetricName = (typeof metricNames)[number];

/**
 * Whether metrics take class scores: for those who make features themselves, by {@link batchFeatures}.
 *
 * @example
 * ```ts
 * needLogits(['fid', 'is']); // true
 * ```
 */
export const needLogits = (metrics: readonly MetricName[]): boolean =>
  metrics.includes('is') || metrics.includes('class-shares');

/** The scores that were asked for. */
export interface EvaluationScores {
  readonly fid?: FidScore;
  readonly fidInfinity?: FidInfinity;
  readonly kid?: KernelInceptionDistance;
  readonly is?: InceptionScore;
  /** With k, the neighbour that makes the radius. */
  readonly precisionRecall?: PrecisionRecall & { readonly k: number };
  readonly densityCoverage?: DensityCoverage & { readonly k: number };
  readonly classShares?: ClassShares;
}

/** Result of {@link evaluate}: scores with all that is needed to read them. */
export interface Evaluation {
  readonly extractor: string;
  readonly layer: string;
  /** Number of generated images. */
  readonly n: number;
  /** What was compared with, and how many images it has. */
  readonly reference: { readonly name: string; readonly n: number };
  /** How many vectors of each side KID, precision, recall, density and coverage compare. */
  readonly vectors: { readonly samples: number; readonly reference: number };
  readonly scores: EvaluationScores;
  /** What to keep in mind, in sentences. */
  readonly warnings: readonly string[];
}

const tellingShare = 0.05; // of the value, from which n decides what it says
const enough = { images: 2048, scored: 5000, vectors: 1000 };

/** What the numbers of images do to the scores. */
export function warningsOf({ n, vectors, scores }: Omit<Evaluation, 'warnings'>): string[] {
  const { fid, kid, is, precisionRecall, densityCoverage } = scores;
  const fewest = Math.min(vectors.samples, vectors.reference);
  const warnings: string[] = [];
  if (fid && (n <= fid.dim || (n < enough.images && fid.bias > tellingShare * fid.value)))
    warnings.push(
      `${fid.name} of ${n} images is too high: about ${fid.bias.toPrecision(2)} of ${fid.value.toPrecision(3)} comes from n alone. ` +
        `Compare it at equal n only, and take at least ${Math.max(enough.images, fid.dim + 1)}.`,
    );
  if (is && n < enough.scored)
    warnings.push(
      `The Inception Score of ${n} images is too low; take at least ${enough.scored}, 50 000 as in publications.`,
    );
  if (kid && kid.subsetSize < enough.vectors)
    warnings.push(
      `KID used subsets of ${kid.subsetSize} instead of ${enough.vectors}: its value is unbiased, its spread larger than in publications.`,
    );
  if ((precisionRecall || densityCoverage) && fewest < enough.vectors)
    warnings.push(
      `Precision, recall, density and coverage of ${vectors.samples} generated against ${vectors.reference} real images depend on ` +
        `these numbers; take at least ${enough.vectors} of each.`,
    );
  return warnings;
}

import { assertFeatures, countOf, type Features } from '../features/features.ts';

/** Options of {@link classShares}. */
export interface ClassSharesOptions {
  /** Class that each image was asked to be of, from 0. */
  labels?: ArrayLike<number>;
}

/** Result of {@link classShares}. */
export interface ClassShares {
  /** Share of the images of each class, as the classifier sees them; together 1. */
  shares: number[];
  /** Share of the images that are of the class asked for, where `labels` tell it. */
  accuracy?: number;
}

/**
 * Which classes images are of: a generator that leaves some out, or one that is told a class and draws another, is found out.
 *
 * @param logits class scores before the softmax, `dim` = classes, as the `logits` of an extractor gives them; the largest decides, the first
 *   of equal ones
 * @param options the classes asked for
 * @returns the share of each class, and of the images that are of the class asked for
 * @throws StatisticsError for no images; RangeError for values that are not finite and for another number of labels
 * @example
 * ```ts
 * const logits = { data: Float64Array.of(9, -9, -9, 9, 1, 2), dim: 2 }; // three images
 * classShares(logits, { labels: [0, 1, 0] }); // shares of 1/3 and 2/3, accuracy 2/3
 * ```
 */
export function classShares(logits: Features, { labels }: ClassSharesOptions = {}): ClassShares {
  assertFeatures('classShares', { logits }, 1);
  const n = countOf(logits);
  if (labels && labels.length !== n)
    throw new RangeError(`classShares: there are ${labels.length} labels for ${n} images; give one for each.`);
  const found = Array.from({ length: n }, (_, i) => largest(logits, i));
  const shareOf = (counts: (label: number, i: number) => boolean) => found.filter(counts).length / n;
  const shares = Array.from({ length: logits.dim }, (_, label) => shareOf((own) => own === label));
  return { shares, ...(labels && { accuracy: shareOf((own, i) => own === labels[i]) }) };
}

function largest({ data, dim }: Features, row: number): number {
  let best = 0;
  for (let label = 1; label < dim; label++) if (data[row * dim + label] > data[row * dim + best]) best = label;
  return best;
}

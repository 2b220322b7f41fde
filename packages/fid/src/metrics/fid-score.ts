import type { ProgressOptions } from '../in-slices.ts';
import type { FeatureStatistics } from '../statistics/feature-statistics.ts';
import { fidBias } from './fid-bias.ts';
import { compareGaussians } from './frechet-distance.ts';

/** A Fréchet distance with what is needed to read it. */
export interface FidScore {
  /** `FID-` and the name of the extractor. */
  readonly name: string;
  /** The squared Fréchet distance. */
  readonly value: number;
  /** Number of generated images. The expected value falls with it, so only scores of equal n are comparable. */
  readonly n: number;
  /** Number of features. With n ≤ d the covariance is singular. */
  readonly dim: number;
  /** Split of the real images. */
  readonly reference: string;
  /**
   * By how much the value is expected to be too high because both samples are finite, to first order in 1/n, if the features
   * were normally distributed: about the score of a perfect generator.
   */
  readonly bias: number;
}

/**
 * Scores generated images against real ones.
 *
 * @param generated statistics of the generated images
 * @param reference statistics of the real images, from the same extractor
 * @param options abort signal and progress
 * @returns the distance with its name, n, reference and expected bias
 * @throws StatisticsError as `frechetDistance` does
 * @example
 * ```ts
 * const images = uniform<tf.Rank.R4>(key(0), [200, 28, 28, 1], { min: -1, max: 1 });
 * const extractor = await fashionCnn();
 * const generated = new FeatureStatistics(extractor.dim, { extractor: extractor.name, layer: extractor.layer });
 * generated.add(await extractFeatures(extractor, images));
 * formatFid(await fidScore(generated, await fashionReference('train')));
 * // 'FID-fashion 12.34 (n = 2000, reference: train; perfect samples would score about 0.42)'
 * ```
 */
export async function fidScore(
  generated: FeatureStatistics,
  reference: FeatureStatistics,
  options: ProgressOptions = {},
): Promise<FidScore> {
  const comparison = await compareGaussians(generated, reference, options);
  return {
    name: `FID-${generated.meta.extractor}`,
    value: comparison.distance,
    n: generated.count,
    dim: generated.dim,
    reference: reference.meta.split ?? 'unnamed',
    bias: fidBias(comparison, generated.count, reference.count),
  };
}

const shownShare = 0.01;

/**
 * One line for people, never without n and the reference. The expected bias is told where it is more than a hundredth of the
 * value, and n where it is too small for the number of features.
 *
 * @example
 * ```ts
 * formatFid({ name: 'FID-fashion', value: 12.341, n: 2000, dim: 128, reference: 'train', bias: 0.42 });
 * // 'FID-fashion 12.34 (n = 2000, reference: train; perfect samples would score about 0.42)'
 * formatFid({ name: 'FID-fashion', value: 12.341, n: 100, dim: 128, reference: 'train', bias: 8.41 });
 * // 'FID-fashion 12.34 (n = 100, reference: train; perfect samples would score about 8.41; n ≤ 128 features is too few)'
 * ```
 */
export function formatFid({ name, value, n, dim, reference, bias }: FidScore): string {
  const remarks = [
    `n = ${n}, reference: ${reference}`,
    ...(bias > shownShare * value ? [`perfect samples would score about ${bias.toFixed(2)}`] : []),
    ...(n <= dim ? [`n ≤ ${dim} features is too few`] : []),
  ];
  return `${name} ${value.toFixed(2)} (${remarks.join('; ')})`;
}

import type { FeatureStatistics } from './feature-statistics.ts';
import { frechetDistance } from './frechet-distance.ts';
import type { ProgressOptions } from './in-slices.ts';

/** A Fréchet distance with what is needed to read it. */
export interface FidScore {
  /** `FID-` and the name of the extractor. */
  readonly name: string;
  /** The squared Fréchet distance. */
  readonly value: number;
  /** Number of generated images. The expected value falls with it, so only scores of equal n are comparable. */
  readonly n: number;
  /** Split of the real images. */
  readonly reference: string;
}

/**
 * Scores generated images against real ones.
 *
 * @param generated statistics of the generated images
 * @param reference statistics of the real images, from the same extractor
 * @returns the distance with its name, n and reference
 * @throws StatisticsError as {@link frechetDistance} does
 * @example
 * const extractor = await fashionCnn();
 * const generated = new FeatureStatistics(extractor.dim, { extractor: extractor.name, layer: extractor.layer });
 * generated.add(await extractFeatures(extractor, images));
 * formatFid(fidScore(generated, await fashionReference('train'))); // 'FID-fashion 12.34 (n = 2000, reference: train)'
 */
export async function fidScore(
  generated: FeatureStatistics,
  reference: FeatureStatistics,
  options: ProgressOptions = {},
): Promise<FidScore> {
  return {
    name: `FID-${generated.meta.extractor}`,
    value: await frechetDistance(generated, reference, options),
    n: generated.count,
    reference: reference.meta.split ?? 'unnamed',
  };
}

/**
 * One line for people, never without n and the reference.
 *
 * @example
 * formatFid({ name: 'FID-fashion', value: 12.341, n: 2000, reference: 'train' });
 * // 'FID-fashion 12.34 (n = 2000, reference: train)'
 */
export function formatFid({ name, value, n, reference }: FidScore): string {
  return `${name} ${value.toFixed(2)} (n = ${n}, reference: ${reference})`;
}

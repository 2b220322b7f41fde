import { readBytes } from '@diffgan/files';
import { shippedFiles } from '../shipped-files.ts';
import { FeatureStatistics } from '../statistics/feature-statistics.ts';

const files = { train: shippedFiles.fashionTrain, test: shippedFiles.fashionTest };

/**
 * Statistics of the features of the real images, as `fashionCnn` gives them: scoring needs no pass over the data set.
 *
 * @param split `'train'` (60 000 images) or `'test'` (10 000)
 * @returns a fresh object on each call
 * @throws RangeError for another split
 * @example
 * ```ts
 * const floor = await frechetDistance(await fashionReference('train'), await fashionReference('test'));
 * ```
 */
export async function fashionReference(split: 'train' | 'test'): Promise<FeatureStatistics> {
  if (!Object.hasOwn(files, split))
    throw new RangeError(`fashionReference: split is '${split}'; it must be 'train' or 'test'.`);
  const bytes = await readBytes(files[split](), { maxBytes: 1 << 20 });
  return FeatureStatistics.fromJSON(JSON.parse(new TextDecoder().decode(bytes)));
}

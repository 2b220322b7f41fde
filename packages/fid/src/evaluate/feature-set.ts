import { FileFormatError, type NpzReader, openNpz, writeNpz } from '@diffgan/files';
import type { Features } from '../features/features.ts';
import { FeatureStatistics } from '../statistics/feature-statistics.ts';
import { StatisticsError } from '../statistics/statistics-error.ts';
import { type ReadStatisticsOptions, statisticsArrays } from '../statistics/statistics-npz.ts';

/** What metrics need to know of a set of images. */
export interface FeatureSet {
  /** Mean and covariance of the features of all images, for FID. */
  readonly statistics: FeatureStatistics;
  /** Features of all images or of a random choice of them, for the metrics that compare image with image. */
  readonly vectors: Features;
  /** Which image each of the vectors is of. */
  readonly indices: Int32Array;
}

const vectorsName = 'feats'; // what clean-fid calls them
const indicesName = 'indices';

/**
 * A feature set as an `.npz` file: `mu`, `sigma`, `n` and `meta` of {@link FeatureStatistics.toNpz}, which pytorch-fid reads, `feats` and
 * `indices`.
 *
 * @returns the bytes
 * @throws StatisticsError for fewer than two images
 * @example
 * ```ts
 * const images = uniform<tf.Rank.R4>(key(0), [8, 28, 28, 1], { min: -1, max: 1 });
 * const reference = await run(collectFeatures(await fashionCnn(), images, { split: 'test' }));
 * await writeAtomically('reference.npz', featureSetToNpz(reference));
 * ```
 */
export function featureSetToNpz({ statistics, vectors: { data, dim }, indices }: FeatureSet): Uint8Array<ArrayBuffer> {
  return writeNpz({
    ...statisticsArrays(statistics),
    [vectorsName]: { shape: [data.length / dim, dim], data },
    [indicesName]: { shape: [indices.length], data: indices },
  });
}

/**
 * The inverse of {@link featureSetToNpz}.
 *
 * @param source a path, a URL, a `Blob` or the bytes
 * @param options what files of other programs do not tell
 * @throws FileFormatError for a file without `feats` or with broken ones; otherwise as {@link FeatureStatistics.fromNpz}
 * @example
 * ```ts
 * const statistics = new FeatureStatistics(2, { extractor: 'pixels', layer: 'input' }).add(Float64Array.of(1, 2, 3, 5));
 * const set = { statistics, vectors: { data: Float32Array.of(1, 2, 3, 5), dim: 2 }, indices: Int32Array.of(0, 1) };
 * const same = await featureSetFromNpz(featureSetToNpz(set)); // or of a path
 * console.log(same.statistics.count); // 2
 * ```
 */
export async function featureSetFromNpz(
  source: string | URL | Blob | Uint8Array,
  options: ReadStatisticsOptions = {},
): Promise<FeatureSet> {
  const statistics = await FeatureStatistics.fromNpz(source, options);
  const file = await openNpz(source, options);
  try {
    if (!(vectorsName in file.entries))
      throw new FileFormatError(
        `featureSetFromNpz: there is no '${vectorsName}' in the file. Write it with featureSetToNpz.`,
      );
    const { shape, data } = await file.read(vectorsName);
    const { dim } = statistics;
    if (shape.length !== 2 || shape[1] !== dim || !(data instanceof Float32Array || data instanceof Float64Array))
      throw new StatisticsError(
        `featureSetFromNpz: '${vectorsName}' has the shape [${shape}]; vectors of ${dim} features, like mu, are expected.`,
      );
    return { statistics, vectors: { data, dim }, indices: await readIndices(file, shape[0]) };
  } finally {
    await file.close();
  }
}

async function readIndices(file: NpzReader, count: number): Promise<Int32Array> {
  if (!(indicesName in file.entries)) return Int32Array.from({ length: count }, (_, i) => i);
  const { data } = await file.read(indicesName, { maxBytes: 4 * count });
  if (data instanceof Int32Array && data.length === count && data.every((index) => index >= 0)) return data;
  throw new FileFormatError(
    `featureSetFromNpz: '${indicesName}' is not one index for each of the ${count} vectors. Write the file again.`,
  );
}

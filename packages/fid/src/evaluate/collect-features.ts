import { foldIn, type Key, key as makeKey } from '@diffgan/ops';
import { chooseBelow } from '../choose-indices.ts';
import type { FeatureExtractor } from '../features/feature-extractor.ts';
import { assertInteger, type Features } from '../features/features.ts';
import type { PixelRange } from '../pixels/pixel-range.ts';
import { FeatureStatistics } from '../statistics/feature-statistics.ts';
import { type BatchFeatures, batchFeatures, type FeatureSource, logitsBy } from './batch-features.ts';
import type { FeatureSet } from './feature-set.ts';
import { type ImageSource, rebatch } from './rebatch.ts';

/** Options of {@link collectFeatures}. */
export interface CollectFeaturesOptions {
  /** Images per call of the network. @defaultValue 100 */
  batch?: number;
  /** Range of the pixels, as for {@link extractFeatures}. */
  range?: PixelRange;
  /** What the images are, e.g. `'train'`. */
  split?: string;
  /** Keep at most this many vectors, a random choice of all. @defaultValue 10 000 */
  vectors?: number;
  /** Key of the choice. @defaultValue `key(0)` */
  key?: Key;
  /** Also keep the class scores of all images. @defaultValue false */
  logits?: boolean;
  /** Aborts between batches. */
  signal?: AbortSignal;
}

/** Event of {@link collectFeatures}: how many images are done. */
export interface CollectFeaturesEvent {
  readonly type: 'features';
  readonly done: number;
}

/** Result of {@link collectFeatures}. */
export interface CollectedFeatures extends FeatureSet {
  /** Class scores of all images, if they were asked for. */
  readonly logits?: Features;
  /** Class that each image was asked to be of, if all batches told it. */
  readonly labels?: readonly number[];
}

/**
 * Runs images through an extractor once and keeps what all metrics need. It does not matter in which batches they come.
 *
 * @param extractor the network
 * @param images `[n, H, W, C]`, a tensor (not disposed) or batches (each is disposed); or features that were made elsewhere
 * @param options batch, range, split, how many vectors to keep, and whether to keep class scores
 * @returns statistics of all images, vectors of at most `vectors` of them, class scores; yields its progress
 * @throws RangeError and TypeError as {@link extractFeatures}; TypeError when class scores are asked of an extractor without them
 * @example
 * ```ts
 * const images = uniform<tf.Rank.R4>(key(0), [8, 28, 28, 1], { min: -1, max: 1 });
 * const reference = await run(collectFeatures(await fashionCnn(), images, { split: 'test' }));
 * ```
 */
export async function* collectFeatures(
  extractor: FeatureExtractor,
  images: ImageSource | FeatureSource,
  options: CollectFeaturesOptions = {},
): AsyncGenerator<CollectFeaturesEvent, CollectedFeatures> {
  const { batch = 100, range, split, vectors: limit = 10_000, key = makeKey(0), logits = false, signal } = options;
  assertInteger('collectFeatures', 'batch', batch);
  assertInteger('collectFeatures', 'vectors', limit, 0);
  if (logits) logitsBy(extractor);
  const { dim, name, layer } = extractor;
  const statistics = new FeatureStatistics(dim, {
    extractor: name,
    layer,
    ...(split !== undefined && { split }),
    range: '[-1, 1]',
  });
  const sample = new Reservoir(limit, key);
  const scores: Float32Array[] = [];
  const labels: number[] = [];
  const batches =
    'features' in images ? images.features : extracted(extractor, images, { batch, range, logits, signal });
  for await (const { rows, logits: scoresOfBatch, labels: asked = [] } of batches) {
    if (scoresOfBatch) scores.push(scoresOfBatch);
    for (let i = 0; i < asked.length; i++) labels.push(asked[i]);
    statistics.add(rows);
    for (let i = 0; i < rows.length; i += dim) sample.offer(rows.subarray(i, i + dim));
    yield { type: 'features', done: statistics.count };
  }
  const vectors = { data: joined(sample.rows), dim };
  const asked = labels.length > 0 && labels.length === statistics.count && { labels };
  const collected = { statistics, vectors, indices: Int32Array.from(sample.indices), ...asked };
  return logits
    ? { ...collected, logits: { data: joined(scores), dim: classes(scores, statistics.count) } }
    : collected;
}

async function* extracted(
  extractor: FeatureExtractor,
  images: ImageSource,
  { batch, range, ...options }: Pick<CollectFeaturesOptions, 'range' | 'logits' | 'signal'> & { batch: number },
): AsyncGenerator<BatchFeatures, void> {
  let known = range;
  for await (const part of rebatch(images, batch)) {
    yield await batchFeatures(extractor, part, { ...options, batch, range: known });
    known ??= '[-1, 1]'; // a few bright images at the end must not be mistaken for another range
  }
}

/** A uniformly random choice of the rows that come (Vitter's algorithm R). */
class Reservoir {
  readonly rows: Float32Array[] = [];
  readonly indices: number[] = [];
  #seen = 0;

  constructor(
    readonly limit: number,
    readonly key: Key,
  ) {}

  offer(row: Float32Array): void {
    const place = this.#seen < this.limit ? this.#seen : chooseBelow(foldIn(this.key, this.#seen), this.#seen + 1);
    if (place < this.limit) {
      this.rows[place] = row.slice();
      this.indices[place] = this.#seen;
    }
    this.#seen++;
  }
}

const classes = (scores: readonly Float32Array[], images: number): number =>
  images === 0 ? 1 : scores.reduce((sum, part) => sum + part.length, 0) / images;

function joined(parts: readonly Float32Array[]): Float32Array {
  const all = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

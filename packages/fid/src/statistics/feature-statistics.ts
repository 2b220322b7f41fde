import { FileFormatError, writeNpz } from '@diffgan/files';
import { accumulate } from './accumulate.ts';
import { decodeFloat64, encodeFloat64 } from './base64.ts';
import { indexOfNotFinite } from './index-of-not-finite.ts';
import { maxDim, type Moments, type StatisticsMeta } from './moments.ts';
import { StatisticsError } from './statistics-error.ts';
import { readStatistics, type ReadStatisticsOptions, statisticsArrays } from './statistics-npz.ts';
import { mirrorUpper, packUpper } from './upper-triangle.ts';
import { WaitingRows } from './waiting-rows.ts';

/** What {@link FeatureStatistics.toJSON} returns; arrays are base64 of little-endian float64. */
export interface StatisticsJson {
  readonly format: 'diffgan-statistics-1';
  readonly meta: StatisticsMeta;
  readonly dim: number;
  readonly count: number;
  readonly shift: string;
  readonly sum: string;
  readonly scatter: string;
}

const format = 'diffgan-statistics-1';

/**
 * Count, mean and covariance of feature vectors, accumulated in float64 as they come.
 *
 * What is kept are sums of differences from a fixed shift, the first vector: Σ(x − s) and the upper triangle of
 * Σ(x − s)(x − s)ᵀ. Without the shift, a mean that is large against the spread would cancel the digits of the covariance.
 * The sums do not depend on how the vectors are cut into batches, in no bit, and those of two samples can be merged. Memory
 * does not grow with the number of vectors: the triangle and, at most, 4 MB of vectors that wait to be multiplied at once.
 *
 * @example
 * ```ts
 * const statistics = new FeatureStatistics(2, { extractor: 'pixels', layer: 'input' });
 * statistics.add(Float32Array.of(1, 2, 3, 6)); // the vectors (1, 2) and (3, 6)
 * statistics.mean; // Float64Array [2, 4]
 * statistics.covariance(); // Float64Array [2, 4, 4, 8]
 * ```
 */
export class FeatureStatistics {
  readonly dim: number;
  readonly meta: StatisticsMeta;
  #count = 0;
  #shift: Float64Array;
  #sum: Float64Array;
  /** Upper triangle, row after row. */
  #scatter: Float64Array;
  /** Vectors that neither sum has yet. */
  readonly #waiting: WaitingRows;

  /**
   * @param dim features per vector
   * @param meta where the features come from; statistics of different extractors or layers are never combined
   * @throws RangeError when `dim` is not an integer in 1…16384
   */
  constructor(dim: number, meta: StatisticsMeta) {
    if (!Number.isInteger(dim) || dim < 1 || dim > maxDim)
      throw new RangeError(`FeatureStatistics: dim is ${dim}; it must be an integer in 1…${maxDim}.`);
    this.dim = dim;
    this.meta = Object.freeze({ ...meta });
    this.#shift = new Float64Array(dim);
    this.#sum = new Float64Array(dim);
    this.#scatter = new Float64Array((dim * (dim + 1)) / 2);
    this.#waiting = new WaitingRows(dim);
  }

  /**
   * Statistics with a given mean and covariance, such as those of another program.
   *
   * @throws RangeError when a length does not fit or a value is not finite
   */
  static fromMoments({ count, mean, covariance }: Moments, meta: StatisticsMeta): FeatureStatistics {
    const made = new FeatureStatistics(mean.length, meta);
    const { dim } = made;
    if (covariance.length !== dim * dim)
      throw new RangeError(
        `fromMoments: covariance has ${covariance.length} values; a mean of ${dim} needs ${dim * dim}.`,
      );
    if (!Number.isSafeInteger(count) || count < 1)
      throw new RangeError(`fromMoments: count is ${count}; it must be an integer ≥ 1.`);
    made.#count = count;
    made.#shift = Float64Array.from(mean);
    made.#scatter = packUpper(dim, (i, j) => covariance[i * dim + j] * (count - 1));
    if (![made.#shift, made.#scatter].every((values) => values.every(Number.isFinite)))
      throw new RangeError('fromMoments: mean and covariance must be finite.');
    return made;
  }

  /**
   * Statistics from an `.npz` file: one of {@link toNpz}, or with `mu` and `sigma` of pytorch-fid, clean-fid, EDM and others, which tell
   * neither the extractor nor the number of vectors.
   *
   * @param source a path, a URL, a `Blob` or the bytes
   * @param options what the file does not tell
   * @throws FileFormatError for files that are broken or hold something else; StatisticsError when something is not told or
   * contradicts the file
   * @example
   * ```ts
   * const meta = { extractor: 'pixels', layer: 'input', split: 'train' };
   * const file = new FeatureStatistics(2, meta).add(Float64Array.of(1, 2, 3, 5)).toNpz();
   * const reference = await FeatureStatistics.fromNpz(file); // of pytorch-fid: { meta, count: 50000, dim: 2048 } beside it
   * console.log(reference.count, reference.mean); // 2, [ 2, 3.5 ]
   * ```
   */
  static async fromNpz(
    source: string | URL | Blob | Uint8Array,
    options: ReadStatisticsOptions = {},
  ): Promise<FeatureStatistics> {
    const { moments, meta } = await readStatistics(source, options);
    return FeatureStatistics.fromMoments(moments, meta);
  }

  /**
   * These statistics as an `.npz` file that pytorch-fid reads (`mu`, `sigma`), with `n` and `meta` (JSON) beside them.
   *
   * @returns the bytes
   * @throws StatisticsError for fewer than two vectors
   * @example
   * ```ts
   * const meta = { extractor: 'pixels', layer: 'input' };
   * const statistics = new FeatureStatistics(2, meta).add(Float64Array.of(1, 2, 3, 5, 0, 1));
   * await writeAtomically('train.npz', statistics.toNpz());
   * ```
   */
  toNpz(): Uint8Array<ArrayBuffer> {
    return writeNpz(statisticsArrays(this));
  }

  /** Number of vectors so far. */
  get count(): number {
    return this.#count;
  }

  /** The mean vector, a fresh array. */
  get mean(): Float64Array {
    this.#addWaiting();
    return this.#shift.map((shift, i) => shift + this.#sum[i] / this.#count);
  }

  /**
   * Adds vectors.
   *
   * @param rows vectors one after the other, `n · dim` values; read, not kept
   * @returns this
   * @throws RangeError when the length does not fit or a value is not finite; nothing is added then
   */
  add(rows: Float32Array | Float64Array): this {
    const { dim } = this;
    if (rows.length % dim !== 0)
      throw new RangeError(`FeatureStatistics.add: ${rows.length} values are not whole vectors of ${dim}.`);
    const bad = indexOfNotFinite(rows);
    if (bad >= 0)
      throw new RangeError(
        `FeatureStatistics.add: feature ${bad % dim} of vector ${Math.floor(bad / dim)} is ${rows[bad]}; ` +
          'features must be finite. Check the images for NaN.',
      );
    if (this.#count === 0 && rows.length > 0) this.#shift = Float64Array.from(rows.subarray(0, dim));
    for (let at = 0; at < rows.length;) {
      at = this.#waiting.put(rows, at);
      if (this.#waiting.full) this.#addWaiting();
    }
    this.#count += rows.length / dim;
    return this;
  }

  #addWaiting(): void {
    const vectors = this.#waiting.take();
    if (vectors.length > 0) accumulate(vectors, { shift: this.#shift, sum: this.#sum, scatter: this.#scatter });
  }

  /**
   * Adds the vectors of another sample; `other` is left as it is.
   *
   * @returns this
   * @throws StatisticsError when dimension, extractor, layer, range or resize differ
   */
  merge(other: FeatureStatistics): this {
    assertSameKind(this, other, 'merge');
    if (other.#count === 0) return this;
    if (this.#count === 0) this.#shift = other.#shift.slice();
    this.#addWaiting();
    other.#addWaiting();
    // with u = other shift − own shift:  Σ(x − s)(x − s)ᵀ = scatter + sum uᵀ + u sumᵀ + n u uᵀ
    const { dim } = this;
    const n = other.#count;
    const sum = other.#sum;
    const u = other.#shift.map((shift, i) => shift - this.#shift[i]);
    const moved = packUpper(dim, (i, j) => sum[i] * u[j] + u[i] * sum[j] + n * u[i] * u[j]);
    for (let k = 0; k < moved.length; k++) this.#scatter[k] += other.#scatter[k] + moved[k];
    for (let i = 0; i < dim; i++) this.#sum[i] += sum[i] + n * u[i];
    this.#count += n;
    return this;
  }

  /**
   * The sample covariance Σ(x − μ)(x − μ)ᵀ / (count − 1).
   *
   * @returns a fresh `dim · dim` array, row by row
   * @throws StatisticsError for fewer than two vectors
   */
  covariance(): Float64Array {
    const { dim } = this;
    const n = this.#count;
    if (n < 2)
      throw new StatisticsError(`FeatureStatistics.covariance: ${n} vectors; a covariance needs at least 2. Add more.`);
    this.#addWaiting();
    const [sum, scatter] = [this.#sum, this.#scatter];
    const full = new Float64Array(dim * dim);
    for (let i = 0, at = 0; i < dim; i++)
      for (let j = i; j < dim; j++, at++) full[i * dim + j] = (scatter[at] - (sum[i] * sum[j]) / n) / (n - 1);
    mirrorUpper(full, dim);
    return full;
  }

  /** Everything, exactly, as an object for `JSON.stringify`. */
  toJSON(): StatisticsJson {
    const { dim, meta } = this;
    this.#addWaiting();
    const [shift, sum, scatter] = [this.#shift, this.#sum, this.#scatter].map(encodeFloat64);
    return { format, meta, dim, count: this.#count, shift, sum, scatter };
  }

  /**
   * The inverse of {@link FeatureStatistics.toJSON}.
   *
   * @param json the object, as `JSON.parse` returns it; not trusted
   * @throws FileFormatError when it is not what `toJSON` wrote
   */
  static fromJSON(json: unknown): FeatureStatistics {
    const { meta, dim, count, shift, sum, scatter } = checkedJson(json);
    const made = new FeatureStatistics(dim, meta);
    made.#count = count;
    made.#shift = decodeFloat64(shift, dim);
    made.#sum = decodeFloat64(sum, dim);
    made.#scatter = decodeFloat64(scatter, made.#scatter.length);
    return made;
  }
}

/** Refuses statistics that do not describe the same features; a range or resize that one side leaves out may be any. */
export function assertSameKind(a: FeatureStatistics, b: FeatureStatistics, caller: string): void {
  if (a.dim !== b.dim)
    throw new StatisticsError(`${caller}: features of ${a.dim} and ${b.dim} dimensions. Use one extractor for both.`);
  for (const part of ['extractor', 'layer', 'range', 'resize'] as const) {
    const [left, right] = [a.meta[part], b.meta[part]];
    if (left === undefined || right === undefined || left === right) continue;
    throw new StatisticsError(
      `${caller}: the ${part} is '${left}' on one side and '${right}' on the other; such features are not comparable. ` +
        'Extract both in the same way.',
    );
  }
}

const isCount = (value: unknown, least: number, most: number): boolean =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= least && value <= most;

function isStatisticsJson(json: unknown): json is StatisticsJson {
  const { format: found, meta, dim, count, shift, sum, scatter } = (json ?? {}) as Partial<StatisticsJson>;
  return (
    found === format &&
    typeof meta?.extractor === 'string' &&
    typeof meta.layer === 'string' &&
    isCount(dim, 1, maxDim) &&
    isCount(count, 0, Infinity) &&
    [shift, sum, scatter].every((text) => typeof text === 'string')
  );
}

function checkedJson(json: unknown): StatisticsJson {
  if (isStatisticsJson(json)) return json;
  throw new FileFormatError(
    `FeatureStatistics.fromJSON: not an object of format '${format}' with meta, dim, count, shift, sum and scatter. ` +
      'Pass what JSON.parse gives for a file that toJSON wrote.',
  );
}

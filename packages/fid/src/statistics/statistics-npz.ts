import { FileFormatError, listed, type NpyArray, type NpzReader, openNpz, type WritableArray } from '@diffgan/files';
import { maxDim, type Moments, type StatisticsMeta } from './moments.ts';
import { StatisticsError } from './statistics-error.ts';

/** What a file of another program does not tell; what a file tells must not differ. */
export interface ReadStatisticsOptions {
  /** Where the features come from. */
  meta?: StatisticsMeta;
  /** Number of vectors. */
  count?: number;
  /** Features of a vector that are expected; statistics of others are refused before they are read. @defaultValue at most 4096 */
  dim?: number;
  /** Ends a download. */
  signal?: AbortSignal;
}

/** What a file holds; a `FeatureStatistics` is one. */
interface Sample {
  readonly dim: number;
  readonly count: number;
  readonly mean: Float64Array;
  readonly meta: StatisticsMeta;
  covariance(): Float64Array;
}

/** The arrays of `FeatureStatistics.toNpz`: `mu` and `sigma` as pytorch-fid has them, `n` and `meta` (JSON). */
export function statisticsArrays(sample: Sample): Record<string, WritableArray> {
  const { dim, count, mean, meta } = sample;
  const json = new TextEncoder().encode(JSON.stringify(meta));
  return {
    mu: { shape: [dim], data: mean },
    sigma: { shape: [dim, dim], data: sample.covariance() },
    n: { shape: [], data: BigInt64Array.of(BigInt(count)) },
    meta: { shape: [json.length], data: json },
  };
}

/** What `FeatureStatistics.fromNpz` makes statistics of. */
export async function readStatistics(
  source: string | URL | Blob | Uint8Array,
  { meta, count, dim, signal }: ReadStatisticsOptions,
): Promise<{ moments: Moments; meta: StatisticsMeta }> {
  const file = await openNpz(source, { signal });
  try {
    assertShapes(file, dim);
    const told = await toldBy(file);
    assertAgreement(told, { meta, count });
    const complete = { meta: told.meta ?? meta, count: told.count ?? count };
    if (complete.meta === undefined || complete.count === undefined)
      throw new StatisticsError(
        'FeatureStatistics.fromNpz: the file does not tell which extractor made the features of how many images. ' +
          'Pass { meta: { extractor: extractor.name, layer: extractor.layer }, count: 50000 } of the extractor that made them.',
      );
    return { moments: { ...(await readMoments(file)), count: complete.count }, meta: complete.meta };
  } finally {
    await file.close();
  }
}

const broken = (what: string): FileFormatError =>
  new FileFormatError(
    `FeatureStatistics.fromNpz: ${what}. Make the file again, e.g. with python -m pytorch_fid --save-stats.`,
  );

/** Largest dimension of statistics of which nobody says what to expect. */
const usualDim = 4096;

function assertShapes({ entries, unreadable }: NpzReader, expected?: number): void {
  const { mu, sigma } = entries;
  for (const name of ['mu', 'sigma']) if (name in unreadable) throw unreadable[name];
  if (mu === undefined || sigma === undefined)
    throw broken(`the file holds ${listed(Object.keys(entries))} instead of mu and sigma`);
  const [dim] = mu.shape;
  const fits = mu.shape.length === 1 && dim >= 1 && dim <= maxDim && String(sigma.shape) === `${dim},${dim}`;
  if (!fits) throw broken(`mu has the shape [${mu.shape}] and sigma [${sigma.shape}] instead of [d] and [d, d]`);
  if (expected !== undefined && dim !== expected)
    throw new StatisticsError(
      `FeatureStatistics.fromNpz: the file has statistics of ${dim} features, where ${expected} are expected. ` +
        'Take the extractor that made them, or statistics of this one.',
    );
  if (expected === undefined && dim > usualDim)
    throw broken(`mu has ${dim} features, more than ${usualDim}. Pass \`dim\` if there are so many`);
}

async function readMoments(file: NpzReader): Promise<{ mean: Float64Array; covariance: Float64Array }> {
  const [mean, covariance] = [await numbers(file, 'mu'), await numbers(file, 'sigma')];
  assertCovariance(covariance, mean.length);
  return { mean, covariance };
}

async function numbers(file: NpzReader, name: string): Promise<Float64Array> {
  const { data } = await file.read(name, { maxBytes: 8 * maxDim ** 2 });
  if (data instanceof Float64Array) return data;
  if (data instanceof Float32Array) return Float64Array.from(data);
  throw broken(`${name} holds integers`);
}

const float32Rounding = 1e-6;

function assertCovariance(values: Float64Array, dim: number): void {
  for (let i = 0; i < dim; i++)
    for (let j = 0; j < i; j++) {
      const [a, b] = [values[i * dim + j], values[j * dim + i]];
      if (a === b) continue;
      const size = Math.sqrt(values[i * (dim + 1)] * values[j * (dim + 1)]);
      if (!(Math.abs(a - b) <= float32Rounding * size))
        throw broken(`sigma is no covariance: element [${i}, ${j}] is ${a} and [${j}, ${i}] is ${b}`);
    }
}

interface Told {
  readonly meta?: StatisticsMeta;
  readonly count?: number;
}

async function toldBy(file: NpzReader): Promise<Told> {
  return {
    ...('n' in file.entries && { count: countOf(await file.read('n', { maxBytes: 8 })) }),
    ...('meta' in file.entries && { meta: metaOf(await file.read('meta', { maxBytes: 1 << 16 })) }),
  };
}

function countOf({ data }: NpyArray): number {
  const count = Number(data[0]);
  if (data.length !== 1 || !Number.isSafeInteger(count) || count < 2) throw broken(`n is ${count} instead of a count`);
  return count;
}

const parts = ['extractor', 'layer', 'split', 'range', 'resize'] as const;

function metaOf({ data }: NpyArray): StatisticsMeta {
  let found: Partial<Record<string, unknown>> | null;
  try {
    found = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(data)) as typeof found;
  } catch (error) {
    throw broken(`meta is not JSON (${(error as Error).message})`);
  }
  const known = parts.filter((part) => typeof found?.[part] === 'string');
  if (!known.includes('extractor') || !known.includes('layer')) throw broken('meta names no extractor and layer');
  return Object.fromEntries(known.map((part) => [part, found?.[part]])) as unknown as StatisticsMeta;
}

function assertAgreement(told: Told, given: Told): void {
  const sides = [told, given].map(({ meta, count }): Record<string, unknown> => ({ ...meta, count }));
  for (const [part, value] of Object.entries(sides[1]))
    if (value !== undefined && sides[0][part] !== undefined && sides[0][part] !== value)
      throw new StatisticsError(
        `FeatureStatistics.fromNpz: the file says that ${part} is ${JSON.stringify(sides[0][part])}, not ${JSON.stringify(value)}. ` +
          'Leave it out, or use another file.',
      );
}

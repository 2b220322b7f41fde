import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import {
  collectFeatures,
  fashionReference,
  type FeatureExtractor,
  type FeatureSet,
  featureSetFromNpz,
  featureSetToNpz,
  FeatureStatistics,
  type MetricName,
} from '@diffgan/fid';
import { cacheDir, FileFormatError, openNpz, writeAtomically } from '@diffgan/files';
import { run } from '@diffgan/ops';
import { type ImageSet, namedDataset, openImages, type Opening } from './image-source.ts';

/** The real side of a comparison. */
export interface Reference {
  readonly set: FeatureSet | FeatureStatistics;
  readonly name: string;
  /** The images themselves, where they were needed. */
  readonly images?: ImageSet;
}

const enough: readonly MetricName[] = ['fid', 'fid-infinity', 'is', 'class-shares']; // for which mean and covariance are enough

/** What samples are to be compared with. */
interface Asked {
  /** Real images: `fashion-mnist:train`, `cifar10:test`, a folder of PNG files, or an `.npz` of images or statistics. */
  reference: string;
  /** What is measured; for some, mean and covariance of the features are enough. */
  metrics: readonly MetricName[];
  /** Whether features are kept for the next time. */
  cache: boolean;
}

/**
 * The features of the reference: those this package ships, those of an `.npz` of statistics, those kept from an earlier run, or
 * else fresh ones, which are kept.
 *
 * @example
 * ```ts
 * const terminal = { say: console.log, heading: console.log, progress: () => undefined, finish: () => undefined };
 * const { signal } = new AbortController();
 *
 * const asked = { reference: 'fashion-mnist:train', metrics: ['fid'], cache: false } as const;
 * const { name, set } = await openReference(asked, await fashionCnn(), { batch: 100, terminal, signal });
 * console.log(name, set);
 * ```
 */
export async function openReference(
  { reference, metrics, cache }: Asked,
  extractor: FeatureExtractor,
  opening: Opening,
): Promise<Reference> {
  const statisticsOnly = metrics.every((metric) => enough.includes(metric));
  const named = namedDataset(reference);
  if (named?.name === 'fashion-mnist' && extractor.name === 'fashion' && statisticsOnly)
    return { set: await fashionReference(named.split), name: `${named.name} ${named.split}` };
  if (!named && /\.npz$/i.test(reference) && existsSync(reference)) {
    const set = await statisticsOf(reference, { statisticsOnly, extractor, ...opening });
    if (set) return { set, name: reference };
  }
  const images = await openImages(reference, { ...opening, count: undefined });
  return { set: await featuresOf(images, extractor, { ...opening, cache }), name: images.name, images };
}

/** What files of other programs leave open; only the estimated bias of FID depends on it. */
const USUAL_COUNT = 50_000;

async function statisticsOf(
  path: string,
  how: { statisticsOnly: boolean; extractor: FeatureExtractor } & Pick<Opening, 'terminal' | 'signal'>,
): Promise<FeatureSet | FeatureStatistics | undefined> {
  const { statisticsOnly, extractor, terminal, signal } = how;
  const file = await openNpz(path, { signal });
  const { entries, unreadable } = file;
  await file.close();
  if (!('mu' in entries || 'mu' in unreadable)) return undefined;
  const { name, layer, dim } = extractor;
  const ofOthers = !('meta' in entries);
  if (ofOthers)
    terminal.say(
      `Note: ${path} does not tell how it was made; it is taken for statistics of ${name}, ${layer}` +
        ('n' in entries ? '' : `, of ${USUAL_COUNT} images, on which only the estimated bias depends`),
    );
  const options = {
    ...(ofOthers && { meta: { extractor: name, layer, split: path } }),
    ...(!('n' in entries) && { count: USUAL_COUNT }),
    ...{ dim, signal },
  };
  return !('feats' in entries) || statisticsOnly
    ? FeatureStatistics.fromNpz(path, options)
    : featureSetFromNpz(path, options);
}

async function featuresOf(
  images: ImageSet,
  extractor: FeatureExtractor,
  { terminal, signal, batch, cache }: Opening & { cache: boolean },
): Promise<FeatureSet> {
  const file = join(cacheDir(), 'features', `${await keyOf(images, extractor)}.npz`);
  const kept = cache ? await readKept(file, signal) : undefined;
  if (kept) {
    terminal.say(`Reference: features of ${images.name} from ${file}`);
    return kept;
  }
  const collecting = collectFeatures(extractor, images.batches(), {
    batch,
    range: images.range,
    split: images.name,
    signal,
  });
  const set = await run(collecting, ({ done }) =>
    terminal.progress(done / images.count, `reference: ${done}/${images.count} images`),
  );
  terminal.finish();
  if (cache) terminal.say(`Reference: features of ${images.name} ${await keep(file, set)}`);
  return set;
}

/** A full or read-only cache costs time the next time, and no scores now. */
async function keep(file: string, set: FeatureSet): Promise<string> {
  try {
    await mkdir(dirname(file), { recursive: true });
    await writeAtomically(file, featureSetToNpz(set));
    return `are kept in ${file}`;
  } catch (error) {
    return `are not kept: ${(error as Error).message}`;
  }
}

/** Another image, another name, another network or other weights make another key. */
async function keyOf(images: ImageSet, { name, layer, dim }: FeatureExtractor): Promise<string> {
  const parts = [images.name, await images.digest(), name, layer, dim];
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32);
}

/** A file that was damaged is made again. */
async function readKept(file: string, signal: AbortSignal): Promise<FeatureSet | undefined> {
  if (!existsSync(file)) return undefined;
  try {
    return await featureSetFromNpz(file, { signal });
  } catch (error) {
    if (error instanceof FileFormatError) return undefined;
    throw error;
  }
}

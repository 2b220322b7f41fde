import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { BatchFeatures, FeatureExtractor } from '@diffgan/fid';
import { NpzWriter, type WritableArray, writeAtomically } from '@diffgan/files';
import { inFlags, openExtractor } from '@diffgan/runs';
import { UsageError } from '@diffgan/runs/errors';
import type { BackendInfo } from '@diffgan/runtime';
import { FirstImages } from '../evaluate/first-images.ts';
import type { GeneratedImages } from '../evaluate/generated-images.ts';
import type { EvaluateCommandOptions } from '../evaluate/options.ts';
import { inPictures } from '../evaluate/score-into.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { version } from '../terminal/version.ts';
import type { Part } from './check-parts.ts';
import { batchesOfShard, type Shard } from './shard.ts';

/** What tells that a folder holds a part of an evaluation. */
export const PART = 'part.json';
/** Its arrays: `feats`, one row for each image; `logits`; `labels`, the classes asked for; `images`, those for the pictures of the report. */
export const FEATURES = 'features.npz';

/** The options that all parts share, and that the whole has. */
export type PartSettings = Omit<EvaluateCommandOptions, 'workers' | 'shard' | 'out' | 'backend'> &
  Required<Pick<EvaluateCommandOptions, 'batch' | 'precision'>>;

/**
 * A part of an evaluation, as `part.json` tells. Beside it lie the features themselves and no sums of them: sums of parts, added up, would round
 * otherwise than those of the whole.
 */
export interface EvaluationPart extends Part {
  command: 'evaluate';
  version: string;
  /** What the samples are called in reports. */
  samples: string;
  /** The network that made the features. */
  extractor: { name: string; layer: string; dim: number };
  backend: { name: string; version: string };
  settings: PartSettings;
  seconds: number;
}

interface Making {
  options: EvaluateCommandOptions & PartSettings;
  shard: Shard;
  backend: BackendInfo;
  terminal: Terminal;
}

const settingsOf = ({ samples, reference, metrics, extractor, weights, resize, ...more }: Making['options']) => {
  const { range, size, background, count, batch, seed, precision, cache, saveStatistics } = more;
  const pixels = { range, size, background };
  return {
    ...{ samples, reference, metrics, extractor, weights, resize, ...pixels },
    ...{ count, batch, seed, precision, cache, saveStatistics },
  } satisfies PartSettings;
};

/** Makes the features of a part of the samples, for {@link mergeEvaluation}. */
export async function writeEvaluationPart(
  samples: GeneratedImages,
  { options, shard, backend, terminal }: Making,
): Promise<EvaluationPart> {
  const began = performance.now();
  const settings = settingsOf(options);
  const folder = resolve(options.out);
  if (existsSync(join(folder, 'sample.json')))
    throw new UsageError(`${folder} holds samples; choose another folder for a part of their scores with --out`);
  const [from, to] = batchesOfShard(samples.batches, shard);
  const wanted = Math.min(samples.count, to * settings.batch) - from * settings.batch;
  await rm(join(folder, PART), { force: true }); // until the features are there, there is no part
  const extractor = await openExtractor(options);
  const first = new FirstImages(Math.max(0, inPictures.samples - from * settings.batch));
  try {
    const onBatch = (done: number) => terminal.progress(done / wanted, `samples: ${done}/${wanted} images`);
    const batches = samples.features(extractor, first, [from, to]);
    const count = await writeFeatures(join(folder, FEATURES), batches, { extractor, first, onBatch });
    const { name, layer, dim } = extractor;
    const part: EvaluationPart = {
      ...{ command: 'evaluate', version, samples: samples.name, count, shard: { ...shard, total: samples.count } },
      ...{ extractor: { name, layer, dim }, backend: { name: backend.name, version: backend.version }, settings },
      ...{ seconds: (performance.now() - began) / 1000, folder },
    };
    await writeAtomically(join(folder, PART), `${JSON.stringify(part, null, 2)}\n`);
    terminal.say(`Features of ${count} images, part ${shard.index} of ${shard.of}: ${join(folder, FEATURES)}`);
    return part;
  } catch (error) {
    throw inFlags(error);
  } finally {
    terminal.finish();
    first.dispose();
    extractor.dispose();
  }
}

interface Features {
  extractor: FeatureExtractor;
  first: FirstImages;
  onBatch: (done: number) => void;
}

async function writeFeatures(
  path: string,
  batches: AsyncIterable<BatchFeatures>,
  { extractor: { dim }, first, onBatch }: Features,
): Promise<number> {
  const writer = await NpzWriter.create(path);
  try {
    const scores: WritableArray[] = [];
    const asked: WritableArray[] = [];
    let count = 0;
    for await (const { rows, logits, labels } of batches) {
      const here = rows.length / dim;
      await writer.append('feats', { shape: [here, dim], data: rows });
      if (logits) scores.push({ shape: [here, logits.length / here], data: logits });
      if (labels) asked.push({ shape: [here], data: Int32Array.from(labels) });
      onBatch((count += here));
    }
    for (const array of scores) await writer.append('logits', array);
    for (const array of asked) await writer.append('labels', array);
    if (!first.empty) await writer.append('images', await imagesOf(first));
    await writer.finish();
    return count;
  } catch (error) {
    await writer.discard();
    throw error;
  }
}

async function imagesOf(first: FirstImages): Promise<WritableArray> {
  const images = first.take();
  try {
    return { shape: [...images.shape], data: await images.data<'float32'>() };
  } finally {
    images.dispose();
  }
}

import { readFile, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { tensor4d } from '@tensorflow/tfjs-core';
import { boolean, integer, listOf, number, object, oneOf, optional, pairOf, parse, text } from '@diffgan/config';
import { type BatchFeatures, metricNames, needLogits } from '@diffgan/fid';
import { type NpzReader, openNpz } from '@diffgan/files';
import { extractorNames, floatRanges, makeFolder, prepareBackend, resizeNames, withinRun } from '@diffgan/runs';
import { UsageError } from '@diffgan/runs/errors';
import type { FirstImages } from '../evaluate/first-images.ts';
import { checkEvaluateOptions } from '../evaluate/options.ts';
import type { EvaluateResult } from '../evaluate/report.ts';
import { inPictures, scoreInto } from '../evaluate/score-into.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { inOrder } from './check-parts.ts';
import { type EvaluationPart, FEATURES, PART, type PartSettings } from './evaluation-part.ts';

const [ROWS, MOST, LONGEST] = [1000, 2 ** 40, 1 << 20];

const settings = object<PartSettings>({
  ...{
    samples: text(),
    reference: text(),
    metrics: listOf(oneOf(...metricNames), { min: 1, max: metricNames.length }),
  },
  ...{ extractor: oneOf(...extractorNames), weights: optional(text()), resize: optional(oneOf(...resizeNames)) },
  ...{ range: optional(oneOf(...floatRanges)), size: optional(pairOf(integer(1, 9999))) },
  ...{ background: optional(oneOf('black', 'white')), count: optional(integer(2, MOST)), batch: integer(1, MOST) },
  ...{ seed: integer(0, Number.MAX_SAFE_INTEGER), precision: oneOf('float32', 'bfloat16') },
  ...{ cache: boolean(), saveStatistics: boolean() },
});

const schema = object<EvaluationPart>({
  ...{ command: oneOf('evaluate'), version: text(), samples: text(), folder: text(), seconds: number({ min: 0 }) },
  ...{ count: integer(1, MOST), settings },
  shard: object({ index: integer(1, 99999), of: integer(1, 99999), total: integer(1, MOST) }),
  extractor: object({ name: text(), layer: text(), dim: integer(1, 16384) }),
  backend: object({ name: text(), version: text() }),
});

/** Scores samples whose features were made in parts: the same scores, in every bit, as of the whole. */
export async function mergeEvaluation(
  folders: readonly string[],
  out: string,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<EvaluateResult> {
  const parts = inOrder(await Promise.all(folders.map(readPart)), ({ version, extractor, backend, settings }) => ({
    version,
    network: extractor,
    backend,
    ...settings,
  }));
  const [{ samples: name, shard, backend: made, settings: common }] = parts;
  const options = { ...common, workers: 1, out };
  checkEvaluateOptions(options);
  return withinRun(resolve(out), async () => {
    await makeFolder(out);
    const backend = await prepareBackend(made.name, terminal, signal);
    const { batch, range, size, background } = common;
    return scoreInto(
      { name, count: shard.total, features: (_, first) => featuresOf(parts, first) },
      {
        ...{ options, backend, opening: { batch, range, size, background, terminal, signal } },
        seconds: parts.reduce((sum, { seconds }) => sum + seconds, 0),
      },
    );
  });
}

async function readPart(folder: string): Promise<EvaluationPart> {
  const path = resolve(folder);
  const refuse = (why: string) => new UsageError(`${path} has no part of an evaluation: ${join(path, PART)} ${why}`);
  const { size } = await stat(join(path, PART)).catch((error: unknown) => {
    throw refuse(`cannot be read (${(error as Error).message}); make parts with evaluate --shard i/n`);
  });
  if (size > LONGEST) throw refuse(`has ${size} bytes, which is too much`);
  let told: unknown;
  try {
    told = JSON.parse(await readFile(join(path, PART), 'utf8'));
  } catch (error) {
    throw refuse(`is no JSON (${(error as Error).message})`);
  }
  return { ...parse(schema, told, (problem) => refuse(`is wrong: ${problem}`)), folder: path };
}

async function* featuresOf(parts: readonly EvaluationPart[], first: FirstImages): AsyncGenerator<BatchFeatures, void> {
  for (const part of parts) {
    const file = await openNpz(join(part.folder, FEATURES));
    try {
      checkArrays(file, part);
      if ('images' in file.entries) await addImages(first, file);
      const scores = 'logits' in file.entries ? file.rows('logits', { batch: ROWS }) : undefined;
      const asked = 'labels' in file.entries ? file.rows('labels', { batch: ROWS }) : undefined;
      for await (const { data: rows } of file.rows('feats', { batch: ROWS })) {
        const logits = (await scores?.next())?.value?.data;
        const labels = (await asked?.next())?.value?.data;
        yield { rows, ...(logits && { logits }), ...(labels && { labels }) } as BatchFeatures;
      }
    } finally {
      await file.close();
    }
  }
}

async function addImages(first: FirstImages, file: NpzReader): Promise<void> {
  const { shape, data } = await file.read('images', { maxBytes: 1 << 28 });
  const images = tensor4d(data as Float32Array, shape as [number, number, number, number]);
  first.add(images);
  images.dispose();
}

/** Refuses arrays that are not those of the part. */
function checkArrays({ entries, unreadable }: NpzReader, { folder, count, extractor, settings }: EvaluationPart): void {
  const logits = needLogits(settings.metrics);
  const { feats, logits: scores, labels, images } = entries;
  const fits =
    Object.keys(unreadable).length === 0 &&
    [feats, scores, images].every((entry) => entry === undefined || entry.dtype === '<f4') &&
    `${feats?.shape}` === `${count},${extractor.dim}` &&
    (logits ? scores?.shape.length === 2 && scores.shape[0] === count : scores === undefined) &&
    (labels === undefined || (labels.dtype === '<i4' && `${labels.shape}` === `${count}`)) &&
    (images === undefined || (images.shape.length === 4 && images.shape[0] <= inPictures.samples));
  if (!fits)
    throw new UsageError(
      `${join(folder, FEATURES)} has not the features that ${PART} beside it tells; make the part again`,
    );
}

import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { imageGrid } from '@diffgan/data';
import {
  type BatchFeatures,
  evaluate as evaluateFeatures,
  type Evaluation,
  type FeatureExtractor,
  type FeatureStatistics,
} from '@diffgan/fid';
import { writeAtomically } from '@diffgan/files';
import { key, run } from '@diffgan/ops';
import {
  floorScore,
  inFlags,
  neighbourPictures,
  openExtractor,
  type Opening,
  openReference,
  type Reference,
} from '@diffgan/runs';
import type { BackendInfo } from '@diffgan/runtime';
import type { Terminal } from '../terminal/terminal.ts';
import { version } from '../terminal/version.ts';
import { FirstImages } from './first-images.ts';
import type { EvaluateCommandOptions } from './options.ts';
import { evaluateReport, type EvaluateResult, scoreRows, textTable } from './report.ts';

/** How many of the first samples are shown, and how many of them with their neighbours. */
export const inPictures = { samples: 100, withNeighbours: 8 };

/** Samples to score: their features batch by batch, of which the first images are kept. */
export interface Scorable {
  /** What they are called in reports. */
  readonly name: string;
  readonly count: number;
  features(extractor: FeatureExtractor, first: FirstImages): AsyncIterable<BatchFeatures>;
}

/** What scoring takes besides the samples. */
export interface Scoring {
  readonly options: EvaluateCommandOptions;
  readonly backend: BackendInfo;
  readonly opening: Opening;
  /** Seconds that went by before, in this process or in others. */
  readonly seconds: number;
}

/** Scores samples against the reference, and writes `evaluation.json`, `report.html` and what else was asked for. */
export async function scoreInto(samples: Scorable, scoring: Scoring): Promise<EvaluateResult> {
  const began = performance.now();
  const { options, backend, opening } = scoring;
  const { out, seed } = options;
  const extractor = await openExtractor(options);
  const first = new FirstImages(inPictures.samples);
  try {
    const reference = await openReference(options, extractor, opening);
    const { statistics, ...evaluation } = await scored(samples, reference, { options, extractor, opening, first });
    const result: EvaluateResult = {
      command: 'evaluate',
      version,
      samples: samples.name,
      ...evaluation,
      reference: { ...evaluation.reference, name: reference.name },
      backend: backend.description,
      seed,
      ...(/^fashion-mnist/.test(reference.name) && evaluation.scores.fid && extractor.name === 'fashion'
        ? { floor: (await floorScore()).value }
        : {}),
      seconds: scoring.seconds + (performance.now() - began) / 1000,
      files: {
        report: join(out, 'report.html'),
        result: join(out, 'evaluation.json'),
        ...(options.saveStatistics && { statistics: join(out, 'statistics.npz') }),
      },
    };
    await write(result, { first, statistics, extractor, reference, signal: opening.signal });
    summarise(result, opening.terminal as Terminal);
    return result;
  } finally {
    first.dispose();
    extractor.dispose();
  }
}

interface Setting extends Pick<Scoring, 'options' | 'opening'> {
  readonly extractor: FeatureExtractor;
  readonly first: FirstImages;
}

async function scored(
  samples: Scorable,
  reference: Reference,
  { options: { metrics, seed }, extractor, opening: { terminal, signal }, first }: Setting,
): Promise<Evaluation & { statistics: FeatureStatistics }> {
  const features = samples.features(extractor, first);
  const work = evaluateFeatures({ features }, reference.set, { extractor, metrics, key: key(seed), signal });
  let statistics: FeatureStatistics | undefined;
  try {
    const evaluation = await run(work, (event) => {
      if (event.type === 'features')
        terminal.progress(event.done / samples.count, `samples: ${event.done}/${samples.count} images`);
      else if (event.type === 'collected') ({ statistics } = event.samples);
      else terminal.progress(event.fraction, event.metric);
    });
    return { ...evaluation, statistics: statistics! };
  } catch (error) {
    throw inFlags(error);
  } finally {
    terminal.finish();
  }
}

interface Written {
  readonly first: FirstImages;
  readonly statistics: FeatureStatistics;
  readonly extractor: FeatureExtractor;
  readonly reference: Reference;
  readonly signal: AbortSignal;
}

async function write(
  result: EvaluateResult,
  { first, statistics, extractor, reference, signal }: Written,
): Promise<void> {
  const images = first.take();
  const few = tf.slice(images, 0, Math.min(inPictures.withNeighbours, images.shape[0]));
  try {
    const { dataset } = reference.images ?? {};
    const neighbours =
      dataset && 'indices' in reference.set
        ? await neighbourPictures(few, { extractor, dataset, reference: reference.set, signal })
        : undefined;
    const grid = await imageGrid(images, { columns: 20, scale: 2 });
    const { files } = result;
    if (files.statistics !== undefined) await writeAtomically(files.statistics, statistics.toNpz());
    await writeAtomically(files.report, evaluateReport(result, { samples: grid, neighbours }));
    await writeAtomically(files.result, `${JSON.stringify(result, null, 2)}\n`);
  } finally {
    tf.dispose([images, few]);
  }
}

function summarise(result: EvaluateResult, terminal: Terminal): void {
  terminal.heading(`${result.samples} against ${result.reference.name}`);
  terminal.say(textTable(scoreRows(result)));
  result.warnings.forEach((warning) => terminal.say(`Note: ${warning}`));
  terminal.say(`\n${result.files.report}`);
  if (result.files.statistics !== undefined) terminal.say(result.files.statistics);
}

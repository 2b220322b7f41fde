import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { imageGrid } from '@diffgan/data';
import { evaluate as evaluateImages, type Evaluation, type FeatureExtractor } from '@diffgan/fid';
import { writeAtomically } from '@diffgan/files';
import { key, run } from '@diffgan/ops';
import {
  checkImages,
  checkModel,
  checkScored,
  floorScore,
  inFlags,
  isModel,
  makeFolder,
  neighbourPictures,
  openExtractor,
  type Opening,
  openReference,
  prepareBackend,
  type Reference,
  withinRun,
} from '@diffgan/runs';
import { UsageError } from '@diffgan/runs/errors';
import { FirstImages } from '../evaluate/first-images.ts';
import { type GeneratedImages, openGenerated } from '../evaluate/generated-images.ts';
import { type EvaluateCommandOptions } from '../evaluate/options.ts';
import { evaluateReport, type EvaluateResult, scoreRows, textTable } from '../evaluate/report.ts';
import { preparePrecision } from '../setup/prepare-precision.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { version } from '../terminal/version.ts';

const inPictures = { samples: 100, withNeighbours: 8 };
const batches = { 'fashion-cnn': 100, inception: 32 };

/** Scores images against real ones and writes `evaluation.json` and `report.html`. */
export async function evaluate(
  options: EvaluateCommandOptions,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<EvaluateResult> {
  await checkFiles(options);
  return withinRun(resolve(options.out), () => scoreInto(options, terminal, signal));
}

async function scoreInto(
  options: EvaluateCommandOptions,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<EvaluateResult> {
  const began = performance.now();
  const { batch = batches[options.extractor], count, range, size, background, seed, workers, out } = options;
  await makeFolder(out);
  const backend = await prepareBackend(options.backend, terminal, signal);
  const precision = preparePrecision(options.precision, terminal);
  const opening: Opening = { batch, count, range, size, background, terminal, signal };
  const { extractor: name, weights, resize, metrics } = options;
  const features = { extractor: name, weights, resize, logits: metrics.includes('is') };
  const drawing = { batch, seed, precision, features, workers, backend: backend.name };
  const samples = await openGenerated(options.samples, opening, drawing);
  const extractor = await openExtractor(options);
  const first = new FirstImages(inPictures.samples);
  try {
    const reference = await openReference(options, extractor, opening);
    const evaluation = await scored(samples, reference, { options, extractor, opening, first });
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
      seconds: (performance.now() - began) / 1000,
      files: { report: join(out, 'report.html'), result: join(out, 'evaluation.json') },
    };
    await write(result, first, { extractor, reference, signal });
    summarise(result, terminal);
    return result;
  } finally {
    first.dispose();
    extractor.dispose();
  }
}

/** What is not there is said before anything starts. */
async function checkFiles({ samples, reference, weights, extractor }: EvaluateCommandOptions): Promise<void> {
  if (isModel(samples)) checkScored(await checkModel(samples), extractor);
  else checkImages(samples);
  checkImages(reference);
  if (weights !== undefined && !existsSync(weights))
    throw new UsageError(
      `--weights: there is no ${weights}; give the network of pytorch-fid as safetensors, see --help`,
    );
}

interface Scoring {
  readonly options: EvaluateCommandOptions;
  readonly extractor: FeatureExtractor;
  readonly opening: Opening;
  readonly first: FirstImages;
}

async function scored(
  samples: GeneratedImages,
  reference: Reference,
  { options: { metrics, seed }, extractor, opening: { batch, terminal, signal }, first }: Scoring,
): Promise<Evaluation> {
  const work = evaluateImages(samples.source(first), reference.set, {
    extractor,
    metrics,
    batch,
    range: samples.range,
    key: key(seed),
    signal,
  });
  try {
    return await run(work, (event) => {
      if (event.type === 'features')
        terminal.progress(event.done / samples.count, `samples: ${event.done}/${samples.count} images`);
      else terminal.progress(event.fraction, event.metric);
    });
  } catch (error) {
    throw inFlags(error);
  } finally {
    terminal.finish();
  }
}

async function write(
  result: EvaluateResult,
  first: FirstImages,
  { extractor, reference, signal }: { extractor: FeatureExtractor; reference: Reference; signal: AbortSignal },
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
    await writeAtomically(result.files.report, evaluateReport(result, { samples: grid, neighbours }));
    await writeAtomically(result.files.result, `${JSON.stringify(result, null, 2)}\n`);
  } finally {
    tf.dispose([images, few]);
  }
}

function summarise(result: EvaluateResult, terminal: Terminal): void {
  terminal.heading(`${result.samples} against ${result.reference.name}`);
  terminal.say(textTable(scoreRows(result)));
  result.warnings.forEach((warning) => terminal.say(`Note: ${warning}`));
  terminal.say(`\n${result.files.report}`);
}

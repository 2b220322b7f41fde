import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { needLogits } from '@diffgan/fid';
import { checkImages, checkModel, checkScored, isModel, makeFolder, prepareBackend, withinRun } from '@diffgan/runs';
import { UsageError } from '@diffgan/runs/errors';
import { openGenerated } from '../evaluate/generated-images.ts';
import type { EvaluateCommandOptions } from '../evaluate/options.ts';
import type { EvaluateResult } from '../evaluate/report.ts';
import { scoreInto } from '../evaluate/score-into.ts';
import { preparePrecision } from '../setup/prepare-precision.ts';
import { type EvaluationPart, writeEvaluationPart } from '../shards/evaluation-part.ts';
import type { Terminal } from '../terminal/terminal.ts';

const batches = { 'fashion-cnn': 100, inception: 32 };

/** Scores images against real ones and writes `evaluation.json` and `report.html`; with a shard, the features of that part alone. */
export async function evaluate(
  options: EvaluateCommandOptions,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<EvaluateResult | EvaluationPart> {
  await checkFiles(options);
  return withinRun(resolve(options.out), () => evaluateInto(options, terminal, signal));
}

async function evaluateInto(
  options: EvaluateCommandOptions,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<EvaluateResult | EvaluationPart> {
  const began = performance.now();
  const { batch = batches[options.extractor], count, range, size, background, seed, workers, out, shard } = options;
  await makeFolder(out);
  const backend = await prepareBackend(options.backend, terminal, signal);
  const precision = preparePrecision(options.precision, terminal);
  const opening = { batch, count, range, size, background, terminal, signal };
  const { extractor: name, weights, resize, metrics } = options;
  const features = { extractor: name, weights, resize, logits: needLogits(metrics) };
  const drawing = { batch, seed, precision, features, workers, backend: backend.name };
  const samples = await openGenerated(options.samples, opening, drawing);
  const all = { ...options, batch, precision };
  if (shard) return writeEvaluationPart(samples, { options: all, shard, backend, terminal });
  return scoreInto(samples, { options: all, backend, opening, seconds: (performance.now() - began) / 1000 });
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

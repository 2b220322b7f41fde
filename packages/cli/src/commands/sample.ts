import { basename, join, resolve } from 'node:path';
import { writeAtomically } from '@diffgan/files';
import type { Pipeline, SamplingConfig } from '@diffgan/hub';
import {
  batchCount,
  checkModel,
  openPipeline,
  prepareBackend,
  type SampleJob,
  samplerOf,
  withinRun,
} from '@diffgan/runs';
import { Interrupted } from '@diffgan/runs/errors';
import type { Precision } from '@diffgan/runtime';
import type { FormatName, SampleOptions } from '../sample/options.ts';
import { CHAIN_IMAGES, chainGif } from '../sample/outputs/chain-gif.ts';
import { freshFolder, unmark } from '../sample/outputs/fresh-folder.ts';
import { formatsFor, openOutputs } from '../sample/outputs/open-outputs.ts';
import type { SampleOutput } from '../sample/outputs/sample-output.ts';
import { scheduleNotes } from '../sample/schedule-notes.ts';
import { preparePrecision } from '../setup/prepare-precision.ts';
import { batchesOfShard, type Shard } from '../shards/shard.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { version } from '../terminal/version.ts';
import { sampleBatches } from '../workers/sample-batches.ts';

/** What the command did: what `sample.json` holds. */
export interface SampleResult {
  command: 'sample';
  version: string;
  from: string;
  sampling: SamplingConfig;
  /** Samples that are there: fewer than asked for after Ctrl-C, 0 while they are drawn. */
  count: number;
  /** Which part of how many samples this is. */
  shard?: Shard & { total: number };
  batch: number;
  seed: number | readonly number[];
  backend: string;
  precision: Precision;
  workers: number;
  /** Of drawing and writing. */
  seconds: number;
  folder: string;
  /** Names of files and folders in `folder`. */
  files: string[];
}

const COUNT = 100;
const BATCH = { images: 100, points: 1000 };

/** Draws samples into files. */
export async function sample(options: SampleOptions, terminal: Terminal, signal: AbortSignal): Promise<SampleResult> {
  const { sampleShape: shape } = await checkModel(options.from, options);
  const count = options.count ?? COUNT;
  const formats = formatsFor({ shape, count, formats: options.formats });
  return withinRun(resolve(options.out), () => drawInto({ ...options, count, formats }, terminal, signal));
}

async function drawInto(
  options: SampleOptions & Required<Pick<SampleOptions, 'count' | 'formats'>>,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<SampleResult> {
  const { formats } = options;
  const backend = await prepareBackend(options.backend, terminal, signal);
  const precision = preparePrecision(options.precision, terminal);
  const pipeline = await openPipeline(options.from, { ...options, precision });
  try {
    const job = jobOf({ ...options, precision }, pipeline);
    const { shard } = options;
    const batches = shard && batchesOfShard(batchCount(job), shard);
    const wanted = batches ? Math.min(job.count, batches[1] * job.batch) - batches[0] * job.batch : job.count;
    const out = await freshFolder(resolve(options.out), terminal);
    scheduleNotes(options.schedule).forEach((note) => terminal.say(note));
    terminal.say(`Drawing ${wanted} from ${pipeline.name}: ${describe(pipeline)}`);
    const begun: SampleResult = {
      command: 'sample',
      version,
      from: options.from,
      sampling: pipeline.sampling,
      count: 0,
      ...(shard && { shard: { ...shard, total: job.count } }),
      batch: job.batch,
      seed: job.seed,
      backend: backend.description,
      precision,
      workers: options.workers,
      seconds: 0,
      folder: out,
      files: [],
    };
    await writeResult(begun); // whatever happens now, the next run knows whose the folder is
    const began = performance.now();
    const surroundings = {
      pipeline,
      formats,
      out,
      terminal,
      signal,
      backend: backend.name,
      workers: options.workers,
      batches,
      wanted,
    };
    const { count, files } = await write(job, surroundings);
    const result = { ...begun, count, seconds: (performance.now() - began) / 1000, files };
    await writeResult(result);
    if (count < wanted)
      throw new Interrupted(`Stopped after ${count} of ${wanted} samples; they are in ${files.join(', ')} of ${out}`);
    summarise(result, terminal);
    return result;
  } finally {
    pipeline.dispose();
  }
}

const writeResult = (result: SampleResult) =>
  writeAtomically(join(result.folder, 'sample.json'), `${JSON.stringify(result, null, 2)}\n`);

function jobOf(options: SampleOptions & { count: number; precision: Precision }, { imageShape }: Pipeline): SampleJob {
  const { from, count, seed, seeds, sampling, schedule, classifier, worse, precision } = options;
  const batch = options.batch ?? Math.min(count, imageShape ? BATCH.images : BATCH.points);
  return { from, count, batch, seed: seeds ?? seed, sampling, schedule, classifier, worse, precision };
}

function describe({ sampling, schedule }: Pipeline): string {
  const { sampler, spacing = '', sigmas, guidance, autoguidance } = sampling;
  const listed = /^\d/.test(spacing) ? spacing.split(',').length : sigmas && sigmas.length - 1;
  const all = typeof schedule === 'function' ? undefined : schedule.steps;
  const steps = sampling.steps ?? listed ?? all;
  const guided = guidance === undefined ? '' : `, guidance ${guidance}`;
  const led = autoguidance === undefined ? '' : `, autoguidance ${autoguidance}`;
  return `${sampler}${steps === undefined ? '' : `, ${steps} steps`}${guided}${led}`;
}

interface Surroundings {
  pipeline: Pipeline;
  formats: readonly FormatName[];
  out: string;
  terminal: Terminal;
  signal: AbortSignal;
  backend: string;
  workers: number;
  batches?: readonly [from: number, to: number];
  /** Samples of those batches. */
  wanted: number;
}

/** Draws and writes all, or after Ctrl-C what there is. */
async function write(job: SampleJob, surroundings: Surroundings): Promise<{ count: number; files: string[] }> {
  const { pipeline, formats, out, wanted } = surroundings;
  const outputs = await openOutputs(out, { shape: pipeline.sampleShape, count: wanted, formats });
  try {
    const count = await fill(outputs, job, surroundings);
    for (const output of outputs) await output.finish();
    const files = outputs.map(({ path }) => basename(path));
    if (count === wanted && formats.includes('gif')) files.push(await writeChain(job, surroundings));
    return { count, files };
  } catch (error) {
    await Promise.allSettled(outputs.map((output) => output.discard()));
    await unmark(out).catch(() => undefined); // the error is what to tell of
    throw error;
  }
}

/** Hands batch after batch to the outputs; returns how many samples they have got. */
async function fill(
  outputs: readonly SampleOutput[],
  job: SampleJob,
  { terminal, workers, backend, signal, batches, wanted }: Surroundings,
): Promise<number> {
  let count = 0;
  let reported = -1;
  const onProgress = (done: number) => {
    if (done <= reported) return;
    reported = done;
    terminal.progress(done / wanted, `${done}/${wanted} samples`);
  };
  try {
    for await (const batch of sampleBatches(job, { workers, backend, signal, batches, onProgress })) {
      for (const output of outputs) await output.add({ ...batch, first: count });
      count += batch.shape[0];
      onProgress(count);
    }
  } catch (error) {
    if (!(error instanceof Interrupted) || count === 0) throw error;
  } finally {
    terminal.finish();
  }
  return count;
}

async function writeChain(job: SampleJob, { pipeline, out, terminal, signal }: Surroundings): Promise<string> {
  const onStep = (fraction: number) => terminal.progress(fraction, 'chain.gif');
  const batch = Math.min(job.count, CHAIN_IMAGES);
  const sampler = samplerOf({ seed: job.seed, batch }, pipeline, { signal, onStep });
  try {
    await writeAtomically(join(out, 'chain.gif'), await chainGif(sampler));
  } finally {
    terminal.finish();
    sampler.dispose();
  }
  return 'chain.gif';
}

function summarise({ count, seconds, folder, files }: SampleResult, terminal: Terminal): void {
  const each = ((1000 * seconds) / count).toFixed(1);
  terminal.say(`${count} samples in ${seconds.toFixed(1)} s, ${each} ms each`);
  for (const file of files) terminal.say(join(folder, file));
}

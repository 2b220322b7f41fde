import { constants, existsSync } from 'node:fs';
import { access, mkdir } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { writeAtomically } from '@diffgan/files';
import { Interrupted } from '../terminal/interrupt.ts';
import { moveAside } from '../run/move-aside.ts';
import { prepareBackend } from '../setup/prepare-backend.ts';
import { drawerOf } from '../sample/batch-maker.ts';
import { checkSampling } from '../sample/check-sampling.ts';
import type { DrawJob } from '../sample/draw-job.ts';
import { type Drawable, labelOf } from '../sample/drawable.ts';
import { drawnBatches } from '../workers/drawn-batches.ts';
import { closeDrawable, openDrawable } from '../sample/open-drawable.ts';
import type { FormatName, SampleOptions } from '../sample/options.ts';
import { CHAIN_IMAGES, chainGif } from '../sample/outputs/chain-gif.ts';
import { formatsFor, openOutputs } from '../sample/outputs/open-outputs.ts';
import type { SampleOutput } from '../sample/outputs/sample-output.ts';
import type { SamplingConfig } from '../run/sampling-config.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { UsageError } from '../terminal/usage-error.ts';
import { version } from '../terminal/version.ts';

/** What the command did: what `sample.json` holds. */
export interface SampleResult {
  command: 'sample';
  version: string;
  from: string;
  sampling: SamplingConfig;
  /** Samples that are there: fewer than asked for after Ctrl-C. */
  count: number;
  batch: number;
  seed: number | readonly number[];
  backend: string;
  workers: number;
  /** Of drawing and writing. */
  seconds: number;
  folder: string;
  /** Names of files and folders in `folder`. */
  files: string[];
}

const usual = { count: 100, images: 100, points: 1000 };

/** Draws samples into files. */
export async function sample(options: SampleOptions, terminal: Terminal, signal: AbortSignal): Promise<SampleResult> {
  const backend = await prepareBackend(options.backend, terminal, signal);
  const drawable = await openDrawable(options.from, options);
  try {
    const job = jobOf(options, drawable);
    checkSampling(drawable);
    const formats = formatsFor({ ...drawable, ...options, count: job.count });
    const out = await freshFolder(options.out, terminal);
    terminal.say(`Drawing ${job.count} from ${drawable.name}: ${describe(drawable)}`);
    const began = performance.now();
    const surroundings = { drawable, formats, out, terminal, signal, backend: backend.name, workers: options.workers };
    const { count, files } = await write(job, surroundings);
    const result: SampleResult = {
      ...{ command: 'sample', version, from: options.from, sampling: drawable.sampling },
      ...{ count, batch: job.batch, seed: job.seed, backend: backend.description, workers: options.workers },
      ...{ seconds: (performance.now() - began) / 1000, folder: out, files },
    };
    await writeAtomically(join(out, 'sample.json'), `${JSON.stringify(result, null, 2)}\n`);
    if (count < job.count)
      throw new Interrupted(
        `Stopped after ${count} of ${job.count} samples; they are in ${files.join(', ')} of ${out}`,
      );
    summarise(result, terminal);
    return result;
  } finally {
    closeDrawable(drawable);
  }
}

function jobOf(options: SampleOptions, { shape }: Drawable): DrawJob {
  const { from, count = usual.count, seed, seeds, sampling, schedule, classifier } = options;
  const batch = options.batch ?? Math.min(count, shape.length === 3 ? usual.images : usual.points);
  return { from, count, batch, seed: seeds ?? seed, sampling, schedule, classifier };
}

/** An earlier set of samples moves aside and nothing is lost. */
async function freshFolder(out: string, terminal: Terminal): Promise<string> {
  const folder = resolve(out);
  const earlier = ['sample.json', 'images'].some((name) => existsSync(join(folder, name)));
  try {
    if (earlier) terminal.say(`The samples that were in ${folder} are now in ${await moveAside(folder)}`);
    await mkdir(folder, { recursive: true });
    await access(folder, constants.W_OK);
  } catch (cause) {
    throw new UsageError(`cannot write to ${folder} (${(cause as Error).message}); choose another folder with --out`, {
      cause,
    });
  }
  return folder;
}

function describe({ sampling, schedule }: Drawable): string {
  const { sampler, steps, guidance } = sampling;
  const all = typeof schedule === 'function' ? undefined : schedule.steps;
  const guided = guidance === undefined ? '' : `, guidance ${guidance}`;
  return `${sampler}${(steps ?? all) === undefined ? '' : `, ${steps ?? all} steps`}${guided}`;
}

interface Surroundings {
  drawable: Drawable;
  formats: readonly FormatName[];
  out: string;
  terminal: Terminal;
  signal: AbortSignal;
  backend: string;
  workers: number;
}

/** Draws and writes all, or after Ctrl-C what there is. */
async function write(job: DrawJob, surroundings: Surroundings): Promise<{ count: number; files: string[] }> {
  const { drawable, formats, out } = surroundings;
  const outputs = await openOutputs(out, { shape: drawable.shape, count: job.count, formats });
  try {
    const count = await fill(outputs, job, surroundings);
    for (const output of outputs) await output.finish();
    const files = outputs.map(({ path }) => basename(path));
    if (count === job.count && formats.includes('gif')) files.push(await writeChain(job, surroundings));
    return { count, files };
  } catch (error) {
    await Promise.allSettled(outputs.map((output) => output.discard()));
    throw error;
  }
}

/** Hands batch after batch to the outputs; returns how many samples they have got. */
async function fill(
  outputs: readonly SampleOutput[],
  job: DrawJob,
  { drawable, terminal, ...how }: Surroundings,
): Promise<number> {
  let count = 0;
  let shown = -1;
  const onProgress = (done: number) => {
    if (done <= shown) return;
    shown = done;
    terminal.progress(done / job.count, `${done}/${job.count} samples`);
  };
  try {
    for await (const batch of drawnBatches(job, { ...how, onProgress })) {
      const labels = Array.from({ length: batch.shape[0] }, (_, i) => labelOf(drawable, count + i));
      const told = labels[0] === undefined ? {} : { labels: labels as number[] };
      for (const output of outputs) await output.add({ ...batch, ...told, first: count });
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

async function writeChain(job: DrawJob, { drawable, out, terminal, signal }: Surroundings): Promise<string> {
  const say = (share: number) => terminal.progress(share, 'chain.gif');
  const drawer = drawerOf({ ...job, batch: Math.min(job.count, CHAIN_IMAGES) }, drawable, { signal, onStep: say });
  try {
    await writeAtomically(join(out, 'chain.gif'), await chainGif(drawer));
  } finally {
    terminal.finish();
    drawer.dispose();
  }
  return 'chain.gif';
}

function summarise({ count, seconds, folder, files }: SampleResult, terminal: Terminal): void {
  const each = ((1000 * seconds) / count).toFixed(1);
  terminal.say(`${count} samples in ${seconds.toFixed(1)} s, ${each} ms each`);
  for (const file of files) terminal.say(join(folder, file));
}

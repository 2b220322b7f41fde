import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { key } from '@diffgan/ops';
import type { ProcessGroup } from '@diffgan/runtime';
import { trainDdpm, type TrainEvent, type TrainOptions } from '@diffgan/training';
import { ddpmUnet } from '@diffgan/unet';
import { freePorts } from '../../../test/free-ports.ts';
import { playDdgan, type Played, played } from './play.ts';
import { trainToy } from './run.ts';
import { denoiserConfig, schedule, shortRun, squares } from './toy.ts';
import { trainers } from './trainers.ts';

/** Trainings that processes do together, one after another. */
export interface Together {
  names: readonly string[];
  /** On top of the options of each. */
  options: Partial<TrainOptions>;
  timeLimit?: number;
  /** A rank that sleeps after each step. */
  slow?: { rank: number; milliseconds: number };
}

/** What a process makes of a training. */
export interface Trained {
  name: string;
  losses: Record<string, number>[];
  measures: Record<string, number>[];
  weights: Record<string, number[]>;
  warnings: string[];
  error?: string;
}

/** A game of images whose critic compares the examples of a batch. */
export const TOY = 'GAN on images';

/** A critic of Wasserstein's distance with its penalty. */
export const WGAN = 'GAN with wgan and a gradient penalty';
const playWgan = (options: Partial<TrainOptions>, onEvent: (event: TrainEvent) => void) =>
  playDdgan()({ loss: 'wgan', gradientPenalty: { lambda: 1 }, ...options }, onEvent);

/** A denoiser of images with dropout. */
export const DROPOUT = 'DDPM with dropout';
async function playDropout(options: Partial<TrainOptions>, onEvent: (event: TrainEvent) => void): Promise<Played> {
  const denoiser = ddpmUnet({ ...denoiserConfig, dropout: 0.3 }, { key: key(1) });
  const all = { ...options, data: squares(), steps: 10, key: key(3) };
  return played({ denoiser }, trainDdpm(denoiser, schedule, all), onEvent);
}

const more: Record<string, typeof playDropout> = { [WGAN]: playWgan, [DROPOUT]: playDropout };

/** Does one of the trainings in this process. */
export async function together(
  name: string,
  { options, slow }: Together,
  processes?: ProcessGroup,
  onStep?: (step: number) => void,
): Promise<Omit<Trained, 'name'>> {
  const warnings: string[] = [];
  const onEvent = (event: TrainEvent) => {
    if (event.type === 'warning') warnings.push(event.message);
    if (event.type !== 'step') return;
    onStep?.(event.step);
    if (slow && slow.rank === processes?.rank) sleep(slow.milliseconds);
  };
  const all = { ...options, processes };
  if (name === TOY) {
    const { events, vectors, error } = await trainToy(shortRun({ ...all, steps: 10 }));
    const steps = events.filter((event) => event.type === 'step');
    return { ...numbersOf(steps), weights: vectors, warnings, ...failureOf(error) };
  }
  const { steps, weights, error } = await (more[name] ?? trainers[name])(all, onEvent);
  return { ...numbersOf(steps), weights, warnings, ...failureOf(error) };
}

/** Stands still, as a process does whose machine has others to serve. */
const sleep = (milliseconds: number) => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);

const failureOf = (error: unknown) => (error instanceof Error ? { error: error.message } : {});

const numbersOf = (steps: readonly { losses: Record<string, number>; measures: Record<string, number> }[]) => ({
  losses: steps.map(({ losses }) => losses),
  measures: steps.map(({ measures }) => measures),
});

const script = fileURLToPath(new URL('fixtures/train-together.ts', import.meta.url));
const flags = ['--conditions=@diffgan/source', '--import', 'tsx'];

/** Starts a process of a team; `lines` are all that it has printed at its end. */
export function startProcess(
  task: Together & { hosts?: readonly string[]; rank: number },
  onStep?: (step: number) => void,
) {
  const env = { ...process.env, NODE_OPTIONS: '', TF_CPP_MIN_LOG_LEVEL: '3', TF_NUM_INTRAOP_THREADS: '1' };
  const child = spawn(process.execPath, [...flags, script, JSON.stringify(task)], {
    env,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const lines: Trained[] = [];
  createInterface({ input: child.stdout }).on('line', (line) => {
    if (line.startsWith('{')) lines.push(JSON.parse(line) as Trained);
    else if (line.startsWith('step ')) onStep?.(Number(line.slice(5)));
  });
  return { child, lines: once(child, 'close').then(() => lines) };
}

/** Trains in so many processes at once; what each of them has printed. */
export async function trainInProcesses(size: number, task: Together): Promise<Trained[][]> {
  const ports = await freePorts(size);
  const hosts = size === 1 ? undefined : ports.map((port) => `127.0.0.1:${port}`);
  return Promise.all(ports.map((_, rank) => startProcess({ ...task, hosts, rank }).lines));
}

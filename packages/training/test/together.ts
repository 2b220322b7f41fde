import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { ProcessGroup } from '@diffgan/runtime';
import type { TrainOptions } from '@diffgan/training';
import { freePorts } from '../../../test/free-ports.ts';
import { playDdgan } from './play.ts';
import { trainToy } from './run.ts';
import { shortRun } from './toy.ts';
import { trainers } from './trainers.ts';

/** Trainings that processes do together, one after another. */
export interface Together {
  names: readonly string[];
  /** On top of the options of each. */
  options: Partial<TrainOptions>;
  timeLimit?: number;
}

/** What a process makes of a training. */
export interface Trained {
  name: string;
  losses: Record<string, number>[];
  measures: Record<string, number>[];
  weights: Record<string, number[]>;
  error?: string;
}

/** A game of images whose critic compares the examples of a batch. */
export const TOY = 'GAN on images';

/** A critic of Wasserstein's distance with its penalty. */
export const WGAN = 'GAN with wgan and a gradient penalty';
const playWgan = (options: Partial<TrainOptions>) =>
  playDdgan()({ loss: 'wgan', gradientPenalty: { lambda: 1 }, ...options });

/** Does one of the trainings in this process. */
export async function together(
  name: string,
  { options }: Together,
  processes?: ProcessGroup,
): Promise<Omit<Trained, 'name'>> {
  const all = { ...options, processes };
  if (name === TOY) {
    const { events, vectors, error } = await trainToy(shortRun({ ...all, steps: 10 }));
    const steps = events.filter((event) => event.type === 'step');
    return { ...numbersOf(steps), weights: vectors, ...failureOf(error) };
  }
  const { steps, weights, error } = await (name === WGAN ? playWgan : trainers[name])(all);
  return { ...numbersOf(steps), weights, ...failureOf(error) };
}

const failureOf = (error: unknown) => (error instanceof Error ? { error: error.message } : {});

const numbersOf = (steps: readonly { losses: Record<string, number>; measures: Record<string, number> }[]) => ({
  losses: steps.map(({ losses }) => losses),
  measures: steps.map(({ measures }) => measures),
});

const script = fileURLToPath(new URL('fixtures/train-together.ts', import.meta.url));
const flags = ['--conditions=@diffgan/source', '--import', 'tsx'];

/** Starts a process of a team; it ends with all lines that it has printed. */
export function startProcess(task: Together & { hosts?: readonly string[]; rank: number }) {
  const env = { ...process.env, NODE_OPTIONS: '', TF_CPP_MIN_LOG_LEVEL: '3', TF_NUM_INTRAOP_THREADS: '1' };
  const child = spawn(process.execPath, [...flags, script, JSON.stringify(task)], {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
  const lines = once(child, 'close').then(() =>
    output
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .map((line) => JSON.parse(line) as Trained),
  );
  return { child, lines };
}

/** Trains in so many processes at once; what each of them has printed. */
export async function trainInProcesses(size: number, task: Together): Promise<Trained[][]> {
  const ports = await freePorts(size);
  const hosts = size === 1 ? undefined : ports.map((port) => `127.0.0.1:${port}`);
  return Promise.all(ports.map((_, rank) => startProcess({ ...task, hosts, rank }).lines));
}

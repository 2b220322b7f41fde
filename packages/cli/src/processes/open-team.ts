import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { availableParallelism } from 'node:os';
import { UsageError } from '@diffgan/runs/errors';
import { type Collectives, joinCollectives } from '@diffgan/runtime/node';
import type { Terminal } from '../terminal/terminal.ts';
import { version } from '../terminal/version.ts';
import { findPlace, type Place, type ProcessOptions } from './find-place.ts';

/** Milliseconds for the processes of this machine to end by themselves. */
const PATIENCE = 10_000;
const tail = 2000; // characters of what a process said last

/** The processes that this one trains with. */
export interface OpenTeam {
  /** This process's number. */
  rank: number;
  /** Waits for the others; call it once native TensorFlow is loaded. */
  join(): Promise<Collectives>;
  /** Waits until the processes that this one has started have ended, which they do by themselves or by force; `wanted` ends are not spoken of. */
  close(wanted: boolean): Promise<void>;
}

/**
 * Finds out which process this is, and starts the others with `--processes`: they run the same command line, and know their place from the environment.
 *
 * @returns undefined where this one is alone.
 */
export async function openTeam(options: ProcessOptions, terminal: Terminal): Promise<OpenTeam | undefined> {
  const { processes, timeLimit } = options;
  const place = findPlace(options, process.env) ?? (processes === undefined ? undefined : await localPlace(processes));
  if (!place) return undefined;
  const { hosts, rank, from } = place;
  const children = from === '--processes' ? hosts.slice(1).map((_, i) => new Child(i + 1, hosts)) : [];
  const join = async () => {
    terminal.say(`Processes: ${hosts.length}, this is rank ${rank} (${from}); waiting for the others`);
    return joinCollectives({ hosts, rank, timeLimit, agreement: `diffgan ${version}` });
  };
  return {
    rank,
    join,
    close: async (wanted) => {
      const said = await Promise.all(children.map((child) => child.end()));
      for (const [i, line] of said.entries()) if (line !== undefined && !wanted) terminal.say(`rank ${i + 1}: ${line}`);
    },
  };
}

/** A place among processes on this machine, which share its processors. */
async function localPlace(processes: number): Promise<Place | undefined> {
  if (!Number.isInteger(processes) || processes < 1)
    throw new UsageError(`--processes is ${processes}; it must be a whole number from 1 on`);
  if (processes === 1) return undefined;
  // TensorFlow reads it from there when it is loaded
  process.env.TF_NUM_INTRAOP_THREADS ??= String(Math.max(1, Math.floor(availableParallelism() / processes)));
  const ports = await freePorts(processes);
  return { hosts: ports.map((port) => `127.0.0.1:${port}`), rank: 0, from: '--processes' };
}

/** Another process of this command. */
class Child {
  readonly #child: ChildProcess;
  #said = '';

  constructor(rank: number, hosts: readonly string[]) {
    this.#child = fork(process.argv[1], process.argv.slice(2), {
      execArgv: process.execArgv,
      env: { ...process.env, DIFFGAN_HOSTS: hosts.join(), DIFFGAN_RANK: String(rank) },
      silent: true,
    });
    this.#child.stdout?.resume();
    this.#child.stderr?.on('data', (text: Buffer) => (this.#said = (this.#said + text.toString()).slice(-tail)));
  }

  /** What a process that failed said last. */
  async end(): Promise<string | undefined> {
    const child = this.#child;
    const ended = child.exitCode !== null || child.signalCode !== null ? Promise.resolve() : once(child, 'close');
    if (child.connected) child.disconnect(); // it ends then, wherever it is
    const timer = setTimeout(() => child.kill('SIGKILL'), PATIENCE);
    await ended;
    clearTimeout(timer);
    const said = this.#said.trim();
    return child.exitCode !== 0 && said !== '' ? said.split('\n').at(-1) : undefined;
  }
}

async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'));
  await Promise.all(servers.map((server) => once(server, 'listening')));
  const ports = servers.map((server) => (server.address() as { port: number }).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

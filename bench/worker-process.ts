import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { type Column, environmentOf } from './columns.ts';
import { findPytorch } from './installations.ts';
import type { Method, Reply, Requests } from './protocol.ts';

/** The longest a request may take; a worker that hangs ends its column and not the benchmark. */
const patience = 30 * 60_000;

const file = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** A process that computes for one column, and waits in between. */
export class WorkerProcess {
  readonly #child: ChildProcess;
  readonly #pending = new Map<number, { resolve: (value: unknown) => void; reject: (error: Error) => void }>();
  #next = 0;
  #log = '';

  /** @throws Error that says what is missing. */
  constructor(readonly column: Column) {
    const [program, ...args] = commandOf(column);
    const env = { ...process.env, ...environmentOf(column), NODE_NO_WARNINGS: '1' };
    this.#child = spawn(program, args, { env, stdio: ['pipe', 'pipe', 'pipe'] });
    this.#child.on('error', (error) => this.#fail(error.message));
    this.#child.on('close', (status, signal) => this.#fail(`its process ended (${signal ?? status})`));
    this.#child.stdin?.on('error', () => {}); // 'close' tells
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => (this.#log = (this.#log + text).slice(-4000)));
    if (this.#child.stdout) createInterface({ input: this.#child.stdout }).on('line', (line) => this.#receive(line));
  }

  /** Asks for something and waits for the answer. */
  async request<M extends Method>(method: M, params: Requests[M][0]): Promise<Requests[M][1]> {
    const id = this.#next++;
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), patience);
    try {
      return await new Promise((resolve, reject) => {
        this.#pending.set(id, { resolve, reject });
        this.#child.stdin?.write(`${JSON.stringify({ id, method, params })}\n`);
      });
    } finally {
      clearTimeout(timer);
    }
  }

  /** The most memory that the process has held so far in bytes, as Linux counts it; undefined on other systems. */
  peakMemory(): number | undefined {
    const status = `/proc/${this.#child.pid}/status`;
    if (!existsSync(status)) return undefined;
    const found = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(status, 'utf8'));
    return found ? Number(found[1]) * 1024 : undefined;
  }

  /** Ends the process, and waits until its memory is free. */
  async stop(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null || this.#child.pid === undefined) return;
    const closed = new Promise((resolve) => this.#child.once('close', resolve));
    this.#child.kill('SIGKILL');
    await closed;
  }

  #receive(line: string): void {
    if (!line.startsWith('{"id":')) return; // libraries print on standard output, too
    const reply = JSON.parse(line) as Reply;
    const { resolve, reject } = this.#pending.get(reply.id) ?? {};
    this.#pending.delete(reply.id);
    if ('error' in reply) reject?.(new Error(reply.error));
    else resolve?.(reply.result);
  }

  #fail(why: string): void {
    const last = this.#log.trim().split('\n').at(-1) ?? '';
    for (const { reject } of this.#pending.values()) reject(new Error(last ? `${why}: ${last}` : why));
    this.#pending.clear();
  }
}

function commandOf({ engine }: Column): string[] {
  if (engine === 'pytorch') {
    const python = findPytorch();
    if (python === undefined) throw new Error('not installed; run `npm run bench -- --install-pytorch`');
    return [python, file('pytorch/worker.py')];
  }
  return [process.execPath, '--conditions=@diffgan/source', '--import', 'tsx', file(`worker/${engine}-worker.ts`)];
}

import { type ChildProcess, fork } from 'node:child_process';
import { isSuspended } from './is-suspended.ts';
import type { Order, Reply } from './messages.ts';

const tail = 2000; // characters of what it said last
const LOOK_MS = 2000;
const LOOKS = 5;

/** How a worker ended that should not have. */
export class WorkerError extends Error {
  override readonly name = 'WorkerError';
}

/** Another process of this command. */
export class WorkerProcess {
  /** Whether it waits for a batch to make. */
  idle = false;
  /** Share of its batch that is drawn. */
  fraction = 0;
  readonly #child: ChildProcess;
  readonly #ended: Promise<void>;
  readonly #watch: NodeJS.Timeout;
  #said = '';
  #stopped = false;
  #suspended = 0; // times in a row that it was seen so

  constructor(
    readonly name: string,
    {
      threads,
      onReply,
      onDeath,
    }: { threads: number; onReply: (reply: Reply) => void; onDeath: (error: Error) => void },
  ) {
    this.#child = fork(process.argv[1], ['worker'], {
      execArgv: process.execArgv,
      // TensorFlow reads the numbers of threads from there
      env: { ...process.env, TF_NUM_INTRAOP_THREADS: String(threads), TF_NUM_INTEROP_THREADS: '1' },
      serialization: 'advanced',
      silent: true,
    });
    this.#child.stdout?.resume();
    this.#child.stderr?.on('data', (text: Buffer) => (this.#said = (this.#said + text.toString()).slice(-tail)));
    this.#child.on('message', (reply: Reply) => {
      if (!this.#stopped) onReply(reply);
    });
    this.#watch = setInterval(() => void this.#look(onDeath), LOOK_MS);
    const { promise, resolve } = promiseOf();
    this.#ended = promise;
    this.#child.once('error', (error) => {
      if (this.#child.pid === undefined) resolve();
      if (!this.#stopped) onDeath(new WorkerError(`${name} could not be started: ${error.message}`, { cause: error }));
    });
    this.#child.once('close', (code, signal) => {
      resolve();
      clearInterval(this.#watch);
      if (!this.#stopped) onDeath(this.#death(code, signal));
    });
  }

  tell(order: Order): void {
    this.#child.send(order, () => undefined); // if it is dead, `close` tells
  }

  /** Ends it at once; it holds nothing that could be lost. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearInterval(this.#watch);
    this.#child.kill('SIGKILL');
    await this.#ended;
  }

  /** A worker that somebody holds would be waited for for ever. Ctrl-Z holds all of us, and lets all go on: so one look is not enough. */
  async #look(onDeath: (error: Error) => void): Promise<void> {
    const { pid } = this.#child;
    if (pid === undefined) return;
    this.#suspended = (await isSuspended(pid)) ? this.#suspended + 1 : 0;
    if (this.#suspended < LOOKS || this.#stopped) return;
    onDeath(
      new WorkerError(
        `${this.name}, process ${pid}, was suspended and does not go on; whoever did it, lets it go on with kill -CONT. Run the command again`,
      ),
    );
  }

  #death(code: number | null, signal: NodeJS.Signals | null): WorkerError {
    const how = signal === null ? `ended with exit code ${code}` : `was killed by ${signal}`;
    const why = signal === 'SIGKILL' ? '; perhaps memory ran out: try fewer --workers or a smaller --batch' : '';
    const said = this.#said.trim();
    return new WorkerError(`${this.name} ${how}${why}${said && `. It said last:\n${said}`}`);
  }
}

function promiseOf(): { promise: Promise<void>; resolve: () => void } {
  let resolve = () => undefined as void;
  const promise = new Promise<void>((done) => (resolve = done));
  return { promise, resolve };
}

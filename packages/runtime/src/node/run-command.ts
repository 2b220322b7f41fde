import { spawn } from 'node:child_process';

/** How a command is run. */
export interface CommandOptions {
  /** Ends the command. */
  signal?: AbortSignal;
  /** Receives each line of standard output as it comes. */
  onLine?: (line: string) => void;
  /** Variables on top of the environment. */
  env?: Record<string, string>;
  cwd?: string;
}

/** A command that could not be started or that failed. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
  /** Exit status, or undefined when it could not be started or was ended by a signal. */
  readonly status: number | undefined;
  /** Whether the program does not exist. */
  readonly missing: boolean;
  /** What it wrote on standard error and output. */
  readonly output: string;

  constructor(
    command: string,
    status: number | undefined,
    output: string,
    options: ErrorOptions & { missing?: boolean } = {},
  ) {
    super(options.missing ? `${command} is not installed` : `${command} failed: ${lastLine(output)}`, options);
    this.status = status;
    this.missing = options.missing ?? false;
    this.output = output;
  }
}

/** A program that is told to end and does not is killed after this time. */
const GRACE_MS = 3000;

/** Runs a program without a shell and returns its standard output; throws CommandError, or the signal's reason. */
export function runCommand(command: string, args: readonly string[], options: CommandOptions = {}): Promise<string> {
  const { signal, onLine, env, cwd } = options;
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    const child = spawn(command, args, { cwd, env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
    let grace: NodeJS.Timeout | undefined;
    const abort = () => {
      child.kill('SIGTERM');
      grace = setTimeout(() => {
        child.kill('SIGKILL');
        // what it has started may hold the other ends
        child.stdout.destroy();
        child.stderr.destroy();
      }, GRACE_MS);
    };
    signal?.addEventListener('abort', abort, { once: true });
    let stdout = '';
    let stderr = '';
    let seen = 0;
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
      for (let end = stdout.indexOf('\n', seen); end >= 0; end = stdout.indexOf('\n', seen)) {
        onLine?.(stdout.slice(seen, end));
        seen = end + 1;
      }
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    child.on('error', (cause: NodeJS.ErrnoException) =>
      reject(new CommandError(command, undefined, cause.message, { cause, missing: cause.code === 'ENOENT' })),
    );
    child.on('close', (status) => {
      clearTimeout(grace);
      signal?.removeEventListener('abort', abort);
      if (signal?.aborted) reject(signal.reason as Error);
      else if (status === 0) resolve(stdout);
      else reject(new CommandError(command, status ?? undefined, `${stdout}\n${stderr}`));
    });
  });
}

/** Last line with words in it. */
export function lastLine(text: string): string {
  return (
    text
      .split('\n')
      .map((line) => line.trim())
      .filter(Boolean)
      .at(-1) ?? 'no message'
  );
}

import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { inject } from 'vitest';

const root = fileURLToPath(new URL('../../..', import.meta.url));

/** How a command ended. */
export interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** Runs the command as a user would; `onText` sees stderr as it comes, and may send a signal or stop reading it. */
export function diffgan(
  args: readonly string[],
  options: {
    env?: NodeJS.ProcessEnv;
    /** Its working folder. */
    cwd?: string;
    /** What runs it, such as on another machine. */
    command?: readonly string[];
    onText?: (text: string, kill: (how: NodeJS.Signals | 'EPIPE') => void, pid: number) => void;
  } = {},
): Promise<Ended> {
  const { cwd = root, env, command = [] } = options;
  const [program, ...rest] = [...command, process.execPath, inject('command'), ...args];
  const child = spawn(program, rest, { cwd, env: { ...process.env, ...env } });
  const ended: Ended = { code: null, stdout: '', stderr: '' };
  child.stdout.on('data', (data: Buffer) => (ended.stdout += data.toString()));
  child.stderr.on('data', (data: Buffer) => {
    ended.stderr += data.toString();
    const kill = (how: NodeJS.Signals | 'EPIPE') => void (how === 'EPIPE' ? child.stderr.destroy() : child.kill(how));
    options.onText?.(ended.stderr, kill, child.pid!);
  });
  return new Promise<Ended>((resolve) => child.on('close', (code) => resolve({ ...ended, code })));
}

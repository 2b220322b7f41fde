import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

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
    onText?: (text: string, kill: (how: NodeJS.Signals | 'EPIPE') => void) => void;
  } = {},
): Promise<Ended> {
  const flags = ['--conditions=@diffgan/source', '--import', 'tsx', 'packages/cli/src/main.ts'];
  const child = spawn(process.execPath, [...flags, ...args], { cwd: root, env: { ...process.env, ...options.env } });
  const ended: Ended = { code: null, stdout: '', stderr: '' };
  child.stdout.on('data', (data: Buffer) => (ended.stdout += data.toString()));
  child.stderr.on('data', (data: Buffer) => {
    ended.stderr += data.toString();
    options.onText?.(ended.stderr, (how) => void (how === 'EPIPE' ? child.stderr.destroy() : child.kill(how)));
  });
  return new Promise<Ended>((resolve) => child.on('close', (code) => resolve({ ...ended, code })));
}

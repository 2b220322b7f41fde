import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const main = fileURLToPath(new URL('../src/main.ts', import.meta.url));

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
    onText?: (text: string, kill: (how: NodeJS.Signals | 'EPIPE') => void) => void;
  } = {},
): Promise<Ended> {
  const { cwd = root, env } = options;
  const flags = ['--conditions=@diffgan/source', '--import', import.meta.resolve('tsx'), main];
  const child = spawn(process.execPath, [...flags, ...args], { cwd, env: { ...process.env, ...env } });
  const ended: Ended = { code: null, stdout: '', stderr: '' };
  child.stdout.on('data', (data: Buffer) => (ended.stdout += data.toString()));
  child.stderr.on('data', (data: Buffer) => {
    ended.stderr += data.toString();
    options.onText?.(ended.stderr, (how) => void (how === 'EPIPE' ? child.stderr.destroy() : child.kill(how)));
  });
  return new Promise<Ended>((resolve) => child.on('close', (code) => resolve({ ...ended, code })));
}

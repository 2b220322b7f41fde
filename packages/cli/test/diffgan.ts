import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../..', import.meta.url));

/** How a command ended. */
export interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** Runs the command as a user would; `onText` sees stderr as it comes. */
export function diffgan(
  args: readonly string[],
  options: { env?: NodeJS.ProcessEnv; onText?: (text: string, kill: (s: NodeJS.Signals) => void) => void } = {},
): Promise<Ended> {
  const flags = ['--conditions=@diffgan/source', '--import', 'tsx', 'packages/cli/src/main.ts'];
  const child = spawn(process.execPath, [...flags, ...args], { cwd: root, env: { ...process.env, ...options.env } });
  const ended: Ended = { code: null, stdout: '', stderr: '' };
  child.stdout.on('data', (data: Buffer) => (ended.stdout += data.toString()));
  child.stderr.on('data', (data: Buffer) => {
    ended.stderr += data.toString();
    options.onText?.(ended.stderr, (signal) => child.kill(signal));
  });
  return new Promise<Ended>((resolve) => child.on('close', (code) => resolve({ ...ended, code })));
}

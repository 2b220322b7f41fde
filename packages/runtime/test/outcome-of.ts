import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { JoinOptions } from '@diffgan/runtime/node';

const script = fileURLToPath(new URL('fixtures/collective-process.ts', import.meta.url));
const flags = ['--conditions=@diffgan/source', '--import', 'tsx'];

/** What a process of a group says at its end. */
export interface Outcome {
  result?: unknown;
  problem?: string;
  ranks?: number[];
  message?: string;
}

/** What a process is to do; see fixtures/collective-process.ts. */
export type Task = JoinOptions & { task: string };

/** Runs one process to its end, as the last argument of a command if that is given; `onText` sees what it says meanwhile. */
export async function outcomeOf(
  task: Task,
  { command = [], onText }: { command?: readonly string[]; onText?: (text: string) => void } = {},
): Promise<Outcome | undefined> {
  const env = { ...process.env, NODE_OPTIONS: '', TF_CPP_MIN_LOG_LEVEL: '3' };
  const [program, ...args] = [...command, process.execPath, ...flags, script, JSON.stringify(task)];
  const child = spawn(program, args, { env, stdio: ['ignore', 'pipe', 'ignore'] });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
    onText?.(output);
  });
  await once(child, 'close');
  const line = output.trim().split('\n').at(-1);
  return line?.startsWith('{') ? (JSON.parse(line) as Outcome) : undefined;
}

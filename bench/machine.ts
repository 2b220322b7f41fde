import { execFileSync } from 'node:child_process';
import { availableParallelism, cpus, release, totalmem, type } from 'node:os';
import { setTimeout } from 'node:timers/promises';

/** Cores that a process may use: every engine gets as many threads, unless its column says otherwise. */
export const cores = availableParallelism();

/** One line about this machine. */
export function describeMachine(): string {
  const model = cpus()[0]?.model.trim() ?? 'unknown processor';
  const memory = Math.round(totalmem() / 2 ** 30);
  return `${model}, ${cores} cores, ${memory} GiB, ${type()} ${release()}, Node ${process.versions.node}`;
}

/** The commit that is measured, with a plus sign if files differ from it; "unknown" outside a clone. */
export function describeCommit(): string {
  const git = (...args: string[]) =>
    execFileSync('git', args, { stdio: ['ignore', 'pipe', 'ignore'] })
      .toString()
      .trim();
  try {
    return git('rev-parse', '--short=12', 'HEAD') + (git('status', '--porcelain', '--untracked-files=no') && '+');
  } catch {
    return 'unknown';
  }
}

/**
 * A warning if other work keeps the processor busy, found by doing nothing for two seconds. Threads that wait for each other, PyTorch's
 * above all, become many times slower than the others when they have to share cores, and every ratio flatters.
 */
export async function describeLoad(): Promise<string | undefined> {
  const before = processorTimes();
  await setTimeout(2000);
  const after = processorTimes();
  const busy = 1 - (after.idle - before.idle) / (after.all - before.all);
  if (busy < 0.1) return undefined;
  return `The machine was busy at the start (${(100 * busy).toFixed(0)} % of its cores): these ratios mean little.`;
}

/** Milliseconds since the machine started, over all cores. */
function processorTimes(): { idle: number; all: number } {
  const times = cpus().map((core) => core.times);
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
  return { idle: sum(times.map(({ idle }) => idle)), all: sum(times.flatMap((each) => Object.values(each))) };
}

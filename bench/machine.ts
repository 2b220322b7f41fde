import { execFileSync } from 'node:child_process';
import { availableParallelism, cpus, loadavg, release, totalmem, type } from 'node:os';

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
 * A warning if other work has kept the processor busy in the last minute. Threads that wait for each other, PyTorch's above all, become
 * many times slower than the others when they have to share cores, and every ratio flatters.
 */
export function describeLoad(): string | undefined {
  const [load] = loadavg(); // zeros on Windows
  if (load < 0.3 * cores) return undefined;
  return `The machine was busy at the start (load ${load.toFixed(1)} on ${cores} cores): these ratios mean little.`;
}

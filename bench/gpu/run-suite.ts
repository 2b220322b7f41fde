import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Facts } from './run-parts.ts';
import type { SuiteLine } from './suite-reporter.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const file = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

/** More failed tests than these are counted and not named. */
const mostNamed = 40;

/**
 * Runs vitest with `args` and counts into `facts` as tests end.
 *
 * @throws Error when a test failed, or vitest did otherwise.
 */
export async function runSuite(args: readonly string[], facts: Facts, signal: AbortSignal): Promise<void> {
  const counts: Record<string, number> = { passed: 0, failed: 0, skipped: 0 };
  const failures: SuiteLine[] = [];
  Object.assign(facts, { counts, failures, found: 'no test has ended' });
  const vitest = ['node_modules/vitest/vitest.mjs', 'run', '--reporter', file('suite-reporter.ts'), ...args];
  // A group of its own, which ends as a whole: vitest has workers and a browser.
  const child = spawn(process.execPath, vitest, {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  let log = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (log = (log + text).slice(-2000)));
  createInterface({ input: child.stdout }).on('line', (line) => {
    if (!line.startsWith('{"state":')) return;
    const told = JSON.parse(line) as SuiteLine;
    counts[told.state] = (counts[told.state] ?? 0) + 1;
    if (told.state === 'failed' && failures.length < mostNamed) failures.push(told);
    facts.found = `${counts.passed} tests passed, ${counts.failed} failed, ${counts.skipped} skipped`;
  });
  const end = () => child.pid !== undefined && process.kill(-child.pid, 'SIGKILL');
  signal.addEventListener('abort', end, { once: true });
  const status = await new Promise<number | string | null>((resolve) =>
    child.on('error', ({ message }) => resolve(message)).on('close', (code, killed) => resolve(code ?? killed)),
  );
  signal.removeEventListener('abort', end);
  if (counts.failed > 0) throw new Error(`${failures[0].test}: ${failures[0].why?.split('\n')[0] ?? 'failed'}`);
  if (status !== 0) throw new Error(`vitest ended with ${status}: ${log.trim().split('\n').at(-1) ?? ''}`);
  if (counts.passed === 0) throw new Error('no test ran');
}

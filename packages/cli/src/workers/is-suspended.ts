import { readFile } from 'node:fs/promises';

/** Whether a process is held by SIGSTOP or SIGTSTP; only Linux tells. */
export async function isSuspended(pid: number): Promise<boolean> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  // the name before the state may hold anything, parentheses too
  return /^ [Tt] /.test(stat.slice(stat.lastIndexOf(')') + 1));
}

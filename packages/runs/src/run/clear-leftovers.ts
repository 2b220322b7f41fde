import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

/** Names of the parts of files that are being written: the file, the process, `.tmp`. */
const part = /\.(\d+)(-[a-z0-9]+)?\.tmp$/;

/**
 * Removes what earlier processes left half-written in the folder of a run and the folders in it, since a process that was killed could
 * not. Parts of processes that are alive stay. The caller holds the folder's lock.
 *
 * @returns how many files there were
 */
export async function clearLeftovers(folder: string): Promise<number> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []); // a new run has no folder yet
  let count = 0;
  for (const entry of entries) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) count += await clearIn(path);
    else if (await clear(path, entry.name)) count++;
  }
  return count;
}

async function clearIn(folder: string): Promise<number> {
  const names = await readdir(folder).catch(() => []);
  const cleared = await Promise.all(names.map((name) => clear(join(folder, name), name)));
  return cleared.filter(Boolean).length;
}

async function clear(path: string, name: string): Promise<boolean> {
  const [, pid] = part.exec(name) ?? [];
  if (pid === undefined || isAlive(Number(pid))) return false;
  await rm(path, { force: true });
  return true;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

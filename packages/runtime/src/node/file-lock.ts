import { mkdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { codeOf } from '../platform.ts';

const heartbeatMs = 5_000;
const staleMs = 60_000;
/** No clock of a machine on a shared folder is so far ahead. */
const futureMs = 10 * staleMs;

/** How a lock is waited for. */
export interface LockOptions {
  /** Ends the waiting. */
  signal?: AbortSignal;
  /** Called once when somebody else holds the lock. */
  onWait?: () => void;
}

/** Who holds a lock. */
export interface LockHolder {
  pid: number;
  host: string;
  /** When it was taken, as an ISO date. */
  since: string;
}

/** A lock that is held. */
export interface FileLock {
  /** Lets others have it. */
  release(): void;
}

/**
 * Runs `work` while no other process does so under the same lock file; a lock whose owner died is taken over.
 *
 * @param path of the lock file, whose folder is made; it is gone when `work` has ended.
 * @throws the signal's reason when it fires while somebody else holds the lock.
 * @example
 * ```ts
 * const answer = await withFileLock('locks/download.lock', () => Promise.resolve(42));
 * ```
 */
export async function withFileLock<T>(path: string, work: () => Promise<T>, options: LockOptions = {}): Promise<T> {
  const { signal, onWait } = options;
  let lock = takeFileLock(path);
  if (!('release' in lock)) onWait?.();
  while (!('release' in lock)) {
    await sleep(300, undefined, { signal }).catch(() => signal?.throwIfAborted());
    lock = takeFileLock(path);
  }
  try {
    return await work();
  } finally {
    lock.release();
  }
}

/**
 * Takes a lock, or tells who holds it. A lock whose owner died is taken over.
 *
 * @returns the lock, which the caller releases; or its holder, as far as that is known.
 * @example
 * ```ts
 * const lock = takeFileLock('locks/folder.lock');
 * if ('release' in lock) lock.release();
 * else console.log(`in use by process ${lock.pid}`);
 * ```
 */
export function takeFileLock(path: string): FileLock | Partial<LockHolder> {
  mkdirSync(dirname(path), { recursive: true });
  const taken = tryLock(path) || (isStale(path) && takeOver(path));
  return taken ? held(path) : holderOf(path);
}

/**
 * Removes a stale lock and takes its place. Two that both saw it must not both do so, the second would remove the lock of the first: one at
 * a time looks again and acts, under a lock for this alone, which is held for a moment only.
 */
function takeOver(path: string): boolean {
  const guard = `${path}.taking`;
  if (!tryLock(guard)) {
    if (isStale(guard)) rmSync(guard, { force: true }); // its owner died in that moment; the next look takes it
    return false;
  }
  try {
    if (isStale(path)) rmSync(path, { force: true });
    return tryLock(path);
  } finally {
    rmSync(guard, { force: true });
  }
}

/** The file's time tells other machines on a shared folder that the owner lives. */
function held(path: string): FileLock {
  const own = contentOf(path);
  const isOwn = () => contentOf(path) === own;
  const heartbeat = setInterval(() => {
    if (isOwn()) utimesSync(path, new Date(), new Date());
  }, heartbeatMs);
  heartbeat.unref();
  return {
    release() {
      clearInterval(heartbeat);
      if (isOwn()) rmSync(path, { force: true });
    },
  };
}

function tryLock(path: string): boolean {
  const holder: LockHolder = { pid: process.pid, host: hostname(), since: new Date().toISOString() };
  try {
    writeFileSync(path, JSON.stringify(holder), { flag: 'wx' });
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    if (codeOf(error) === 'ENOSPC') rmSync(path, { force: true }); // a full disk takes the name and not what is in it
    throw error;
  }
}

function isStale(path: string): boolean {
  try {
    const age = Date.now() - statSync(path).mtimeMs;
    if (age > staleMs || age < -futureMs) return true;
  } catch {
    return false; // released: look again
  }
  const { pid, host } = holderOf(path);
  return pid !== undefined && host === hostname() && !isAlive(pid);
}

function contentOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

/** Nothing is known of a lock that was released meanwhile, or is not yet written. */
function holderOf(path: string): Partial<LockHolder> {
  try {
    const { pid, host, since } = JSON.parse(contentOf(path) ?? '') as Partial<Record<keyof LockHolder, unknown>>;
    if (!Number.isSafeInteger(pid) || typeof host !== 'string') return {};
    return { pid: pid as number, host, since: typeof since === 'string' ? since : undefined };
  } catch {
    return {};
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) === 'EPERM';
  }
}

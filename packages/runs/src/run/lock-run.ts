import { join } from 'node:path';
import { printable } from '@diffgan/files';
import { type FileLock, takeFileLock } from '@diffgan/runtime/node';
import { UsageError } from '../errors.ts';

/**
 * Keeps other processes out of the folder of a run, since two that write there at once lose the weights of one. The lock lies beside the
 * folder, which may be moved aside while it is held.
 *
 * @param folder its absolute path
 * @returns the lock, which the caller releases
 * @throws UsageError naming who works there
 */
export function lockRun(folder: string): FileLock {
  const lock = takeBeside(folder);
  if ('release' in lock) return lock;
  const { pid, host, since } = lock;
  const who = pid === undefined ? 'another process' : `process ${pid} on ${printable(String(host))}`;
  const when = since === undefined ? '' : ` since ${printable(since, 30)}`;
  throw new UsageError(
    `${folder} is in use by ${who}${when}; wait until it has ended, or give another folder with --out`,
  );
}

/** Where nothing may be written beside the folder, nothing can be moved aside either, and the lock may lie in it. */
function takeBeside(folder: string): ReturnType<typeof takeFileLock> {
  try {
    return takeFileLock(`${folder}.lock`);
  } catch (error) {
    const code = String((error as { code?: string }).code);
    if (['ENOSPC', 'EDQUOT'].includes(code))
      throw new UsageError(
        `cannot write ${folder}.lock: ${(error as Error).message}; the disk is full: free some space, or choose another folder with --out`,
        { cause: error },
      );
    // A file where a folder should be, a name that is too long, and whatever else a system says of a path.
    if (!['EACCES', 'EPERM', 'EROFS'].includes(code))
      throw new UsageError(`cannot write to ${folder}: ${(error as Error).message}; choose another folder with --out`, {
        cause: error,
      });
    return takeFileLock(join(folder, '.lock'));
  }
}

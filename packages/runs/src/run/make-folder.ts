import { constants } from 'node:fs';
import { access, mkdir } from 'node:fs/promises';
import { UsageError } from '../errors.ts';

/**
 * Makes a folder, or checks that it can be written to.
 *
 * @throws UsageError when not.
 * @example
 * ```ts
 * await makeFolder('runs/new');
 * ```
 */
export async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path, { recursive: true });
    await access(path, constants.W_OK);
  } catch (cause) {
    throw new UsageError(`cannot write to ${path} (${(cause as Error).message}); choose another folder with --out`, {
      cause,
    });
  }
}

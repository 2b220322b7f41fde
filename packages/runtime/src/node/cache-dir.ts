import { homedir } from 'node:os';
import { join } from 'node:path';

/**
 * Folder for what is downloaded and compiled once: `DIFFGAN_CACHE`, else `diffgan` in `XDG_CACHE_HOME` or `~/.cache`.
 *
 * @example
 * ```ts
 * import { cacheDir } from '@diffgan/runtime/node';
 * cacheDir(); // '/home/ada/.cache/diffgan'
 * ```
 */
export function cacheDir(): string {
  if (process.env.DIFFGAN_CACHE) return process.env.DIFFGAN_CACHE;
  return join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'diffgan');
}

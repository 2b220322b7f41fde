/**
 * The folder of this user for what is downloaded, computed or compiled once: `DIFFGAN_CACHE`, else `diffgan` in `XDG_CACHE_HOME` or `~/.cache`.
 * Node only.
 *
 * @example
 * ```ts
 * import { cacheDir } from '@diffgan/files';
 * console.log(await cacheDir()); // /home/ada/.cache/diffgan
 * ```
 */
export async function cacheDir(): Promise<string> {
  const { homedir } = await import('node:os');
  const path = await import('node:path');
  const { DIFFGAN_CACHE, XDG_CACHE_HOME } = process.env;
  return DIFFGAN_CACHE || path.join(XDG_CACHE_HOME || path.join(homedir(), '.cache'), 'diffgan');
}

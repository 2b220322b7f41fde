/**
 * The folder of this user for what is downloaded, computed or compiled once: `DIFFGAN_CACHE`, else `diffgan` in `XDG_CACHE_HOME` or `~/.cache`.
 * Node only.
 *
 * @example
 * ```ts
 * import { cacheDir } from '@diffgan/files';
 * console.log(cacheDir()); // /home/ada/.cache/diffgan
 * ```
 */
export function cacheDir(): string {
  const { homedir } = process.getBuiltinModule('node:os');
  const path = process.getBuiltinModule('node:path');
  const { DIFFGAN_CACHE, XDG_CACHE_HOME } = process.env;
  return DIFFGAN_CACHE || path.join(XDG_CACHE_HOME || path.join(homedir(), '.cache'), 'diffgan');
}

import { existsSync } from 'node:fs';

const places = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/**
 * Path of an installed Chromium (`DIFFGAN_CHROMIUM` first), or undefined.
 *
 * @example
 * ```ts
 * const path = findChromium(); // such as '/usr/bin/chromium'
 * ```
 */
export function findChromium(): string | undefined {
  return [process.env.DIFFGAN_CHROMIUM, ...places].find((path) => path !== undefined && existsSync(path));
}

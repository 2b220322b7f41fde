import { mkdirSync, readdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { cacheDir } from '@diffgan/files';

/** A cache for the commands of one test, with the native backend of this user and nothing else. */
export function ownCache(folder: string): string {
  mkdirSync(folder, { recursive: true });
  for (const name of readdirSync(cacheDir()).filter((name) => name.startsWith('tfjs-node-')))
    symlinkSync(join(cacheDir(), name), join(folder, name));
  return folder;
}

import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** Whether a path is a folder with this file. */
export const folderHas = (folder: string, file: string): boolean => existsSync(join(folder, file));

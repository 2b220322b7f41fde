import { AtomicFile } from './atomic-file.ts';
import { isPageFile, writePageFile } from './page-files.ts';

/**
 * Writes a file so that a reader sees the old content or the new, never a part: a temporary file beside it is written, flushed to the
 * disk and renamed. When anything fails the temporary file is removed and the old content stays. In Node, or in a page for files of its
 * Origin Private File System, `opfs:config.json`, whose folders are made.
 *
 * @throws Error naming the file, what went wrong (with the system's error as `cause`) and what to do
 * @example
 * ```ts
 * import { writeAtomically } from '@diffgan/files';
 * await writeAtomically('config.json', JSON.stringify({ steps: 4 }));
 * ```
 */
export async function writeAtomically(path: string | URL, content: Uint8Array | string): Promise<void> {
  if (isPageFile(path)) return writePageFile(path, content);
  const { fileURLToPath } = process.getBuiltinModule('node:url');
  const file = await AtomicFile.create(path instanceof URL ? fileURLToPath(path) : path);
  await file.append(content);
  await file.finish();
}

/**
 * Writes a file so that a reader sees the old content or the new, never a part: a temporary file beside it is written, flushed to the
 * disk and renamed. When anything fails the temporary file is removed and the old content stays. Node only.
 *
 * @example
 * ```ts
 * import { writeAtomically } from '@diffgan/files';
 * await writeAtomically('config.json', JSON.stringify({ steps: 4 }));
 * ```
 */
export async function writeAtomically(path: string | URL, content: Uint8Array | string): Promise<void> {
  const { open, rename, rm } = await import('node:fs/promises');
  const { fileURLToPath } = await import('node:url');
  const target = path instanceof URL ? fileURLToPath(path) : path;
  const temporary = `${target}.${process.pid}-${Math.random().toString(36).slice(2)}.tmp`;
  try {
    const handle = await open(temporary, 'wx');
    try {
      await handle.writeFile(content);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, target);
  } catch (error) {
    await rm(temporary, { force: true });
    throw new Error(`writeAtomically: cannot write ${target}: ${(error as Error).message}`, { cause: error });
  }
}

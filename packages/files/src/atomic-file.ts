import type { FileHandle } from 'node:fs/promises';

/** What a user can do about a failure of the system, by its code. */
const waysOut: Record<string, string> = {
  ENOSPC: 'the disk is full: free some space, or write to another disk',
  EDQUOT: 'the quota of this user is used up: free some space, or write to another disk',
  EROFS: 'the disk is read-only: write to another folder',
  EACCES: 'this user may not write there: write to another folder, or change its permissions',
};

/**
 * A file that is written in parts, beside its place, and takes that place when `finish` has flushed it to the disk: a reader sees the
 * old content or the new, never a part. Whatever fails, the old content stays. Node only.
 *
 * @throws Error naming the file, what went wrong (with the system's error as `cause`) and what to do; the part is removed then.
 * @example
 * ```ts
 * import { AtomicFile } from '@diffgan/files';
 * const file = await AtomicFile.create('points.csv');
 * await file.append('x0,x1\n');
 * await file.append('0.5,-1\n');
 * await file.finish(); // from now on there is a points.csv
 * ```
 */
export class AtomicFile {
  readonly #temporary: string;
  readonly #handle: FileHandle;
  #size = 0;

  private constructor(
    readonly path: string,
    temporary: string,
    handle: FileHandle,
  ) {
    this.#temporary = temporary;
    this.#handle = handle;
  }

  /** Begins a file, which takes the place `path` in the end. */
  static async create(path: string): Promise<AtomicFile> {
    const { open } = process.getBuiltinModule('node:fs/promises');
    const temporary = `${path}.${process.pid}-${Math.random().toString(36).slice(2)}.tmp`;
    try {
      return new AtomicFile(path, temporary, await open(temporary, 'wx'));
    } catch (error) {
      throw cannotWrite(path, error);
    }
  }

  /** Writes at the end of what there is. */
  append(content: Uint8Array | string): Promise<void> {
    return this.write(typeof content === 'string' ? new TextEncoder().encode(content) : content, this.#size);
  }

  /** Writes at a position in bytes. */
  async write(bytes: Uint8Array, position: number): Promise<void> {
    try {
      for (let done = 0; done < bytes.length;)
        done += (await this.#handle.write(bytes, done, bytes.length - done, position + done)).bytesWritten;
    } catch (error) {
      await this.discard();
      throw cannotWrite(this.path, error);
    }
    this.#size = Math.max(this.#size, position + bytes.length);
  }

  /** Ends the file and puts it in its place. */
  async finish(): Promise<void> {
    const { rename } = process.getBuiltinModule('node:fs/promises');
    try {
      await this.#handle.sync();
      await this.#handle.close();
      await rename(this.#temporary, this.path);
    } catch (error) {
      await this.discard();
      throw cannotWrite(this.path, error);
    }
  }

  /** Gives up: nothing stays of it, and what was in its place before is still there. */
  async discard(): Promise<void> {
    const { rm } = process.getBuiltinModule('node:fs/promises');
    await this.#handle.close().catch(() => undefined); // a full disk may show as late as here
    await rm(this.#temporary, { force: true });
  }
}

function cannotWrite(path: string, cause: unknown): Error {
  const { message, code = '' } = cause as NodeJS.ErrnoException;
  const wayOut = Object.hasOwn(waysOut, code) ? `; ${waysOut[code]}` : '';
  return new Error(`cannot write ${path}: ${message}${wayOut}`, { cause });
}

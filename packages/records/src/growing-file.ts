import { open } from 'node:fs/promises';
import { writeAtomically } from '@diffgan/files';
import { RecordsWriteError } from './records-write-error.ts';

/** A file that grows while others read it. What cannot be written now is kept, and written when there is space. */
export class GrowingFile {
  /** Bytes of the file that are whole; what lies behind is the torn end of a write that failed. */
  #whole = 0;
  #waiting: Uint8Array[] = [];
  #anew = false;
  #queue: Promise<void> = Promise.resolve();

  constructor(readonly path: string) {}

  /** Adds to what the next {@link flush} writes. */
  add(content: Uint8Array): void {
    this.#waiting.push(content);
  }

  /** Lets the next {@link flush} put `content` in the place of all there is. */
  replace(content: Uint8Array): void {
    [this.#waiting, this.#anew] = [[content], true];
  }

  /**
   * Writes what is waiting.
   *
   * @throws RecordsWriteError when that fails; it is then still waiting.
   */
  flush(): Promise<void> {
    this.#queue = this.#queue.catch(() => undefined).then(() => this.#write());
    return this.#queue;
  }

  async #write(): Promise<void> {
    const [parts, anew] = [this.#waiting, this.#anew];
    if (parts.length === 0) return;
    [this.#waiting, this.#anew] = [[], false];
    const content = Buffer.concat(parts);
    try {
      if (anew) await writeAtomically(this.path, content);
      else await this.#append(content);
      this.#whole = (anew ? 0 : this.#whole) + content.length;
    } catch (cause) {
      if (!this.#anew) [this.#waiting, this.#anew] = [[content, ...this.#waiting], anew];
      throw new RecordsWriteError(this.path, cause);
    }
  }

  async #append(content: Uint8Array): Promise<void> {
    const file = await open(this.path, 'a');
    try {
      if ((await file.stat()).size > this.#whole) await file.truncate(this.#whole);
      await file.writeFile(content);
    } finally {
      await file.close();
    }
  }
}

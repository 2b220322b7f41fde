import { existsSync } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeAtomically } from '@diffgan/files';

/** Keeps what was found of each part of a measurement, so that one that was stopped goes on. */
export class KeptJson<T> {
  constructor(readonly folder: string) {}

  /** What is known of part i. */
  async read(i: number): Promise<T | undefined> {
    const file = this.#fileOf(i);
    return existsSync(file) ? (JSON.parse(await readFile(file, 'utf8')) as T) : undefined;
  }

  async write(i: number, found: T): Promise<void> {
    await mkdir(this.folder, { recursive: true });
    await writeAtomically(this.#fileOf(i), JSON.stringify(found));
  }

  #fileOf(i: number): string {
    return join(this.folder, `part-${String(i).padStart(4, '0')}.json`);
  }
}

import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { GrowingFile } from './growing-file.ts';
import { RecordsWriteError } from './records-write-error.ts';
import { eventFileName, imageEvent, scalarsEvent, startEvent, versionEvent } from './tensorboard-events.ts';

/**
 * Writes an event file of TensorBoard. Events are kept until {@link TensorboardWriter.flush}; what cannot be written then is still kept.
 *
 * @example
 * ```ts
 * const writer = await TensorboardWriter.open('runs/mine');
 * writer.scalars(100, { 'losses/critic': 0.7 });
 * await writer.flush();
 * ```
 */
export class TensorboardWriter {
  readonly #file: GrowingFile;

  private constructor(readonly path: string) {
    this.#file = new GrowingFile(path);
    this.#file.add(versionEvent());
  }

  /**
   * Begins a new event file, which TensorBoard reads after those that are in the folder.
   *
   * @param folder made where it is missing.
   * @throws RecordsWriteError when the folder cannot be made or read.
   */
  static async open(folder: string): Promise<TensorboardWriter> {
    try {
      await mkdir(folder, { recursive: true });
      return new TensorboardWriter(join(folder, await eventFileName(folder)));
    } catch (cause) {
      throw new RecordsWriteError(folder, cause);
    }
  }

  /** Says that steps are counted from `step` on: what earlier files tell of it and later steps counts no more. */
  start(step: number): void {
    this.#file.add(startEvent(step));
  }

  /** Numbers by tag, such as `losses/critic`, after `step`. */
  scalars(step: number, values: Readonly<Record<string, number>>): void {
    this.#file.add(scalarsEvent(step, values));
  }

  /** A PNG under a tag, after `step`. */
  image(step: number, tag: string, png: Uint8Array): void {
    this.#file.add(imageEvent(step, tag, png));
  }

  /**
   * Writes what is waiting.
   *
   * @throws RecordsWriteError when that fails; the next call tries again.
   */
  flush(): Promise<void> {
    return this.#file.flush();
  }
}

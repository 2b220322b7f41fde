import { mkdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { FileFormatError, writeAtomically } from '@diffgan/files';
import type { TrainEvent } from '@diffgan/training';
import { GrowingFile } from './growing-file.ts';
import type { Picture } from './html-report.ts';
import { formatLine, parseLine, type RecordLine } from './record-line.ts';
import { RecordsWriteError } from './records-write-error.ts';
import { Stretch } from './stretch.ts';
import { TensorboardWriter } from './tensorboard-writer.ts';

/** Milliseconds after which new lines are written even if there is no checkpoint, so that people can watch. */
const WRITE_AFTER = 20_000;
/** More is not the metrics of a run, whose lines get fewer the longer it takes. */
const MAX_BYTES = 2 ** 28;

/**
 * What a run leaves for people to look at while it goes on and afterwards: `metrics.jsonl`, the same numbers as an event file of
 * TensorBoard (tags such as `losses/critic`, `metric/FID-fashion`), and pictures. Give it every event of the trainer:
 *
 * ```ts
 * const records = await runRecords(folder, { resume });
 * for await (const event of trainDdpm(model, schedule, options)) {
 *   records.add(event);
 *   if (event.type === 'checkpoint') await records.flush(); // throws when the disk is full; the state of the run is saved by then
 * }
 * await records.close();
 * ```
 *
 * A run that goes on from a checkpoint (event `resume`) takes back what was recorded after it, so that no step is there twice.
 */
export class RunRecords {
  #lines: RecordLine[];
  readonly #metrics: GrowingFile;
  readonly #events: TensorboardWriter;
  readonly #stretch = new Stretch();
  #written = performance.now();

  private constructor(
    readonly folder: string,
    events: TensorboardWriter,
    lines: RecordLine[],
  ) {
    this.#lines = lines;
    this.#metrics = new GrowingFile(join(folder, 'metrics.jsonl'));
    this.#events = events;
  }

  /** See {@link runRecords}. */
  static async open(folder: string, { resume = false }: RunRecordsOptions = {}): Promise<RunRecords> {
    const events = await TensorboardWriter.open(folder);
    const records = new RunRecords(folder, events, resume ? await readRecords(folder) : []);
    records.#keep(Infinity); // the event `resume` tells what counts
    if (!resume) {
      events.start(1);
      await records.#write(); // an impossible place shows now
    }
    return records;
  }

  /** What was recorded, from the first step on. */
  get lines(): readonly RecordLine[] {
    return this.#lines;
  }

  /** Records what a trainer yields; writes now and then. */
  add(event: TrainEvent): void {
    if (event.type === 'step') this.#push(this.#stretch.add(event));
    else if (event.type === 'resume') this.#rewind(event.step);
    else this.#push(this.#stretch.end());
    this.#push(lineOf(event));
    if (performance.now() - this.#written > WRITE_AFTER) void this.#write().catch(() => undefined); // a checkpoint's flush tells
  }

  /**
   * Keeps a picture of samples that were drawn after `step`.
   *
   * @returns its file, such as `samples/step-00000500.png` in the folder.
   * @throws RecordsWriteError when that fails.
   */
  async addPicture(step: number, { extension, bytes }: Picture): Promise<string> {
    const file = join(this.folder, 'samples', `step-${String(step).padStart(8, '0')}.${extension}`);
    try {
      await mkdir(join(this.folder, 'samples'), { recursive: true });
      await writeAtomically(file, bytes);
    } catch (cause) {
      throw new RecordsWriteError(file, cause);
    }
    if (extension === 'png') this.#events.image(step, 'samples', bytes);
    return file;
  }

  /**
   * Writes everything that there is so far.
   *
   * @throws RecordsWriteError when that fails; the next call tries again.
   */
  async flush(): Promise<void> {
    this.#push(this.#stretch.end());
    await this.#write();
  }

  /** Writes the rest. */
  close(): Promise<void> {
    return this.flush();
  }

  #push(line: RecordLine | undefined): void {
    if (line === undefined) return;
    this.#lines.push(line);
    this.#metrics.add(Buffer.from(formatLine(line)));
    const scalars = scalarsOf(line);
    if (scalars) this.#events.scalars(line.step, scalars);
  }

  #rewind(step: number): void {
    this.#keep(step);
    this.#events.start(step + 1);
  }

  #keep(step: number): void {
    this.#lines = this.#lines.filter((line) => line.step <= step);
    this.#metrics.replace(Buffer.from(this.#lines.map(formatLine).join('')));
  }

  async #write(): Promise<void> {
    this.#written = performance.now();
    await this.#metrics.flush();
    await this.#events.flush();
  }
}

/** Options of {@link runRecords}. */
export interface RunRecordsOptions {
  /** Keeps the lines of an earlier part of the run; without it they are replaced. @defaultValue false */
  resume?: boolean;
}

/**
 * Opens the records of a run.
 *
 * @param folder of the run; made where it is missing.
 * @throws RecordsWriteError when the folder cannot be written to; FileFormatError when `metrics.jsonl` is none.
 * @example
 * ```ts
 * const records = await runRecords('runs/mine');
 * records.add({ type: 'metric', step: 500, values: { 'FID-fashion': 41.2 } });
 * await records.close(); // metrics.jsonl and an event file of TensorBoard
 * ```
 */
export const runRecords = (folder: string, options?: RunRecordsOptions): Promise<RunRecords> =>
  RunRecords.open(folder, options);

/** The line of an event that is not a step; checkpoints have none. */
function lineOf(event: TrainEvent): RecordLine | undefined {
  const { step } = event;
  switch (event.type) {
    case 'validation':
    case 'metric':
      return { type: event.type, step, values: event.values };
    case 'best':
      return { type: 'best', step, metric: event.metric, value: event.value };
    case 'warning':
      return { type: 'warning', step, kind: event.kind, message: event.message };
    case 'resume':
      return step > 0 ? { type: 'resume', step } : undefined;
    default:
      return undefined;
  }
}

/** The numbers of a line by the tags of TensorBoard. */
function scalarsOf(line: RecordLine): Record<string, number> | undefined {
  switch (line.type) {
    case 'step': {
      const { losses, measures, examplesPerSecond } = line;
      return {
        ...tagged('losses', losses),
        ...tagged('measures', measures),
        'speed/examplesPerSecond': examplesPerSecond,
      };
    }
    case 'validation':
    case 'metric':
      return tagged(line.type, line.values);
    default:
      return undefined;
  }
}

const tagged = (group: string, values: Record<string, number>): Record<string, number> =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [`${group}/${name}`, value]));

/**
 * The lines of `metrics.jsonl` in the folder of a run, none if there is no such file. What is not a line is left out.
 *
 * @throws FileFormatError when the file is too large; the error of the system when it cannot be read.
 * @example
 * ```ts
 * const lines = await readRecords('runs/mine'); // [] where there is no such run
 * ```
 */
export async function readRecords(folder: string): Promise<RecordLine[]> {
  const file = join(folder, 'metrics.jsonl');
  try {
    const { size } = await stat(file);
    if (size > MAX_BYTES)
      throw new FileFormatError(`${file} has ${size} bytes, more than metrics can have; move it away`);
    return (await readFile(file, 'utf8')).split('\n').flatMap((text) => parseLine(text) ?? []);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

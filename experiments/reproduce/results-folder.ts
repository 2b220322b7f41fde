import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { experiments } from '../experiments.ts';
import type { MeasurementResult, ResultsFile } from '../results.ts';

/** Files of an experiment below the folder of all results. */
export const filesOf = (out: string, id: string) => ({
  folder: join(out, 'results', id),
  results: join(out, 'results', id, 'results.json'),
  page: join(out, 'docs', 'results', `${id}.md`),
});

/** Results that were written before; undefined where there are none. */
export async function readResults(path: string): Promise<ResultsFile | undefined> {
  return existsSync(path) ? (JSON.parse(await readFile(path, 'utf8')) as ResultsFile) : undefined;
}

/** The results of all experiments, by their ids. */
export async function readAllResults(out: string): Promise<Map<string, ResultsFile>> {
  const all = new Map<string, ResultsFile>();
  for (const { id } of experiments) {
    const file = await readResults(filesOf(out, id).results);
    if (file) all.set(id, file);
  }
  return all;
}

/** A measurement that was written before, perhaps on another machine. */
export interface WrittenMeasurement {
  readonly result: MeasurementResult;
  /** Where it stands, with the training that it is of. */
  readonly file: ResultsFile;
}

/** Measurements that results hold, by what they are found by. */
export class WrittenResults {
  readonly #files: readonly ResultsFile[];

  private constructor(files: readonly ResultsFile[]) {
    this.#files = files;
  }

  /** Holds nothing. */
  static readonly none = new WrittenResults([]);

  static async open(out: string): Promise<WrittenResults> {
    return new WrittenResults([...(await readAllResults(out)).values()]);
  }

  /** The measurement of an experiment with that key; that of another experiment if it has no files, which lie beside the other's results. */
  find(key: string, experiment: string): WrittenMeasurement | undefined {
    const own = (file: ResultsFile) => file.experiment === experiment;
    for (const file of [...this.#files].sort((a, b) => Number(own(b)) - Number(own(a)))) {
      const result = file.measurements.find((one) => one.key === key && (own(file) || one.files.length === 0));
      if (result) return { result, file };
    }
    return undefined;
  }
}

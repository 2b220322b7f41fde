import { AtomicFile } from '@diffgan/files';
import type { OutputBatch, SampleOutput } from './sample-output.ts';

/** Points as a table: a line for each, its class last if it has one. */
export class CsvFile implements SampleOutput {
  #empty = true;

  private constructor(
    readonly path: string,
    readonly file: AtomicFile,
  ) {}

  static async create(path: string): Promise<CsvFile> {
    return new CsvFile(path, await AtomicFile.create(path));
  }

  async add({ samples, shape: [count, dim], labels }: OutputBatch): Promise<void> {
    const rows: (string | number)[][] = [];
    if (this.#empty) rows.push([...Array.from({ length: dim }, (_, d) => `x${d}`), ...(labels ? ['label'] : [])]);
    for (let i = 0; i < count; i++)
      rows.push([...samples.subarray(i * dim, (i + 1) * dim), ...(labels ? [labels[i]] : [])]);
    this.#empty = false;
    await this.file.append(rows.map((row) => `${row.join(',')}\n`).join(''));
  }

  finish = () => this.file.finish();
  discard = () => this.file.discard();
}

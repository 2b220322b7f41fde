import { writeAtomically } from '@diffgan/files';
import type { OutputBatch, SampleOutput } from './sample-output.ts';

/** Points as a table: a line for each, its class last if it has one. */
export class CsvFile implements SampleOutput {
  readonly #lines: string[] = [];

  constructor(readonly path: string) {}

  add({ samples, shape: [count, dim], labels }: OutputBatch): Promise<void> {
    if (this.#lines.length === 0) {
      const names = Array.from({ length: dim }, (_, d) => `x${d}`);
      this.#lines.push([...names, ...(labels ? ['label'] : [])].join(','));
    }
    for (let i = 0; i < count; i++)
      this.#lines.push([...samples.subarray(i * dim, (i + 1) * dim), ...(labels ? [labels[i]] : [])].join(','));
    return Promise.resolve();
  }

  finish(): Promise<void> {
    return writeAtomically(this.path, `${this.#lines.join('\n')}\n`);
  }

  discard = () => Promise.resolve();
}

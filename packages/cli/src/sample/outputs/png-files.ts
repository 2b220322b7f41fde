import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { imageGrid } from '@diffgan/data';
import { writeAtomically } from '@diffgan/files';
import type { OutputBatch, SampleOutput } from './sample-output.ts';

/** A PNG file for each image, named by its number. */
export class PngFiles implements SampleOutput {
  readonly #digits: number;

  constructor(
    readonly path: string,
    count: number,
  ) {
    this.#digits = Math.max(5, String(count - 1).length);
  }

  async add({ samples, shape: [count, ...shape], first }: OutputBatch): Promise<void> {
    await mkdir(this.path, { recursive: true });
    const size = samples.length / count;
    const write = async (i: number) => {
      const data = samples.subarray(i * size, (i + 1) * size);
      const name = `${String(first + i).padStart(this.#digits, '0')}.png`;
      await writeAtomically(join(this.path, name), await imageGrid({ data, shape: [1, ...shape] }));
    };
    await Promise.all(Array.from({ length: count }, (_, i) => write(i)));
  }

  finish = () => Promise.resolve();
  discard = () => Promise.resolve();
}

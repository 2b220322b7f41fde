import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { imageGrid } from '@diffgan/data';
import { writeAtomically } from '@diffgan/files';
import type { OutputBatch, SampleOutput } from './sample-output.ts';

/** Files that are open at the same time: a process may have some thousand at most, and some only 256. */
const AT_ONCE = 16;

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
    let next = 0;
    const writer = async () => {
      while (next < count) await write(next++);
    };
    await Promise.all(Array.from({ length: AT_ONCE }, writer));
  }

  finish = () => Promise.resolve();
  discard = () => Promise.resolve();
}

import { join } from 'node:path';
import { UsageError } from '@diffgan/runs/errors';
import type { FormatName } from '../options.ts';
import { CsvFile } from './csv-file.ts';
import { GridPicture } from './grid-picture.ts';
import { NpzFile } from './npz-file.ts';
import { PngFiles } from './png-files.ts';
import type { SampleOutput } from './sample-output.ts';

const inPicture = { images: 100, points: 10_000 };
const npzLimit = 2 ** 32 - 2 ** 16;

interface Wanted {
  shape: readonly number[];
  count: number;
  formats?: readonly FormatName[];
}

/** The formats of samples of a shape: those that were asked for, or the usual ones. */
export function formatsFor({ shape, count, formats }: Wanted): readonly FormatName[] {
  const images = shape.length === 3;
  const [height, breadth, channels] = shape;
  const dim = images ? undefined : height;
  if (formats === undefined) return images ? ['png', 'grid'] : dim === 2 ? ['csv', 'grid'] : ['csv'];
  for (const format of formats) {
    const refuse = (why: string) => new UsageError(`--format ${format}: ${why}`);
    if (images && format === 'csv') throw refuse('the samples are images; use png, grid, npz or gif');
    if (!images && (format === 'png' || format === 'gif')) throw refuse('the samples are points; use csv, grid or npz');
    if (!images && format === 'grid' && dim !== 2) throw refuse(`points of ${dim} numbers cannot be shown; use csv`);
    if (images && format !== 'npz' && channels !== 1 && channels !== 3)
      throw refuse(`images of ${channels} channels are neither grey nor RGB; use npz`);
    const bytes = images ? count * height * breadth * channels : 4 * count * height;
    if (format === 'npz' && bytes + 8 * count > npzLimit)
      throw refuse(`the file would have ${bytes} bytes, and can have 4 GiB; draw fewer at a time, with several --seed`);
  }
  return formats;
}

/** What writes samples into a folder in these formats; a GIF is made of a chain, not of samples. */
export async function openOutputs(
  folder: string,
  { shape, count, formats }: Required<Wanted>,
): Promise<SampleOutput[]> {
  const images = shape.length === 3;
  const makers: Record<FormatName, () => SampleOutput | Promise<SampleOutput> | undefined> = {
    png: () => new PngFiles(join(folder, 'images'), count),
    grid: () =>
      images
        ? new GridPicture(join(folder, 'grid.png'), inPicture.images)
        : new GridPicture(join(folder, 'points.svg'), inPicture.points),
    npz: () => NpzFile.create(join(folder, 'samples.npz')),
    csv: () => CsvFile.create(join(folder, 'points.csv')),
    gif: () => undefined,
  };
  const outputs: SampleOutput[] = [];
  for (const format of formats) {
    const output = await makers[format]();
    if (output) outputs.push(output);
  }
  return outputs;
}

import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { htmlGrid, inlinePicture, type Picture } from './html-report.ts';

/** Pictures in a report: the first one, the last one, and some between. */
const MAX_PICTURES = 9;
/** Bytes of them all. */
const MAX_BYTES = 8 * 2 ** 20;

interface PictureFile {
  step: number;
  name: string;
  extension: Picture['extension'];
  bytes: number;
}

/**
 * The pictures of samples in a folder in the course of training, side by side; empty when there are none.
 *
 * @example
 * ```ts
 * const html = await runPictures('runs/mine/samples');
 * ```
 */
export async function runPictures(folder: string): Promise<string> {
  const files = await pictureFiles(folder);
  const shown = evenly(files.filter(({ bytes }) => bytes <= MAX_BYTES));
  const figures = shown.map(async ({ step, name, extension }) =>
    inlinePicture({ extension, bytes: await readFile(join(folder, name)) }, `step ${step}`),
  );
  const others = files.length - shown.length;
  const note = others > 0 ? `<p class="soft">${others} more in the folder of the run.</p>` : '';
  return shown.length === 0 ? note : htmlGrid(await Promise.all(figures), { narrow: true }) + note;
}

async function pictureFiles(folder: string): Promise<PictureFile[]> {
  const names = await readdir(folder).catch(() => []);
  const found = names.flatMap((name) => {
    const [, step, extension] = /^step-(\d+)\.(png|svg)$/.exec(name) ?? [];
    return step === undefined ? [] : [{ step: Number(step), name, extension: extension as Picture['extension'] }];
  });
  found.sort((a, b) => a.step - b.step);
  return Promise.all(found.map(async (file) => ({ ...file, bytes: (await stat(join(folder, file.name))).size })));
}

/** The first, the last and some between, as many as there is room for. */
function evenly(files: readonly PictureFile[]): PictureFile[] {
  const largest = Math.max(1, ...files.map(({ bytes }) => bytes));
  const count = Math.min(files.length, MAX_PICTURES, Math.max(1, Math.floor(MAX_BYTES / largest)));
  if (count === 1) return files.slice(-1);
  return Array.from({ length: count }, (_, i) => files[Math.round((i * (files.length - 1)) / (count - 1))]);
}

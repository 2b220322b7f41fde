import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { decode } from 'fast-png';
import { asImages, imageGrid } from '@diffgan/data';
import { writeAtomically } from '@diffgan/files';
import type { Sheet } from '../experiment.ts';
import type { ResultsFile } from '../results.ts';
import { firstOf } from './draw-in-parts.ts';
import { partsOf } from './measure/drawn.ts';
import type { PlanStep } from './plan.ts';

const SCALE = 2;
const PADDING = 2;

type WrittenSheet = ResultsFile['sheets'][number];

/**
 * Writes the sheets of an experiment. A row whose samples are not in the folder of runs, as another machine drew them, is that of the sheet
 * that was there before; what has not been drawn at all is left out.
 */
export async function writeSheets(
  sheets: readonly Sheet[],
  steps: readonly PlanStep[],
  folder: string,
  earlier: ResultsFile | undefined,
): Promise<WrittenSheet[]> {
  const written: WrittenSheet[] = [];
  for (const sheet of sheets) {
    const one = await writeSheet(sheet, steps, folder, earlier);
    if (one) written.push(one);
  }
  return written;
}

async function writeSheet(
  sheet: Sheet,
  steps: readonly PlanStep[],
  folder: string,
  earlier: ResultsFile | undefined,
): Promise<WrittenSheet | undefined> {
  const { file, caption, rows, columns, width = columns } = sheet;
  const path = join(folder, file);
  const before = await earlierRows(sheet, path, earlier);
  const shown: tf.Tensor4D[] = [];
  const drawn: string[] = [];
  try {
    for (const name of rows) {
      const step = steps.find(({ measurement }) => measurement.kind === 'scores' && measurement.name === name);
      const row = step && ((await samplesOf(step, columns)) ?? before(name, step.key));
      if (!row) continue;
      drawn.push(name);
      shown.push(row);
    }
    if (drawn.length === 0) return undefined;
    const all = tf.concat(shown);
    shown.push(all);
    await writeAtomically(path, await imageGrid(all, { columns: width, scale: SCALE, padding: PADDING }));
    return { file, caption, rows: drawn };
  } finally {
    tf.dispose(shown);
  }
}

const PIXELS: [number, number, number] = [28, 28, 1];

/** The first samples of a measurement; undefined where they were not drawn here. The caller disposes them. */
async function samplesOf({ measurement, kept, folder }: PlanStep, count: number): Promise<tf.Tensor4D | undefined> {
  if (measurement.kind !== 'scores' || !kept) return undefined;
  const samples = await firstOf(partsOf(folder, measurement), count);
  const images = asImages(samples);
  if (images !== samples) samples.dispose();
  return images;
}

/** Finds the images of a row on the sheet that was written before, if they are of the same measurement. */
async function earlierRows(
  { file, rows, columns, width = columns }: Sheet,
  path: string,
  earlier: ResultsFile | undefined,
): Promise<(name: string, key: string) => tf.Tensor4D | undefined> {
  const sheet = earlier?.sheets.find((one) => one.file === file);
  if (!earlier || !sheet || !existsSync(path)) return () => undefined;
  const picture = decode(await readFile(path));
  const [height, across] = PIXELS;
  const there = sheet.rows ?? rows;
  const down = Math.ceil((there.length * columns) / width);
  const sizeOf = (images: number, pixels: number) => SCALE * (images * (pixels + PADDING) - PADDING);
  if (picture.channels !== 1 || picture.width !== sizeOf(width, across) || picture.height !== sizeOf(down, height))
    return () => undefined; // of another layout
  return (name, key) => {
    const same = earlier.measurements.some((one) => one.kind === 'scores' && one.name === name && one.key === key);
    if (!same || !there.includes(name)) return undefined;
    const first = there.indexOf(name) * columns;
    const values = new Float32Array(columns * height * across);
    for (let i = 0; i < columns; i++)
      for (let y = 0; y < height; y++)
        for (let x = 0; x < across; x++) {
          const [row, column] = [Math.floor((first + i) / width), (first + i) % width];
          const at = SCALE * (row * (height + PADDING) + y) * picture.width + SCALE * (column * (across + PADDING) + x);
          values[(i * height + y) * across + x] = picture.data[at] / 127.5 - 1;
        }
    return tf.tensor4d(values, [columns, ...PIXELS]);
  };
}

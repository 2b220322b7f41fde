import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { imageGrid } from '@diffgan/data';
import { collectFeatures, fashionCnn, fidScore, inceptionScore, roundToBytes } from '@diffgan/fid';
import { openNpz, writeAtomically, writeNpz } from '@diffgan/files';
import { openPipeline, samplerOf } from '@diffgan/runs';
import { run as finish } from '@diffgan/samplers';
import type { ProgressOf } from '../../measurement.ts';
import type { Workplace } from '../workplace.ts';
import type { Measured, Place } from './measured.ts';
import { fashionFeatures } from './scores.ts';

const BATCH = 100;
const SHOWN = 8;

type Told = Pick<ProgressOf, 'sampling' | 'count' | 'seed' | 'at'>;

const fileOf = (folder: string, i: number) => join(folder, 'parts', `batch-${String(i).padStart(4, '0')}.npz`);

/** Scores the predictions x̂0 that a chain makes on its way. */
export async function measureProgress(told: Told, at: Place, place: Workplace): Promise<Measured<'progress'>> {
  await drawPredictions(told, at, place);
  const { terminal, signal } = place;
  const extractor = await fashionCnn();
  try {
    const reference = (await fashionFeatures(extractor, place)).statistics;
    const points = [];
    for (const t of told.at) {
      terminal.progress(points.length / told.at.length, `scores of x̂0 at t = ${t}`);
      const options = { range: '[-1, 1]', logits: true, signal } as const;
      const { statistics, logits } = await finish(collectFeatures(extractor, predictions(told, at, t), options));
      const fid = (await fidScore(statistics, reference, { signal })).value;
      points.push({ t, fid, is: inceptionScore(logits!).value });
    }
    return { values: { points }, files: { 'sheet.png': await sheetOf(told, at) } };
  } finally {
    terminal.finish();
    extractor.dispose();
  }
}

/** Draws, and keeps the predictions of each batch as bytes. */
async function drawPredictions(
  { sampling, count, seed, at }: Told,
  { run, folder }: Place,
  place: Workplace,
): Promise<void> {
  const { terminal, signal } = place;
  await mkdir(join(folder, 'parts'), { recursive: true });
  const pipeline = await openPipeline(run, { sampling, draws: 'images' });
  const sampler = samplerOf({ seed, batch: BATCH }, pipeline, { signal });
  try {
    for (let i = 0; i * BATCH < count; i++) {
      if (existsSync(fileOf(folder, i))) continue;
      const kept: Record<string, { shape: readonly number[]; data: Uint8Array }> = {};
      const samples = await finish(sampler.chain(i, { preview: true }), async ({ t, index, total, preview }) => {
        if (preview && at.includes(t)) kept[`t${t}`] = await bytesOf(preview);
        preview?.dispose();
        terminal.progress((i + index / total) / (count / BATCH), `${i * BATCH}/${count} samples`);
      });
      samples.dispose();
      await writeAtomically(fileOf(folder, i), writeNpz(kept));
    }
  } finally {
    terminal.finish();
    sampler.dispose();
    pipeline.dispose();
  }
}

async function bytesOf(images: tf.Tensor4D): Promise<{ shape: readonly number[]; data: Uint8Array }> {
  const levels = tf.tidy(() => tf.mul(tf.add(roundToBytes(images), 1), 127.5));
  const data = Uint8Array.from(await levels.data(), Math.round);
  levels.dispose();
  return { shape: images.shape, data };
}

/** The predictions at step t batch by batch, which who takes them disposes. */
async function* predictions({ count }: Told, { folder }: Place, t: number): AsyncGenerator<tf.Tensor4D, void> {
  for (let i = 0; i * BATCH < count; i++) {
    const file = await openNpz(fileOf(folder, i));
    const { shape, data } = await file.read(`t${t}`).finally(() => file.close());
    const values = Float32Array.from(data as Uint8Array, (value) => value / 127.5 - 1);
    const size = Math.min(BATCH, count - i * BATCH);
    const [all, height, width, channels] = shape;
    const length = values.length / all;
    yield tf.tensor<tf.Rank.R4>(values.subarray(0, size * length), [size, height, width, channels]);
  }
}

/** A row for each sample, from left to right the steps. */
async function sheetOf(told: Told, at: Place): Promise<Uint8Array> {
  const columns: tf.Tensor[] = [];
  try {
    for (const t of told.at)
      for await (const batch of predictions(told, at, t)) {
        columns.push(tf.slice(batch, 0, Math.min(SHOWN, batch.shape[0])));
        batch.dispose();
        break;
      }
    const grid = tf.tidy(() => {
      const rows = tf.stack(columns, 1); // [sample, step, …]
      const [samples, steps, height, width, channels] = rows.shape as number[];
      return tf.reshape<tf.Rank.R4>(rows, [samples * steps, height, width, channels]);
    });
    columns.push(grid);
    return await imageGrid(grid, { columns: told.at.length, scale: 2 });
  } finally {
    tf.dispose(columns);
  }
}

import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { asImages } from '@diffgan/data';
import { roundToBytes } from '@diffgan/fid';
import { openNpz, writeAtomically, writeNpz } from '@diffgan/files';
import type { Pipeline } from '@diffgan/hub';
import { samplerOf } from '@diffgan/runs';
import type { Workplace } from './workplace.ts';

/** What is drawn. */
export interface PartsJob {
  /** Folder of the parts. */
  readonly folder: string;
  readonly count: number;
  readonly seed: number;
  /** Samples per network call. */
  readonly batch: number;
}

/** Batches in a part: what is lost at most when the power goes. */
const BATCHES = 5;

const fileOf = (folder: string, part: number) => join(folder, `part-${String(part).padStart(4, '0')}.npz`);

/**
 * Draws samples in parts, each of which is kept when it is whole, so that a drawing that was stopped goes on. Images are kept as bytes, as
 * their files would hold them.
 *
 * @returns their number of network calls per sample.
 */
export async function drawInParts(job: PartsJob, pipeline: Pipeline, { terminal, signal }: Workplace): Promise<void> {
  const { folder, count, seed, batch } = job;
  await mkdir(folder, { recursive: true });
  const perPart = BATCHES * batch;
  const parts = Math.ceil(count / perPart);
  const missing = Array.from({ length: parts }, (_, part) => part).filter((part) => !existsSync(fileOf(folder, part)));
  if (missing.length === 0) return;
  let done = 0;
  const report = (more: number) =>
    terminal.progress((done + more) / count, `${Math.floor(done + more)}/${count} samples`);
  const onStep = (share: number) => report(Math.min(batch * share, count - done));
  const sampler = samplerOf({ seed, batch }, pipeline, { signal, onStep });
  try {
    for (let part = 0; part < parts; part++) {
      const size = Math.min(perPart, count - part * perPart);
      const batches: tf.Tensor[] = [];
      try {
        if (!missing.includes(part)) continue;
        for (let i = 0; i * batch < size; i++) {
          signal.throwIfAborted();
          done = part * perPart + i * batch;
          batches.push(await sampler.draw(part * BATCHES + i, Math.min(batch, size - i * batch)));
        }
        await writeAtomically(fileOf(folder, part), await bytesOf(batches));
      } finally {
        tf.dispose(batches);
      }
    }
  } finally {
    terminal.finish();
    sampler.dispose();
  }
}

/** Samples as a file of numpy: images as bytes, points as they are. */
async function bytesOf(batches: tf.Tensor[]): Promise<Uint8Array> {
  const all = tf.tidy(() => {
    const samples = tf.concat(batches);
    if (samples.rank !== 4) return samples;
    return tf.mul(tf.add(roundToBytes(asImages(samples)), 1), 127.5);
  });
  const values = await all.data<'float32'>();
  const { shape, rank } = all;
  all.dispose();
  return writeNpz({ arr_0: { shape, data: rank === 4 ? Uint8Array.from(values, Math.round) : values } });
}

/** The samples of {@link drawInParts} part by part: images in [−1, 1], points as they are. Who takes them disposes them. */
export async function* readParts({ folder, count, batch }: PartsJob): AsyncGenerator<tf.Tensor, void> {
  for (let part = 0; part * BATCHES * batch < count; part++) {
    const file = await openNpz(fileOf(folder, part));
    try {
      const { shape, data } = await file.read('arr_0');
      const values = Float32Array.from(data as Float32Array);
      yield data instanceof Uint8Array
        ? tf.tensor(values.map((value) => value / 127.5 - 1), [...shape]) // prettier-ignore
        : tf.tensor(values, [...shape]);
    } finally {
      await file.close();
    }
  }
}

/** The first samples. The caller disposes them. */
export async function firstOf(job: PartsJob, count: number): Promise<tf.Tensor> {
  const parts: tf.Tensor[] = [];
  try {
    let found = 0;
    for await (const part of readParts(job)) {
      parts.push(part);
      found += part.shape[0];
      if (found >= count) break;
    }
    return tf.tidy(() => tf.slice(tf.concat(parts), 0, Math.min(count, found)));
  } finally {
    tf.dispose(parts);
  }
}

/** All samples. The caller disposes them. */
export const allOf = (job: PartsJob): Promise<tf.Tensor> => firstOf(job, job.count);

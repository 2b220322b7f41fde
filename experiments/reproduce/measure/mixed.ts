import * as tf from '@tensorflow/tfjs-core';
import { type ImageDataset, imageGrid, takeImages } from '@diffgan/data';
import { foldIn, key } from '@diffgan/ops';
import { loadData, readDataConfig } from '@diffgan/runs';
import { interpolate, run as finish } from '@diffgan/samplers';
import type { MixedOf } from '../../measurement.ts';
import type { Workplace } from '../workplace.ts';
import type { Measured, Place } from './measured.ts';
import { distanceOf, openNetwork } from './network.ts';

/** Interpolates pairs of test images; tells how far the ends are from what was mixed. */
export async function measureMixed(
  { at, pairs, seed }: Pick<MixedOf, 'at' | 'pairs' | 'seed'>,
  { run }: Place,
  { terminal, signal }: Workplace,
): Promise<Measured<'mixed'>> {
  const test = (await loadData(await readDataConfig(run), { terminal, signal })).test as ImageDataset;
  const network = await openNetwork(run);
  const ends = pairsOf(test, pairs).map((pair) => pair.map((i) => takeImages(test, [i])));
  const files: Record<string, Uint8Array> = {};
  const points: { t: number; distance: number }[] = [];
  try {
    for (const [n, t] of at.entries()) {
      const rows: tf.Tensor4D[] = [];
      let distance = 0;
      for (const [i, [x0, x1]] of ends.entries()) {
        terminal.progress((n + i / pairs) / at.length, `mixing at t = ${t}`);
        const options = { x0, x1, t, key: foldIn(key(seed), i), signal };
        const row = await finish(interpolate(network.model, network.schedule, options));
        const [first, last] = tf.tidy(() => [tf.slice(row, 0, 1), tf.slice(row, row.shape[0] - 1, 1)]);
        distance += ((await distanceOf(first, x0)) + (await distanceOf(last, x1))) / (2 * pairs);
        tf.dispose([first, last]);
        rows.push(x0, row, x1);
      }
      points.push({ t, distance });
      const grid = tf.concat(rows);
      files[`t${t}.png`] = await imageGrid(grid, { columns: grid.shape[0] / pairs, scale: 2 });
      tf.dispose([grid, ...rows.filter((_, i) => i % 3 === 1)]);
    }
    const unrelated = await Promise.all(ends.map(([x0, x1]) => distanceOf(x0, x1)));
    return { values: { points, unrelated: unrelated.reduce((a, b) => a + b, 0) / pairs }, files };
  } finally {
    terminal.finish();
    tf.dispose(ends);
    network.dispose();
  }
}

/** The first images of the test set two by two, each pair of different classes. */
function pairsOf({ labels, count }: ImageDataset, pairs: number): [number, number][] {
  const found: [number, number][] = [];
  for (let i = 0; found.length < pairs && i < count; i++) {
    const from = found.length === 0 ? 0 : found[found.length - 1][1] + 1;
    let to = from + 1;
    while (to < count && labels?.[to] === labels?.[from]) to++;
    found.push([from, to]);
  }
  return found;
}

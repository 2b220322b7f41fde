import { join } from 'node:path';
import { type ImageDataset, takeImages } from '@diffgan/data';
import { foldIn, key } from '@diffgan/ops';
import { loadData, readDataConfig } from '@diffgan/runs';
import { progressiveCode, run as finish } from '@diffgan/samplers';
import type { CodeOf } from '../../measurement.ts';
import type { Workplace } from '../workplace.ts';
import { KeptJson } from './kept-json.ts';
import type { Measured, Place } from './measured.ts';
import { openNetwork } from './network.ts';

const BATCH = 50;

/** One batch: rate, and squared distortion, after each step. */
interface Curve {
  readonly size: number;
  readonly points: readonly { readonly t: number; readonly rate: number; readonly square: number }[];
}

/** The rate–distortion curve of a DDPM as a progressive code; squared errors are averaged over all images before the root. */
export async function measureCode(
  { split, count, seed }: Pick<CodeOf, 'split' | 'count' | 'seed'>,
  { run, folder }: Place,
  { terminal, signal }: Workplace,
): Promise<Measured<'code'>> {
  const images = (await loadData(await readDataConfig(run), { terminal, signal }))[split] as ImageDataset;
  const network = await openNetwork(run);
  const kept = new KeptJson<Curve>(join(folder, 'parts'));
  try {
    const curves: Curve[] = [];
    for (let i = 0; i * BATCH < count; i++) {
      const size = Math.min(BATCH, count - i * BATCH);
      const known = await kept.read(i);
      if (known) {
        curves.push(known);
        continue;
      }
      const x0 = takeImages(
        images,
        Array.from({ length: size }, (_, j) => i * BATCH + j),
      );
      try {
        const options = { x0, key: foldIn(key(seed), i), signal };
        const steps = await finish(progressiveCode(network.model, network.schedule, options), ({ index, total }) =>
          terminal.progress((i * BATCH + (size * index) / total) / count, `${i * BATCH}/${count} images`),
        );
        const points = steps.map(({ t, rate, distortion }) => ({ t, rate, square: distortion ** 2 }));
        curves.push({ size, points });
        await kept.write(i, { size, points });
      } finally {
        x0.dispose();
      }
    }
    return { values: { points: thinned(averageOf(curves)) }, files: {} };
  } finally {
    terminal.finish();
    network.dispose();
  }
}

function averageOf(curves: readonly Curve[]) {
  const images = curves.reduce((sum, { size }) => sum + size, 0);
  return curves[0].points.map(({ t }, i) => {
    const mean = (of: 'rate' | 'square') =>
      curves.reduce((sum, { size, points }) => sum + size * points[i][of], 0) / images;
    return { t, rate: mean('rate'), distortion: Math.sqrt(mean('square')) };
  });
}

/** About a hundred of the points, the last one among them, and every hundredth step of T = 1000. */
function thinned<Point extends { t: number }>(points: readonly Point[]): Point[] {
  const every = Math.max(1, Math.floor(points.length / 100));
  return points.filter(({ t }) => t === 1 || t % every === 0);
}

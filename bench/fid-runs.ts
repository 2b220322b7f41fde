import { rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { writeSafetensors } from '@diffgan/files';
import { foldIn, key, normalArray } from '@diffgan/ops';
import { columnOf } from './columns.ts';
import { markdownTable } from './markdown-table.ts';
import { type Session, startWorker } from './measure.ts';
import type { FidRun } from './results.ts';
import { median, pairedRatio } from './statistics.ts';
import type { WorkerProcess } from './worker-process.ts';

/** Statistics have a kernel on the native backend; elsewhere, and for distances on all, it is WebAssembly on one thread. */
export const fidColumns: readonly string[] = ['pytorch', 'native', 'wasm-1'];

const cases = [
  { count: 10_000, dim: 128, rounds: 10 },
  { count: 10_000, dim: 2048, rounds: 3 },
];

/** Times statistics and distance of two sets of features, with scipy as pytorch-fid uses it and with this project, in turn. */
export async function measureFid(ids: readonly string[], { files, say }: Session): Promise<FidRun[]> {
  const runs: FidRun[] = [];
  for (const { count, dim, rounds } of cases) {
    const features = join(dirname(files.weights), 'features.safetensors');
    writeFileSync(features, featuresFile(count, dim));
    const found = await Promise.all(ids.map((column) => emptyRun(column, count, dim)));
    for (let round = -1; round < rounds; round++)
      for (const { run, worker } of found) if (worker) await measure(run, worker, { features, warmUp: round < 0 });
    for (const { run, worker } of found) {
      await worker?.stop();
      runs.push(run);
      const unavailable = run.unavailable && `not available: ${run.unavailable}`;
      say(`FID of ${count} × ${dim}, ${run.column}: ${unavailable ?? `${Math.min(...totals(run)).toFixed(0)} ms`}`);
    }
    rmSync(features);
  }
  return runs;
}

interface Started {
  run: FidRun;
  worker?: WorkerProcess;
}

async function emptyRun(column: string, count: number, dim: number): Promise<Started> {
  const run: FidRun = { column, count, dim, statistics: [], distance: [] };
  try {
    return { run, worker: (await startWorker(columnOf(column))).worker };
  } catch (error) {
    return { run: { ...run, unavailable: (error as Error).message } };
  }
}

async function measure(
  run: FidRun,
  worker: WorkerProcess,
  { features, warmUp }: { features: string; warmUp: boolean },
): Promise<void> {
  if (run.unavailable) return;
  try {
    const { statisticsMs, distanceMs, value, version } = await worker.request('fid', { features, warmUp });
    run.version = version;
    if (warmUp) return;
    run.value = value;
    run.statistics.push(statisticsMs);
    run.distance.push(distanceMs);
  } catch (error) {
    run.unavailable = (error as Error).message;
  }
}

/** Two sets of correlated normal vectors; the sizes of the features fall like those of a network. */
function featuresFile(count: number, dim: number): Uint8Array {
  const set = (index: number) => {
    const rows = normalArray(foldIn(key(9), index), count * dim);
    for (let i = count * dim - 1; i >= 0; i--) {
      const column = i % dim;
      rows[i] = (rows[i] + (column > 0 ? 0.7 * rows[i - 1] : 0)) / Math.sqrt(1 + column) + 0.01 * index;
    }
    return { shape: [count, dim], data: rows };
  };
  return writeSafetensors({ real: set(0), fake: set(1) });
}

const totals = ({ statistics, distance }: FidRun): number[] => statistics.map((ms, i) => ms + distance[i]);

/** Both sides of every case, and how far their values are apart. */
export function fidSection(runs: readonly FidRun[]): string[] {
  const rows = runs.flatMap((run) => {
    const { column, count, dim, statistics, distance, value, version } = run;
    if (value === undefined) return [];
    const reference = runs.find(
      (other) => other.column === 'pytorch' && other.dim === dim && other.value !== undefined,
    );
    const compared = reference && column !== 'pytorch' ? reference : undefined;
    const { backend } = columnOf(column);
    const timed = (samples: readonly number[], others?: readonly number[]) => [
      median(samples).toFixed(0),
      others ? pairedRatio(samples, others).toFixed(2) : '–',
    ];
    return [
      [
        `${count} × ${dim}`,
        [version ?? '–', ...(backend ? [backend] : [])].join(', '),
        ...timed(statistics, compared?.statistics),
        ...timed(distance, compared?.distance),
        compared ? pairedRatio(totals(run), totals(compared)).toFixed(2) : '–',
        compared?.value ? Math.abs(value / compared.value - 1).toExponential(1) : '–',
      ],
    ];
  });
  if (rows.length === 0) return [];
  const text =
    'From float features of two sets to their distance, in milliseconds (medians): means and covariances of both, then the ' +
    'distance. numpy and scipy compute as pytorch-fid does, `sqrtm` of the product of the covariances, with all cores; this ' +
    'project computes statistics with all cores on the native backend, all else with one thread of WebAssembly.';
  const head = ['', 'with', 'statistics', 'ratio', 'distance', 'ratio', 'ratio of both', 'difference of the values'];
  return ['## Fréchet distance', text, markdownTable(head, rows)];
}

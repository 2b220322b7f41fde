import { type DdpmUnetConfig, presets } from '@diffgan/unet';
import { referenceNetwork } from './cases.ts';
import { columnOf, columns } from './columns.ts';
import { markdownTable } from './markdown-table.ts';
import type { Session } from './measure.ts';
import { startWorker } from './measure.ts';
import type { TrainingRun } from './results.ts';

/** Two runs of every column of this project: one whose losses are compared, and a long one whose memory is watched. */
const runs = {
  losses: { network: presets['fashion-mnist-tiny'].denoiser, batch: 16, steps: 500 },
  endurance: {
    network: {
      ...referenceNetwork,
      baseChannels: 8,
      channelMultipliers: [1, 2],
      blocksPerLevel: 1,
      attentionResolutions: [],
    },
    batch: 8,
    steps: 5000,
    memoryEvery: 500,
  },
} as const satisfies Record<string, { network: DdpmUnetConfig; batch: number; steps: number; memoryEvery?: number }>;

/** Topics that are training runs. */
export type RunTopic = keyof typeof runs;

/** Steps whose losses must be the same. */
const compared = 20;
/** Steps at the end whose mean loss is the level that a run reached. */
const level = 50;
/** Steps after which a process has all the memory that it will need. */
const settled = 1000;

/** Trains with every column, one after the other. */
export async function measureRuns(
  topic: RunTopic,
  ids: readonly string[],
  { say }: Session,
  broken: Record<string, string>,
): Promise<TrainingRun[]> {
  const results: TrainingRun[] = [];
  for (const column of ids.filter((id) => columnOf(id).engine === 'diffgan' && !broken[id])) {
    const { worker } = await startWorker(columnOf(column));
    try {
      results.push({ topic, column, ...(await worker.request('trainingRun', runs[topic])) });
      say(`${topic}, ${runs[topic].steps} steps: ${column}`);
    } catch (error) {
      results.push({ topic, column, losses: [], memory: [], unavailable: (error as Error).message });
    } finally {
      await worker.stop();
    }
  }
  return results;
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
const off = (a: number, b: number): number => Math.abs(a - b) / Math.abs(b);

/** How far the losses of all columns are from those of the first. */
export function lossSection(all: readonly TrainingRun[]): string[] {
  const found = all.filter(({ topic, losses }) => topic === 'losses' && losses.length > 0);
  if (found.length < 2) return [];
  const [reference, ...others] = found;
  const wanted = mean(reference.losses.slice(-level));
  const rows = others.map(({ column, losses }) => {
    const first = Math.max(...losses.slice(0, compared).map((loss, i) => off(loss, reference.losses[i])));
    const reached = mean(losses.slice(-level));
    return [
      columnOf(column).label,
      first.toExponential(1),
      reached.toFixed(5),
      `${(100 * off(reached, wanted)).toFixed(3)} %`,
    ];
  });
  const { batch, steps } = runs.losses;
  return [
    '## The same losses',
    `${steps} steps on Fashion-MNIST, batch ${batch}, from the same key, compared with ${columnOf(reference.column).label}, ` +
      `whose mean loss over the last ${level} steps is ${wanted.toFixed(5)}. PyTorch takes no part: it has other random numbers.`,
    markdownTable(
      ['', `largest relative difference in ${compared} steps`, `mean loss of the last ${level}`, 'difference'],
      rows,
    ),
  ];
}

/** Memory of a long run after it has settled and at its end. */
export function enduranceSection(all: readonly TrainingRun[]): string[] {
  const found = all.filter(({ topic, memory }) => topic === 'endurance' && memory.length > 0);
  if (found.length === 0) return [];
  const rows = found.map(({ column, memory }) => {
    const start = memory.find(({ step }) => step >= settled) ?? memory[0];
    const end = memory[memory.length - 1];
    const megabytes = (bytes: number) => (bytes / 1e6).toFixed(0);
    const growth = `${(100 * (end.bytes / start.bytes - 1)).toFixed(1)} %`;
    return [
      columnOf(column).label,
      megabytes(start.bytes),
      megabytes(end.bytes),
      growth,
      `${start.tensors} → ${end.tensors}`,
    ];
  });
  const text = `Resident memory in MB of a training run of ${runs.endurance.steps} steps of a small network, batch ${runs.endurance.batch}.`;
  return ['## Memory of a long run', text, markdownTable(['', `step ${settled}`, 'end', 'growth', 'tensors'], rows)];
}

/** Columns that may run, of the chosen backends. */
export const runColumns = (backends: readonly string[]): string[] =>
  columns
    .filter(({ backend, engine }) => engine === 'diffgan' && backends.includes(backend as string))
    .map(({ id }) => id);

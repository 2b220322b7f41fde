import { dirname } from 'node:path';
import type { Precision } from '@diffgan/runtime';
import { columnOf } from './columns.ts';
import { compareChecks, tolerances } from './compare-checks.ts';
import { writeGameFiles } from './game-files.ts';
import { checkedGame, type GamePreset, gamePresets, timedGame } from './games.ts';
import { markdownTable } from './markdown-table.ts';
import { type Session, startWorker } from './measure.ts';
import type { CheckResult } from './protocol.ts';
import type { GameRun } from './results.ts';
import { median, pairedRatio } from './statistics.ts';
import { takeTurns } from './take-turns.ts';
import type { WorkerProcess } from './worker-process.ts';

/** PyTorch and the fastest that the project has. */
export const gameColumns: readonly string[] = ['pytorch', 'native'];

/** Plays the games of the presets in both precisions, with PyTorch and with this project in turn, once both have played the same. */
export async function measureGames({ quick }: { quick: boolean }, session: Session): Promise<GameRun[]> {
  const runs: GameRun[] = [];
  for (const preset of gamePresets)
    for (const precision of ['float32', 'bfloat16'] as const) {
      const found = await measureGame(preset, precision, { quick, session });
      for (const { column, samples, unavailable } of found) {
        const time = samples.length > 0 ? `${Math.min(...samples).toFixed(1)} ms a step` : unavailable;
        session.say(`${preset}, ${precision}, ${column}: ${time}`);
      }
      runs.push(...found);
    }
  return runs;
}

async function measureGame(
  preset: GamePreset,
  precision: Precision,
  { quick, session }: { quick: boolean; session: Session },
): Promise<GameRun[]> {
  const [checked, timed] = [checkedGame(preset, precision), timedGame(preset, precision)];
  const files = await writeGameFiles(dirname(session.files.weights), checked);
  const workers = new Map<GameRun, WorkerProcess>();
  const runs: GameRun[] = gameColumns.map((column) => ({ column, preset, precision, samples: [] }));
  let reference: CheckResult | undefined;
  try {
    for (const run of runs)
      await attempt(run, async () => {
        const { worker, version } = await startWorker(columnOf(run.column));
        workers.set(run, worker);
        const result = await worker.request('checkGame', { setting: checked, files });
        reference ??= result;
        Object.assign(run, { version, ...compareChecks(result, reference, tolerances[precision]) });
        if (run.unavailable === undefined) await worker.request('prepareGame', { setting: timed, files });
      });
    const failures: Record<string, string> = {};
    const ready = runs.filter(({ unavailable }) => unavailable === undefined);
    const timers = ready.map((run) => ({
      id: run.column,
      time: async () => (await workers.get(run)!.request('time', {})).ms / timed.steps,
    }));
    const samples = await takeTurns({ minRounds: quick ? 3 : 5, budget: quick ? 3_000 : 25_000 }, timers, failures);
    for (const run of ready)
      Object.assign(run, { samples: samples[run.column] ?? [], unavailable: failures[run.column] });
    return runs;
  } finally {
    await Promise.all([...workers.values()].map((worker) => worker.stop()));
  }
}

async function attempt(run: GameRun, work: () => Promise<void>): Promise<void> {
  await work().catch((error: unknown) => (run.unavailable = error instanceof Error ? error.message : String(error)));
}

/** Both sides of every game. */
export function gameSection(runs: readonly GameRun[]): string[] {
  const rows = runs.flatMap(({ column, preset, precision, samples, ...found }) => {
    if (samples.length === 0) return [];
    const theirs = runs.find(
      (run) => run.column === 'pytorch' && run.preset === preset && run.precision === precision,
    )?.samples;
    const ratio = column !== 'pytorch' && theirs?.length ? pairedRatio(samples, theirs).toFixed(2) : '–';
    const far = (value?: number) => (column === 'pytorch' || value === undefined ? '–' : value.toExponential(1));
    const ms = median(samples).toPrecision(3);
    const differences = [found.losses, found.gradient, found.output].map(far);
    return [[`${preset}, ${precision}`, columnOf(column).label, ms, ratio, ...differences]];
  });
  if (rows.length === 0) return [];
  const text =
    'A step of `trainDdgan`: an update of the critic, with R1 in one of ten, one of the generator, and the running average of its weights; ' +
    'batch 64, all draws included. PyTorch plays the same in float32 and with autocast. In milliseconds (medians), and the largest differences ' +
    'from PyTorch in four steps of a batch of eight on the same draws: losses, norms of the gradients, average of the first kernel.';
  const head = ['', 'with', 'a step', 'ratio', 'losses', 'gradient norms', 'average'];
  return ['## The game', text, markdownTable(head, rows)];
}

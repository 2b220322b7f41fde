import type { DdpmUnetConfig } from '@diffgan/unet';
import { type Case, casesOf, referenceNetwork } from '../cases.ts';
import { chainTables } from '../chain-tables.ts';
import { takeTurns } from '../take-turns.ts';
import type { Place } from './gpu-columns.ts';
import type { Facts } from './run-parts.ts';
import { type Started, withWorkers } from './with-workers.ts';

/** A network that a card on the CPU can train. */
export const smallNetwork: DdpmUnetConfig = {
  ...referenceNetwork,
  imageSize: 8,
  baseChannels: 8,
  channelMultipliers: [1, 2],
  blocksPerLevel: 1,
  attentionResolutions: [],
};

/** Milliseconds by case and column. */
export type Times = Record<string, Record<string, number[]>>;

/**
 * Times the cases of a quick benchmark, columns in turn, into `facts`.
 *
 * @throws Error naming the first case that a column could not run; the others have been timed.
 */
export async function timeColumns(
  ids: readonly string[],
  facts: Facts,
  within: { place: Place; signal: AbortSignal },
): Promise<void> {
  const cases = casesFor(within.place);
  const times: Times = {};
  const failures: string[] = [];
  Object.assign(facts, { times, failures });
  await withWorkers(ids, within, async (workers) => {
    for (const of of cases) {
      within.signal.throwIfAborted();
      times[of.title] = await timeCase(workers, of, failures);
      facts.found = `${Object.keys(times).length} of ${cases.length} cases timed`;
    }
  });
  if (failures.length > 0) throw new Error(failures[0]);
}

async function timeCase(workers: readonly Started[], of: Case, failures: string[]): Promise<Record<string, number[]>> {
  const failed: Record<string, string> = {};
  const ready = [];
  for (const { id, worker } of workers)
    try {
      await worker.request('prepare', { workload: of.workload, tables: chainTables(of.workload.kind) });
      ready.push({ id, worker, time: async () => (await worker.request('time', {})).ms });
    } catch (error) {
      failed[id] = (error as Error).message;
    }
  const samples = await takeTurns(of, ready, failed);
  for (const { id, worker } of ready) if (!(id in failed)) await worker.request('release', {});
  failures.push(...Object.entries(failed).map(([id, why]) => `${of.title}, ${id}: ${why}`));
  return samples;
}

/** Where a CPU plays the card, as few and as small as show that they run. */
function casesFor(place: Place): Case[] {
  const cases = casesOf('webgpu', { quick: true }).filter(({ topic }) =>
    ['forward', 'train', 'sample'].includes(topic),
  );
  if (place === 'card') return cases;
  const small = cases.filter(
    ({ workload: { kind, batch } }) => kind === 'train' || (batch === 1 && kind !== 'sample-ddim'),
  );
  return small.map((of) => ({
    ...of,
    title: `${of.title.replace(/, .*/, '')}, small network`,
    workload: { ...of.workload, batch: 1, network: smallNetwork },
    minRounds: 1,
    budget: 0,
  }));
}

import { setTimeout as sleep } from 'node:timers/promises';

/** Something that runs once and says how many milliseconds it took. */
export interface Timer {
  id: string;
  time: () => Promise<number>;
}

/** How often turns are taken. */
export interface Turns {
  /** Rounds, however long they take. */
  minRounds: number;
  /** Further rounds begin until this many milliseconds are over. */
  budget: number;
}

/** Thread pools spin for a few milliseconds after a run; the next timer should not compete with them. */
const settleMs = 30;

/**
 * A, B, C, A, B, C, …: never two at once, and each beside the others in time. One that fails takes no further part, leaves its reason
 * in `failures`, and has no samples.
 *
 * @returns milliseconds by id; entries of equal index belong to one round.
 */
export async function takeTurns(
  { minRounds, budget }: Turns,
  timers: readonly Timer[],
  failures: Record<string, string>,
): Promise<Record<string, number[]>> {
  const samples: Record<string, number[]> = Object.fromEntries(timers.map(({ id }) => [id, []]));
  const begin = performance.now();
  const inBudget = () => performance.now() - begin < budget;
  const working = () => timers.filter(({ id }) => !(id in failures));
  for (let round = 0; working().length > 0 && (round < minRounds || inBudget()); round++) {
    for (const { id, time } of working()) {
      await sleep(settleMs);
      try {
        samples[id].push(await time());
      } catch (error) {
        failures[id] = error instanceof Error ? error.message : String(error);
      }
    }
  }
  for (const id of Object.keys(failures)) delete samples[id];
  return samples;
}

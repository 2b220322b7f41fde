import { describe, expect, it } from 'vitest';
import { takeTurns, type Timer } from '../take-turns.ts';

/** Timers that write down when they start and end. */
function logged(ids: readonly string[], log: string[]): Timer[] {
  return ids.map((id) => ({
    id,
    time: async () => {
      log.push(`${id} starts`);
      await new Promise((resolve) => setTimeout(resolve, 2));
      log.push(`${id} ends`);
      return log.length;
    },
  }));
}

describe('takeTurns', () => {
  it('lets one work at a time, in turn', async () => {
    const log: string[] = [];
    const samples = await takeTurns({ minRounds: 2, budget: 0 }, logged(['A', 'B'], log), {});
    const round = ['A starts', 'A ends', 'B starts', 'B ends'];
    expect(log).toEqual([...round, ...round]);
    expect(samples).toEqual({ A: [2, 6], B: [4, 8] });
  });

  it('goes on until the budget is spent', async () => {
    const { A } = await takeTurns({ minRounds: 1, budget: 150 }, logged(['A'], []), {});
    expect(A.length).toBeGreaterThan(1);
  });

  it('goes on without one that fails, and keeps its reason instead of its samples', async () => {
    const failures: Record<string, string> = {};
    let runs = 0;
    const failing = { id: 'B', time: () => (runs++ === 0 ? Promise.resolve(1) : Promise.reject(new Error('broke'))) };
    const samples = await takeTurns({ minRounds: 3, budget: 0 }, [...logged(['A'], []), failing], failures);
    expect(failures).toEqual({ B: 'broke' });
    expect(runs).toBe(2);
    expect(Object.keys(samples)).toEqual(['A']);
    expect(samples.A).toHaveLength(3);
  });

  it('ends when nobody works', async () => {
    const failing = { id: 'A', time: () => Promise.reject(new Error('broke')) };
    expect(await takeTurns({ minRounds: 9, budget: 1e9 }, [failing], {})).toEqual({});
  });
});

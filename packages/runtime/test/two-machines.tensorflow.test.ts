import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TwoMachines } from '../../../test/two-machines.ts';
import { outcomeOf } from './outcome-of.ts';

let machines: TwoMachines | undefined;
let without: string;
beforeAll(() => void ({ machines, without } = TwoMachines.open()));
afterAll(() => machines?.close());

const hosts = ['10.254.7.1:7000', '10.254.7.2:7000']; // the same port on both, as on two machines

/** Runs a process on each machine. */
const onBoth = (
  task: string,
  { timeLimit = 60, onText }: { timeLimit?: number; onText?: (text: string) => void } = {},
) =>
  Promise.all(
    [0, 1].map((rank) => outcomeOf({ hosts, rank, task, timeLimit }, { command: machines!.on(rank), onText })),
  );

describe('two network namespaces', () => {
  it('sum, send and wait as two machines', async ({ skip }) => {
    if (!machines) skip(without);
    const outcomes = await onBoth('everything');
    expect(outcomes[0]).toMatchObject({ result: { dtype: 'int32', whole: [3], leaked: 0, sent: [1, '-0', 1.5] } });
    expect(outcomes[1]).toEqual(outcomes[0]); // to the bit
  });

  it('end with an error that names the other, within the time limit, when the cable is pulled', async ({ skip }) => {
    if (!machines) skip(without);
    let joined = 0;
    const onText = (text: string) => {
      if (text === 'joined\n' && ++joined === 2) machines!.cable('down');
    };
    const outcomes = await onBoth('unplugged', { timeLimit: 10, onText });
    machines!.cable('up');
    expect(joined).toBe(2);
    for (const [rank, outcome] of outcomes.entries()) {
      expect(outcome).toMatchObject({ ranks: [1 - rank] });
      expect(['gone', 'late']).toContain(outcome!.problem);
      expect(outcome!.message).toContain(hosts[1 - rank]);
    }
  });

  it('say who did not come when nobody is there', async ({ skip }) => {
    if (!machines) skip(without);
    const outcome = await outcomeOf({ hosts, rank: 0, task: 'nothing', timeLimit: 5 }, { command: machines!.on(0) });
    expect(outcome).toMatchObject({ problem: 'missing', ranks: [1] });
    expect(outcome!.message).toMatch(/^rank 1 \(10\.254\.7\.2:7000\) did not come within 5 s/);
  });
});

import { execFileSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { outcomeOf } from './outcome-of.ts';

// Two network namespaces with a cable between them: each has its own addresses, ports and loopback, as two machines have.
const [a, b] = ['a', 'b'].map((name) => `dg${process.pid}${name}`);
const addresses = ['10.254.7.1', '10.254.7.2'];
const hosts = addresses.map((address) => `${address}:7000`); // the same port on both, as on two machines
const ip = (...args: string[]) => execFileSync('ip', args, { stdio: ['ignore', 'ignore', 'pipe'] });

/** Why this machine has no second one, if so: namespaces take root's rights, and `ip`. */
let without: string | undefined;

beforeAll(() => {
  try {
    for (const name of [a, b]) ip('netns', 'add', name);
    ip('-n', a, 'link', 'add', 'cable', 'type', 'veth', 'peer', 'name', 'cable', 'netns', b);
    for (const [i, name] of [a, b].entries()) {
      ip('-n', name, 'addr', 'add', `${addresses[i]}/24`, 'dev', 'cable');
      for (const device of ['cable', 'lo']) ip('-n', name, 'link', 'set', device, 'up');
    }
  } catch (error) {
    without = `no network namespaces here: ${(error as Error).message.trim()}`;
    console.warn(`two machines as network namespaces were not tried; ${without}`);
  }
});

afterAll(() => {
  for (const name of [a, b])
    try {
      ip('netns', 'del', name);
    } catch {
      // it was never made
    }
});

/** Runs a process on each machine. */
const onBoth = (
  task: string,
  { timeLimit = 60, onText }: { timeLimit?: number; onText?: (text: string) => void } = {},
) =>
  Promise.all(
    [a, b].map((name, rank) =>
      outcomeOf({ hosts, rank, task, timeLimit }, { command: ['ip', 'netns', 'exec', name], onText }),
    ),
  );

describe('two network namespaces', () => {
  it('sum, send and wait as two machines', async ({ skip }) => {
    if (without !== undefined) skip(without);
    const outcomes = await onBoth('everything');
    expect(outcomes[0]).toMatchObject({ result: { dtype: 'int32', whole: [3], leaked: 0, sent: [1, '-0', 1.5] } });
    expect(outcomes[1]).toEqual(outcomes[0]); // to the bit
  });

  it('end with an error that names the other, within the time limit, when the cable is pulled', async ({ skip }) => {
    if (without !== undefined) skip(without);
    let joined = 0;
    let pulled = 0;
    const onText = (text: string) => {
      if (text !== 'joined\n' || ++joined < 2) return;
      ip('-n', a, 'link', 'set', 'cable', 'down');
      pulled = performance.now();
    };
    const timeLimit = 10;
    const outcomes = await onBoth('unplugged', { timeLimit, onText });
    expect(pulled).toBeGreaterThan(0);
    ip('-n', a, 'link', 'set', 'cable', 'up');
    for (const [rank, outcome] of outcomes.entries()) {
      expect(outcome).toMatchObject({ ranks: [1 - rank] });
      expect(['gone', 'late']).toContain(outcome!.problem);
      expect(outcome!.message).toContain(hosts[1 - rank]);
    }
  });

  it('say who did not come when there is no way to it', async ({ skip }) => {
    if (without !== undefined) skip(without);
    const outcome = await outcomeOf(
      { hosts, rank: 0, task: 'nothing', timeLimit: 5 },
      { command: ['ip', 'netns', 'exec', a] },
    );
    expect(outcome).toMatchObject({ problem: 'missing', ranks: [1] });
    expect(outcome!.message).toMatch(/^rank 1 \(10\.254\.7\.2:7000\) did not come within 5 s/);
  });
});

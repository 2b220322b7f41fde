import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { joinCollectives, type JoinOptions } from '@diffgan/runtime/node';
import { freePorts } from '../../../test/free-ports.ts';
import { type Outcome, outcomeOf } from './outcome-of.ts';

const servers: Server[] = [];
afterEach(() => servers.splice(0).forEach((server) => server.close()));

/** Runs a group to its end; `of` says what differs from process to process. */
async function outcomesOf(
  size: number,
  task: string,
  { host = () => '127.0.0.1', of = () => ({}), timeLimit = 60 }: Options = {},
): Promise<(Outcome | undefined)[]> {
  const ports = await freePorts(size);
  const hosts = ports.map((port, rank) => `${host(rank)}:${port}`);
  return Promise.all(hosts.map((_, rank) => outcomeOf({ hosts, rank, task, timeLimit, ...of(rank) })));
}

interface Options {
  host?: (rank: number) => string;
  of?: (rank: number) => { agreement?: string };
  timeLimit?: number;
}

describe('processes', () => {
  it.each([2, 3, 4])('%i of them sum, eagerly and in graphs, send and wait', async (size) => {
    const ranks = Array.from({ length: size }, (_, rank) => rank);
    const squares = Array.from({ length: 20 }, (_, i) => ranks.reduce((sum, rank) => sum + (rank + i) ** 2, 0));
    const outcomes = await outcomesOf(size, 'everything');
    const tenths = ranks.reduce((sum) => Math.fround(sum + Math.fround(0.1)), 0);
    for (const outcome of outcomes) {
      expect(outcome).toMatchObject({
        result: {
          ...{ dtype: 'int32', whole: [(size * (size + 1)) / 2], leaked: 0, waited: true, sent: [1, '-0', 1.5] },
          sum: squares.reduce((a, b) => a + b, 0),
          sums: Array.from({ length: 60 }, (_, i) => ranks.reduce((sum, rank) => sum + i + rank, 0)),
        },
      });
      expect((outcome!.result as { eager: number[][] }).eager[0].slice(0, 2)).toEqual([(size * (size - 1)) / 2, size]);
      expect((outcome!.result as { eager: number[][] }).eager[0][2]).toBeCloseTo(tenths, 6);
      expect(outcome).toEqual(outcomes[0]); // to the bit
    }
  });

  it('meet over two addresses as two machines', async () => {
    const outcomes = await outcomesOf(2, 'everything', { host: (rank) => `127.0.0.${rank + 1}` });
    expect(outcomes[0]).toHaveProperty('result');
    expect(outcomes[1]).toEqual(outcomes[0]);
  });

  it.each(['death', 'deathInGraph'])('all others end at once when one is killed, and name it (%s)', async (task) => {
    const [first, killed, last] = await outcomesOf(3, task);
    expect(killed).toBeUndefined();
    for (const outcome of [first, last]) {
      expect(outcome).toMatchObject({ problem: 'gone', ranks: [1] });
      expect(outcome!.message).toMatch(/^rank 1 \(127\.0\.0\.1:\d+\) is gone/);
    }
  });

  // The first answers the last when the last has long given up, which has ended processes, or stopped them for good: seldom, hence several groups.
  it('say who did not come, within the time limit', async () => {
    const groups = Array.from({ length: 3 }, async () => {
      const hosts = (await freePorts(3)).map((port) => `127.0.0.1:${port}`);
      const came = ([rank, timeLimit]: number[]) => outcomeOf({ hosts, rank, task: 'nothing', timeLimit });
      const [first, last] = await Promise.all(
        [
          [0, 6],
          [2, 4],
        ].map(came),
      );
      for (const outcome of [first, last]) expect(outcome).toMatchObject({ problem: 'missing', ranks: [1] });
      expect(first!.message).toMatch(/^rank 1 \(.*\) did not come within 6 s$/);
      expect(last!.message).toMatch(/^rank 1 \(.*\) did not come within 4 s$/);
    });
    await Promise.all(groups);
  });

  it('do not wait for one that is there but late for longer than the time limit', async () => {
    const [waiting, late] = await outcomesOf(2, 'sleep', { timeLimit: 5 });
    expect(waiting).toMatchObject({ problem: 'late', ranks: [1] });
    expect(waiting!.message).toMatch(/rank 1 .* is there, but took more than 5 s/);
    expect(late).toMatchObject({ problem: 'late', message: 'the others gave up after waiting for 5 s' });
  });

  it('refuse one that has other settings, and name it', async () => {
    const outcomes = await outcomesOf(3, 'nothing', { of: (rank) => ({ agreement: rank === 2 ? 'b' : 'a' }) });
    for (const outcome of outcomes) {
      expect(outcome).toMatchObject({ problem: 'mismatch', ranks: [2] });
      expect(outcome!.message).toBe('rank 2 has another agreement than rank 0; start all processes alike');
    }
  });

  // TensorFlow tells the one that notices, and through the ring the others: they must all be waiting for parts of it.
  it.each([
    [2, 'otherSizeFirst'],
    [2, 'otherSizeLast'],
    [2, 'otherBroadcast'],
    [3, 'otherSizeFirst'],
    [3, 'otherSizeLast'],
  ])('all notice that they do different things (%i processes, %s)', async (size, task) => {
    for (const outcome of await outcomesOf(size, task)) {
      expect(outcome?.problem).toBe('mismatch');
      expect(outcome!.message).toMatch(/^the processes do not do the same \(.*hape mismatch/);
    }
  });

  it('say that a port is in use', async () => {
    const server = createServer().listen(0, '0.0.0.0');
    servers.push(server);
    await once(server, 'listening');
    const { port } = server.address() as { port: number };
    const outcome = await outcomeOf({
      hosts: [`127.0.0.1:${port}`, '127.0.0.1:9'],
      rank: 0,
      task: 'nothing',
      timeLimit: 5,
    });
    expect(outcome).toMatchObject({ problem: 'port', ranks: [0] });
    expect(outcome!.message).toBe(
      `rank 0 cannot listen on port ${port}, which another program uses; end that, or take another port`,
    );
  });
});

it.each<[JoinOptions, RegExp]>([
  [{ hosts: ['a:1'], rank: 0 }, /there are 1 processes; a group has 2 or more/],
  [{ processes: 1, rank: 0 }, /there are 1 processes/],
  [{ processes: 1.5, rank: 0 }, /processes is 1.5/],
  [{ hosts: ['a', 'b:1'], rank: 0 }, /"a" is no address; give host:port/],
  [{ hosts: ['a:70000', 'b:1'], rank: 0 }, /"a:70000" is no address/],
  [{ hosts: ['a:1', 'a:1'], rank: 0 }, /a:1 is listed twice/],
  [{ processes: 2, rank: 2 }, /rank is 2; with 2 processes it is from 0 to 1/],
  [{ processes: 2, rank: 0, timeLimit: 0 }, /timeLimit is 0/],
])('nonsense is refused before anything starts: %j', async (options, message) => {
  await expect(joinCollectives(options)).rejects.toThrow(message);
});

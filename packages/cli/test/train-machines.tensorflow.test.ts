import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TwoMachines } from '../../../test/two-machines.ts';
import { diffgan } from './diffgan.ts';

// What docs/scale.md says of schedulers, tried on two network namespaces whose names are those of a cluster's machines.
const nodes = ['node1', 'node2'];
const pods = ['train-0.train', 'train-1.train'];

let home: string;
let docs: string;
let machines: TwoMachines | undefined;
let without: string;
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'diffgan-machines-'));
  docs = await readFile(new URL('../../../docs/scale.md', import.meta.url), 'utf8');
  ({ machines, without } = TwoMachines.open(nodes.map((node, i) => [node, pods[i]])));
});
afterAll(async () => {
  machines?.close();
  await rm(home, { recursive: true });
});

const small = [
  ...['train', '--json', '--preset', 'gaussians25-ddpm', '--steps', '12', '--set', 'data.count=2000'],
  ...['--set', 'training.batch=32', '--set', 'records.pictureCount=50', '--set', 'records.metricCount=200'],
];

/** Trains in a process for each place; all end well, and rank 0 has the run. */
async function trains(
  name: string,
  places: readonly { machine: number; env: Record<string, string> }[],
): Promise<void> {
  const all = await Promise.all(
    places.map(({ machine, env }) =>
      diffgan([...small, '--out', join(home, name)], {
        command: machines!.on(machine),
        env: { TF_NUM_INTRAOP_THREADS: '1', ...env },
      }),
    ),
  );
  for (const ended of all) expect(ended.code, ended.stderr).toBe(0);
  expect(JSON.parse(all[0].stdout)).toMatchObject({ steps: 12, folder: join(home, name) });
  expect(all.slice(1).map(({ stdout }) => stdout)).toEqual(all.slice(1).map(() => ''));
  expect(all[0].stderr).toContain(`Processes: ${places.length}, this is rank 0`);
}

describe('a training on two machines', () => {
  it('starts as pods of the Kubernetes manifest', { timeout: 300_000 }, async ({ skip }) => {
    if (!machines) skip(without);
    const hosts = /name: DIFFGAN_HOSTS, value: '([^']+)'/.exec(docs)![1];
    expect(hosts).toBe(pods.map((pod) => `${pod}:7000`).join());
    await trains(
      'kubernetes',
      pods.map((_, i) => ({ machine: i, env: { DIFFGAN_HOSTS: hosts, JOB_COMPLETION_INDEX: String(i) } })),
    );
  });

  it('starts as the tasks of the Slurm script', { timeout: 300_000 }, async ({ skip }) => {
    if (!machines) skip(without);
    const [, count, each] = /--nodes=(\d+) --ntasks-per-node=(\d+)/.exec(docs)!.map(Number);
    expect(count).toBe(nodes.length);
    const step = {
      SLURM_STEP_NODELIST: `node[1-${count}]`,
      SLURM_STEP_TASKS_PER_NODE: `${each}(x${count})`,
      SLURM_STEP_NUM_TASKS: String(count * each),
    };
    await trains(
      'slurm',
      Array.from({ length: count * each }, (_, rank) => ({
        machine: Math.floor(rank / each),
        env: { ...step, SLURM_PROCID: String(rank) },
      })),
    );
  });
});

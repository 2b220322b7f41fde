import { describe, expect, it } from 'vitest';
import { findPlace } from '../src/processes/find-place.ts';
import { slurmNodes, slurmTasks } from '../src/processes/slurm-hosts.ts';

const slurm = {
  SLURM_STEP_NODELIST: 'gpu[08-10],big',
  SLURM_STEP_TASKS_PER_NODE: '2(x3),1',
  SLURM_STEP_NUM_TASKS: '7',
  SLURM_PROCID: '4',
};
const torchrun = { RANK: '1', WORLD_SIZE: '2', LOCAL_WORLD_SIZE: '2', MASTER_ADDR: 'localhost', MASTER_PORT: '29500' };
const TF_CONFIG = JSON.stringify({ cluster: { worker: ['a:1', 'b:1'] }, task: { type: 'worker', index: 1 } });

describe('the place of a process', () => {
  it('is alone unless somebody says otherwise', () => {
    expect(findPlace({}, {})).toBeUndefined();
    expect(findPlace({ processes: 2 }, {})).toBeUndefined(); // to be started
    expect(findPlace({}, { SLURM_PROCID: '0', SLURM_NTASKS: '4' })).toBeUndefined(); // a batch script, no step
    expect(findPlace({}, { ...torchrun, WORLD_SIZE: '1' })).toBeUndefined();
    expect(findPlace({ processes: 1 }, slurm)).toBeUndefined();
  });

  it.each([
    [{ hosts: 'a:7000, b:7000', rank: 1 }, {}, { hosts: ['a:7000', 'b:7000'], rank: 1, from: '--hosts' }],
    [{ hosts: 'a:1,b:1' }, { JOB_COMPLETION_INDEX: '1' }, { hosts: ['a:1', 'b:1'], rank: 1, from: '--hosts' }],
    [{}, { DIFFGAN_HOSTS: 'a:1,b:1', DIFFGAN_RANK: '0' }, { hosts: ['a:1', 'b:1'], rank: 0, from: 'DIFFGAN_HOSTS' }],
    [
      { processes: 2 },
      { DIFFGAN_HOSTS: 'a:1,b:1', DIFFGAN_RANK: '1' },
      { hosts: ['a:1', 'b:1'], rank: 1, from: 'DIFFGAN_HOSTS' },
    ],
    [{}, { TF_CONFIG }, { hosts: ['a:1', 'b:1'], rank: 1, from: 'TF_CONFIG' }],
    [{}, torchrun, { hosts: ['127.0.0.1:29501', '127.0.0.1:29502'], rank: 1, from: 'torchrun' }],
    [
      {},
      slurm,
      {
        hosts: ['gpu08:7000', 'gpu08:7001', 'gpu09:7000', 'gpu09:7001', 'gpu10:7000', 'gpu10:7001', 'big:7000'],
        rank: 4,
        from: 'Slurm',
      },
    ],
  ])('%j in %j', (options, env, place) => expect(findPlace(options, env)).toEqual(place));

  it.each([
    [{ processes: 2, hosts: 'a:1,b:1' }, {}, /--processes is for one machine/],
    [{ rank: 1 }, {}, /--rank is 1, but nothing says where the others are/],
    [{ hosts: 'a:1,b:1' }, {}, /nothing says which this is; give --rank/],
    [{}, { DIFFGAN_HOSTS: 'a:1,b:1', DIFFGAN_RANK: 'x' }, /DIFFGAN_RANK is "x"; it must be a whole number/],
    [{}, { ...torchrun, LOCAL_WORLD_SIZE: '1' }, /torchrun names the machine of rank 0 alone/],
    [{}, { TF_CONFIG: '{' }, /TF_CONFIG is no JSON/],
    [{}, { ...slurm, SLURM_STEP_NUM_TASKS: '9' }, /Slurm lists 7 places for 9 processes/],
  ])('%j in %j is refused', (options, env, message) => expect(() => findPlace(options, env)).toThrow(message));
});

it('lists of Slurm are read as it writes them', () => {
  expect(slurmNodes('n1')).toEqual(['n1']);
  expect(slurmNodes('a[1-3,07]b[1-2],c')).toEqual([
    'a1b1',
    'a1b2',
    'a2b1',
    'a2b2',
    'a3b1',
    'a3b2',
    'a07b1',
    'a07b2',
    'c',
  ]);
  expect(slurmTasks('4(x2),3')).toEqual([4, 4, 3]);
  for (const text of ['', 'a[', 'a[3-1]', 'a[1-99999999]', 'a,,b']) expect(() => slurmNodes(text)).toThrow(RangeError);
  expect(() => slurmTasks('x')).toThrow(/"x" is no number/);
});

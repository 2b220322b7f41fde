import { cp, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readSafetensors } from '@diffgan/files';
import { freePorts } from '../../../test/free-ports.ts';
import { diffgan, type Ended } from './diffgan.ts';

let home: string;
const at = (name: string) => join(home, name);
beforeAll(async () => void (home = await mkdtemp(join(tmpdir(), 'diffgan-processes-'))));
afterAll(() => rm(home, { recursive: true }));

const STEPS = 60;
const small = [
  ...['train', '--json', '--preset', 'gaussians25-ddpm', '--steps', String(STEPS)],
  ...['data.count=2000', 'training.batch=32', 'records.pictureCount=50', 'records.metricCount=200'].flatMap((set) => [
    '--set',
    set,
  ]),
];

interface Line {
  type: string;
  step: number;
  losses?: Record<string, number>;
  measures?: Record<string, number>;
}
const stepsOf = async (folder: string) =>
  (await readFile(join(at(folder), 'metrics.jsonl'), 'utf8'))
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Line)
    .filter(({ type }) => type === 'step');
const weightsOf = async (folder: string) =>
  readSafetensors(await readFile(join(at(folder), 'denoiser', 'model.safetensors'))).tensors;

/** Trains to the end; what was said is told where that fails. */
async function done(args: readonly string[]): Promise<Ended> {
  const ended = await diffgan(args);
  expect(ended.code, ended.stderr).toBe(0);
  return ended;
}

/** The same run: sums in another order round otherwise, and Adam's first steps turn that into shares of a rate of 1e-3 at most. */
async function expectSameRun(folder: string, other: string): Promise<void> {
  const [own, others] = [await stepsOf(folder), await stepsOf(other)];
  expect(own.map(({ step }) => step)).toEqual(others.map(({ step }) => step));
  for (const [i, { losses = {} }] of own.entries())
    for (const [name, value] of Object.entries(losses))
      expect(Math.abs(value - others[i].losses![name])).toBeLessThan(1e-5 * Math.max(1, Math.abs(value)));
  const [weights, otherWeights] = [await weightsOf(folder), await weightsOf(other)];
  expect(Object.keys(weights)).toEqual(Object.keys(otherWeights));
  for (const [name, { data }] of Object.entries(weights))
    expect(data).toBeAllClose(otherWeights[name].data, { atol: 1e-5 });
}

describe('diffgan train in several processes', () => {
  it('is the run that one process makes, and the records tell who waited', { timeout: 300_000 }, async () => {
    await done([...small, '--out', at('alone')]);
    const { stdout } = await done([...small, '--processes', '2', '--out', at('two')]);
    expect(JSON.parse(stdout)).toMatchObject({ steps: STEPS, folder: at('two') });
    await expectSameRun('two', 'alone');
    const told = (await stepsOf('two')).slice(5).map(({ measures = {} }) => measures);
    for (const measures of told) {
      expect([0, 1]).toContain(measures['processes.slowest']);
      expect(measures['processes.leastWaited']).toBeLessThanOrEqual(measures['processes.mostWaited']);
    }
  });

  it('is that run with four of them, too', { timeout: 300_000 }, async () => {
    await done([...small, '--processes', '4', '--out', at('four')]);
    await expectSameRun('four', 'alone');
  });

  it('Ctrl-C on one ends all, saved; any number of them goes on', { timeout: 600_000 }, async () => {
    const hosts = (await freePorts(2)).map((port) => `127.0.0.1:${port}`).join();
    let stop: (() => void) | undefined;
    let said = false;
    const start = (rank: number) =>
      diffgan([...small, '--hosts', hosts, '--rank', String(rank), '--out', at('stopped')], {
        onText: (text, kill) => {
          if (rank === 1) stop = () => kill('SIGINT');
          else if (!said && text.includes('step 20  validation')) {
            said = true;
            stop!();
          }
        },
      });
    const [first, second] = await Promise.all([start(0), start(1)]);
    expect(said, first.stderr).toBe(true);
    expect(second.code, second.stderr).toBe(130);
    expect(first.code, first.stderr).toBeGreaterThan(0);
    expect(first.stderr).toMatch(/another process was asked to stop/);
    const saved = (await stepsOf('stopped')).length;
    expect(saved).toBeGreaterThanOrEqual(20);
    expect(saved).toBeLessThan(STEPS);
    await cp(at('stopped'), at('stopped-alone'), { recursive: true });

    const resumed = await done(['train', '--json', '--resume', '--processes', '2', '--out', at('stopped')]);
    expect(resumed.stderr).toContain(`Going on after step ${saved}`);
    expect(await weightsOf('stopped')).toEqual(await weightsOf('two')); // to the bit
    expect((await stepsOf('stopped')).map(({ losses }) => losses)).toEqual(
      (await stepsOf('two')).map(({ losses }) => losses),
    );
    await done(['train', '--json', '--resume', '--out', at('stopped-alone')]);
    await expectSameRun('stopped-alone', 'two');
  });
});

import { existsSync, statSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Reproduced, ResultsFile } from '@diffgan/experiments';
import { diffgan } from './diffgan.ts';

let home: string;
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'diffgan-reproduce-'));
});
afterAll(() => rm(home, { recursive: true }));

/** Trainings of a folder of runs that are finished, with when that was. */
async function finishedIn(runs: string): Promise<Map<string, number>> {
  const files = (await readdir(runs)).map((name) => join(runs, name, 'result.json'));
  return new Map(files.filter((file) => existsSync(file)).map((file) => [file, statSync(file).mtimeMs]));
}

const resultsOf = async ({ results }: Reproduced) => JSON.parse(await readFile(results, 'utf8')) as ResultsFile;
const trainingsBegun = (stderr: string) => stderr.split('\n').filter((line) => line.startsWith('Training: ')).length;

describe('diffgan reproduce at a small scale', () => {
  it('goes on after kill -9 in the middle of a training: what is finished is not done again', async () => {
    const runs = join(home, 'x24');
    const command = ['reproduce', 'X24', '--scale', '0.02', '--runs', runs, '--backend', 'tensorflow', '--json'];
    const killed = await diffgan(command, {
      onText: (text, kill) => {
        const [, third] = text.split('X24, 3 of 14: ');
        if (third !== undefined && third.includes('step ')) kill('SIGKILL');
      },
    });
    expect(killed.code).toBeNull();
    const finished = await finishedIn(runs);
    expect(finished.size).toBe(2);
    expect(existsSync(join(runs, 'reproduce.lock'))).toBe(true); // its owner is dead, so that it holds up nobody

    const { code, stdout, stderr } = await diffgan(command);
    expect(code, stderr).toBe(0);
    expect(stderr).not.toContain('Another reproduce works');
    expect(trainingsBegun(stderr)).toBe(14 - finished.size);
    const after = await finishedIn(runs);
    expect(after.size).toBe(14);
    for (const [file, time] of finished) expect(after.get(file)).toBe(time);

    const [done] = JSON.parse(stdout) as Reproduced[];
    expect(done).toMatchObject({ id: 'X24', measured: 14, of: 14 });
    const { scale, trainings, measurements, missing } = await resultsOf(done);
    expect({ scale, missing }).toEqual({ scale: 0.02, missing: [] });
    expect(trainings.map(({ config, steps }) => config.training.steps === steps)).toEqual(trainings.map(() => true));
    expect(measurements.map(({ settings }) => 'count' in settings && settings.count)).toEqual(Array(14).fill(200));
    const check = await diffgan(['reproduce', '--check', '--out', join(runs, 'scale-0.02')]);
    expect(check.code, check.stdout).toBe(0);
  }, 900_000);

  it('trains, draws and counts images', async () => {
    const runs = join(home, 'x23');
    const { code, stdout, stderr } = await diffgan(['reproduce', 'X23', '--scale', '0.0005', '--runs', runs, '--json']);
    expect(code, stderr).toBe(0);
    const [done] = JSON.parse(stdout) as Reproduced[];
    expect(done).toMatchObject({ id: 'X23', measured: 2, of: 2 });
    const { measurements } = await resultsOf(done);
    for (const { values } of measurements) {
      const { modes, kl } = values as { modes: number; kl: number };
      expect(modes).toBeGreaterThan(0);
      expect(modes).toBeLessThanOrEqual(100); // as many as there are samples
      expect(kl).toBeGreaterThanOrEqual(Math.log(10)); // of 100 samples among 1000 modes
    }
    expect(await readFile(done.page, 'utf8')).toContain('A trial of 0.05 % of the steps');
  }, 900_000);
});

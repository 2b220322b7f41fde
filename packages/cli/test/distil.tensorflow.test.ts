import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readSafetensors } from '@diffgan/files';
import { UsageError } from '@diffgan/runs/errors';
import { train } from '../src/commands/train.ts';
import { diffgan } from './diffgan.ts';
import { quiet } from './quiet.ts';

let home: string;
const small = ['data.count=1000', 'training.batch=32', 'records.pictureCount=20', 'records.metricEvery=0'];
const { signal } = new AbortController();
const run = async (options: Omit<Parameters<typeof train>[0], 'resume'>) => {
  const { terminal, lines } = quiet();
  const outcome = await train({ resume: false, ...options, set: [...small, ...(options.set ?? [])] }, terminal, signal);
  return { ...outcome, said: lines.join('') };
};
const weightsOf = async (folder: string) => readSafetensors(await readFile(join(folder, 'model.safetensors'))).tensors;

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'diffgan-distil-'));
  await run({ preset: 'gaussians25-ddpm', steps: 3, out: join(home, 'teacher') });
});
afterAll(() => rm(home, { recursive: true }));

describe('diffgan distil', () => {
  it('teaches a student that can be drawn from', { timeout: 300_000 }, async () => {
    const out = join(home, 'student');
    const args = ['--preset', 'gaussians25-distil', ...small.flatMap((setting) => ['--set', setting])];
    const told = ['distil', '--json', '--teacher', join(home, 'teacher'), '--divergence', 'js2', '--steps', '3'];
    const ended = await diffgan([...told, ...args, '--out', out]);
    expect(ended.stderr).toMatch(/The fake starts from .*teacher\/denoiser: (\d+) of \1 weights taken/);
    expect(JSON.parse(ended.stdout)).toMatchObject({ steps: 3, config: { task: 'distil' } });
    const drawn = await diffgan(['sample', '--json', '--from', out, '--count', '4', '--out', join(home, 'drawn')]);
    expect(drawn.code).toBe(0);
    const again = await diffgan(['distil', '--resume', '--out', out, '--teacher', 'other']);
    expect(again).toMatchObject({ code: 2 });
    expect(again.stderr).toContain('leave out --teacher, --calls, --divergence and --guidance');
  });

  it('goes on to the same bits', { timeout: 300_000 }, async () => {
    const set = [`teacher=${join(home, 'teacher')}`];
    const preset = 'gaussians25-distil';
    const [straight, halves] = [join(home, 'straight'), join(home, 'halves')];
    await run({ preset, set, steps: 4, out: straight });
    const stop = new AbortController();
    const stopped = train(
      { ...{ preset, steps: 4, out: halves, resume: false }, set: [...small, ...set] },
      quiet((text) => text.includes('step 2/4') && stop.abort(), true).terminal,
      stop.signal,
    );
    await expect(stopped).rejects.toThrow(/is saved in .*distil --resume --out .*halves/);
    await train({ resume: true, out: halves }, quiet().terminal, signal);
    expect(await weightsOf(join(halves, 'generator'))).toEqual(await weightsOf(join(straight, 'generator')));
  });

  it('says what is wrong with a teacher', async () => {
    const refused = (set: string[]) => run({ preset: 'gaussians25-distil', steps: 1, out: join(home, 'none'), set });
    await expect(refused([])).rejects.toThrow('teacher is missing. The teacher, a denoiser: folder of its run');
    const nowhere = refused([`teacher=${join(home, 'nowhere')}`]);
    await expect(nowhere).rejects.toThrow(UsageError);
    await expect(nowhere).rejects.toThrow(
      /nowhere holds no network to learn from; give the folder of a trained DDPM.*fashion-mnist-ddpm by name/,
    );
    await expect(refused(['teacher=fashion-mnist-ddgan'])).rejects.toThrow(/fashion-mnist-ddgan is no denoiser/);
    await expect(refused([`teacher=${join(home, 'student')}`])).rejects.toThrow(/is no denoiser/);
    const nothing = await diffgan(['distil', '--steps', '1']);
    expect(nothing).toMatchObject({ code: 2 });
    expect(nothing.stderr).toContain('give --teacher');
  });
});

import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { imageGrid } from '@diffgan/data';
import { readSafetensors } from '@diffgan/files';
import { train } from '../src/commands/train.ts';
import { diffgan } from './diffgan.ts';
import { quiet } from './quiet.ts';

let home: string;
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'diffgan-resume-'));
});
afterAll(() => rm(home, { recursive: true }));

const points = [
  ...['train', '--json', '--preset', 'gaussians25-ddpm', '--backend', 'tensorflow', '--set', 'data.count=2000'],
  ...['--set', 'training.batch=32', '--set', 'records.pictureCount=50', '--set', 'records.metricCount=200'],
];
const weightsOf = async (folder: string, network = 'denoiser') =>
  readSafetensors(await readFile(join(folder, network, 'model.safetensors'))).tensors;
const stepsOf = async (folder: string) =>
  (await readFile(join(folder, 'metrics.jsonl'), 'utf8'))
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { type: string; step: number })
    .flatMap(({ type, step }) => (type === 'step' ? [step] : []));
const { signal } = new AbortController();
async function goneOn(options: { out: string; steps?: number }) {
  const { terminal, lines } = quiet();
  return { ...(await train({ resume: true, ...options }, terminal, signal)), said: lines.join('') };
}
const upTo = (steps: number) => Array.from({ length: steps }, (_, i) => i + 1);

describe('diffgan train --resume', () => {
  it('goes on after kill -9 to the same bits', { timeout: 300_000 }, async () => {
    const [straight, killed] = [join(home, 'straight'), join(home, 'killed')];
    const length = ['--steps', '200', '--set', 'records.checkpointEvery=30'];
    await diffgan([...points, ...length, '--out', straight]);
    let sent = false;
    const ended = await diffgan([...points, ...length, '--out', killed], {
      onText: (text, kill) => {
        if (!sent && text.includes('step 80  validation')) kill('SIGKILL');
        sent ||= text.includes('step 80  validation');
      },
    });
    expect(ended.code).toBe(null);
    const resumed = await diffgan(['train', '--json', '--resume', '--out', killed]);
    expect(resumed.stderr).toMatch(/Going on after step (60|90|120|150|180)\b/);
    expect(JSON.parse(resumed.stdout)).toMatchObject({ steps: 200 });
    expect(await stepsOf(killed)).toEqual(upTo(200));
    expect(await weightsOf(killed)).toEqual(await weightsOf(straight));
  });

  it('goes on beyond the old end, by --steps or by the file', { timeout: 300_000 }, async () => {
    const out = join(home, 'more');
    await diffgan([...points, '--steps', '10', '--out', out]);
    const more = await goneOn({ out, steps: 16 });
    expect(more.said).toMatch(
      /Warning at step 10: the run was to go on for 10 steps, now it is for 16 steps: learning/,
    );
    expect(more).toMatchObject({ steps: 16, config: { training: { steps: 16 } } });
    expect(await stepsOf(out)).toEqual(upTo(16));
    const file = join(out, 'config.json');
    const edited = await readFile(file, 'utf8');
    expect(JSON.parse(edited)).toMatchObject({ training: { steps: 16 } });
    await writeFile(file, edited.replace('"steps": 16', '"steps": 20'));
    expect(await goneOn({ out })).toMatchObject({ steps: 20 });
    await expect(goneOn({ out, steps: 5 })).rejects.toThrow(
      /holds 20 steps already, and the run is to have 5; give more/,
    );
    expect(JSON.parse(await readFile(file, 'utf8'))).toMatchObject({ training: { steps: 20 } });
  });

  it('finds a folder of images from another working folder, and under another name', { timeout: 300_000 }, async () => {
    const [pics, renamed, out] = ['pics', 'renamed', 'run'].map((name) => join(home, name));
    await mkdir(pics);
    for (let i = 0; i < 8; i++) {
      const data = Float32Array.from({ length: 64 }, (_, pixel) => Math.sin(pixel * (i + 1)));
      await writeFile(join(pics, `${i}.png`), await imageGrid({ data, shape: [1, 8, 8, 1] }));
    }
    const settings = [
      'data.folder=pics',
      'data.size=8',
      'data.channels=1',
      'training.batch=2',
      'records.metricEvery=0',
    ];
    const sets = settings.flatMap((set) => ['--set', set]);
    const flags = ['train', '--json', '--preset', 'image-folder-ddgan', '--backend', 'tensorflow', '--steps', '1'];
    const begun = await diffgan([...flags, ...sets, '--out', 'run'], { cwd: home });
    expect(JSON.parse(begun.stdout)).toMatchObject({ folder: out, config: { data: { folder: pics } } });
    expect(await goneOn({ out, steps: 2 })).toMatchObject({ steps: 2 });
    await rename(pics, renamed);
    const file = join(out, 'config.json');
    await writeFile(file, (await readFile(file, 'utf8')).replace(pics, renamed));
    expect(await goneOn({ out, steps: 3 })).toMatchObject({ steps: 3, config: { data: { folder: renamed } } });
  });
});

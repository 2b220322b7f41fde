import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fashionMnist, imageGrid, takeImages } from '@diffgan/data';
import { writeNpz } from '@diffgan/files';
import type { EvaluateResult } from '../src/evaluate/report.ts';
import { diffgan } from './diffgan.ts';
import { ownCache } from './own-cache.ts';

let home: string;

/** 60 test images as PNG files, and 300 as an .npz. */
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'diffgan-evaluate-'));
  const test = await fashionMnist({ split: 'test', limit: 300 });
  await mkdir(join(home, 'png'));
  ownCache(at('cache'));
  for (let i = 0; i < 60; i++) {
    const image = takeImages(test, [i]);
    await writeFile(join(home, 'png', `${String(i).padStart(3, '0')}.png`), await imageGrid(image));
    image.dispose();
  }
  await writeFile(join(home, 'real.npz'), writeNpz({ arr_0: { shape: [300, 28, 28, 1], data: test.images } }));
  await writeFile(join(home, 'nchw.npz'), writeNpz({ arr_0: { shape: [300, 1, 28, 28], data: test.images } }));
});
afterAll(() => rm(home, { recursive: true }));

/** Runs the command with the native backend and a cache of its own. */
const evaluate = (args: string[], onText?: (text: string, kill: (how: 'SIGINT') => void) => void) =>
  diffgan(['evaluate', '--backend', 'tensorflow', ...args], { env: { DIFFGAN_CACHE: at('cache') }, onText });

const at = (name: string) => join(home, name);

describe('diffgan evaluate', () => {
  it(
    'scores a folder of PNG files, writes a report and keeps the features of the reference',
    { timeout: 300_000 },
    async () => {
      const out = at('out');
      const args = ['--samples', at('png'), '--reference', at('real.npz'), '--out', out];
      const all = ['--metrics', 'fid,fid-infinity,kid,is,precision-recall,density-coverage', '--json'];
      const first = await evaluate([...args, ...all]);
      expect(first.code, first.stderr).toBe(0);
      const result = JSON.parse(first.stdout) as EvaluateResult;
      expect(result).toMatchObject({
        command: 'evaluate',
        n: 60,
        extractor: 'fashion',
        reference: { name: at('real.npz'), n: 300 },
        vectors: { samples: 60, reference: 300 },
      });
      // the samples are among the reference: all are inside real balls
      expect(result.scores.precisionRecall?.precision).toBe(1);
      expect(result.scores.fid!.value).toBeGreaterThan(0);
      expect(result.warnings.join('\n')).toMatch(/FID-fashion of 60 images is too high/);
      expect(JSON.parse(await readFile(join(out, 'evaluation.json'), 'utf8'))).toEqual(result);
      expect(await readFile(join(out, 'report.html'), 'utf8')).toMatch(/FID-fashion[\s\S]*data:image\/png;base64/);
      expect(await readdir(at('cache/features'))).toHaveLength(1);

      const second = await evaluate([...args, '--metrics', 'fid,kid', '--json']);
      expect(second.stderr).toMatch(/features of .*real\.npz from/);
      const again = JSON.parse(second.stdout) as EvaluateResult;
      expect([again.scores.fid!.value]).toBeAllClose([result.scores.fid!.value], { rtol: 1e-9, atol: 1e-9 });
      expect(again.scores.kid).toEqual(result.scores.kid);
    },
  );

  it('draws from a model, against the shipped statistics, with the floor', { timeout: 300_000 }, async () => {
    const args = [
      '--samples',
      'shipped',
      '--reference',
      'fashion-mnist:train',
      '--metrics',
      'fid,is',
      '--count',
      '120',
    ];
    const { code, stdout, stderr } = await evaluate([...args, '--out', at('drawn')]);
    expect(code, stderr).toBe(0);
    expect(stdout).toMatch(
      /the shipped weights against fashion-mnist train[\s\S]*FID-fashion +\d+\.\d\d +lower +120 against 60000/,
    );
    expect(stdout).toMatch(/floor +0\.29 .*real test against training images/);
  });

  it('ends Ctrl-C with nothing half written', { timeout: 300_000 }, async () => {
    const args = ['--samples', at('png'), '--reference', 'fashion-mnist:test', '--out', at('stopped'), '--json'];
    let sent = false;
    const { code } = await evaluate(args, (text, kill) => {
      if (!sent && text.includes('Data: ')) kill('SIGINT');
      sent ||= text.includes('Data: ');
    });
    expect(code).toBe(130);
    expect(await readdir(at('stopped'))).toEqual([]);
    expect((await readdir(at('cache/features'))).filter((name) => !name.endsWith('.npz'))).toEqual([]);
  });

  it.each([
    ['no samples', ['--reference', 'fashion-mnist'], 2, /required option '--samples/],
    [
      'an unknown metric',
      ['--samples', 'x', '--reference', 'y', '--metrics', 'fdi'],
      2,
      /'fdi'; known are fid, fid-infinity, kid/,
    ],
    [
      'NCHW',
      ['--samples', 'nchw.npz', '--reference', 'fashion-mnist', '--metrics', 'fid'],
      1,
      /look like NCHW.*transpose/,
    ],
    [
      'too few images',
      ['--samples', 'png', '--reference', 'real.npz', '--count', '4'],
      1,
      /samples has 4 vectors; at least 6/,
    ],
  ] as const)('says what is wrong and what to do: %s', { timeout: 120_000 }, async (_, args, code, message) => {
    const own = args.map((arg) => (['nchw.npz', 'png', 'real.npz'].includes(arg) ? at(arg) : arg));
    const ended = await evaluate([...own, '--out', at('never')]);
    expect(ended.stderr).toMatch(message);
    expect(ended.code).toBe(code);
    expect(ended.stderr).not.toMatch(/\n {4}at /); // no stack trace
    expect(existsSync(join(at('never'), 'report.html'))).toBe(false);
  });
});

import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readSafetensors } from '@diffgan/files';
import { withinRun } from '@diffgan/runs';
import type { QuickstartResult } from '../src/quickstart/report.ts';
import { diffgan } from './diffgan.ts';

let home: string;
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'diffgan-quickstart-'));
});
afterAll(() => rm(home, { recursive: true }));

const small = ['quickstart', '--json', '--backend', 'tensorflow', '--samples', '200'];
const weightsOf = async (out: string) =>
  readSafetensors(await readFile(join(out, 'generator/model.safetensors'))).tensors;

describe('diffgan quickstart', () => {
  it('draws, trains, scores and leaves a complete run', { timeout: 600_000 }, async () => {
    const out = join(home, 'whole');
    const { code, stdout, stderr } = await diffgan([...small, '--steps', '4', '--out', out]);
    expect(stderr).toContain('60000 grey images');
    expect(code).toBe(0);
    const result = JSON.parse(stdout) as QuickstartResult;
    expect(result.config).toMatchObject({
      seed: 0,
      backend: 'tensorflow',
      preset: 'fashion-mnist-quickstart',
      training: { steps: 4 },
      records: { metricCount: 200 },
    });
    expect(result.scores.shipped).toMatchObject({ name: 'FID-fashion', n: 200, reference: 'train' });
    expect(result.scores.shipped.value).toBeLessThan(result.scores.noise.value / 3);
    expect(result.scores.floor.value).toBeLessThan(result.scores.shipped.value);
    expect(result.scores.shipped.value).toBeLessThan(result.scores.start.value);
    for (const name of ['samples.png', 'samples-start.png', 'samples-pretrained.png'])
      expect([...(await readFile(join(out, name))).subarray(1, 4)]).toEqual([...Buffer.from('PNG')]);
    const log = (await readFile(join(out, 'metrics.jsonl'), 'utf8')).trim().split('\n');
    expect(log.map((line) => (JSON.parse(line) as { step: number }).step)).toEqual([1, 2, 3, 4]);
    expect(await readFile(join(out, 'report.html'), 'utf8')).toMatch(/FID-fashion[\s\S]*<svg[\s\S]*polyline/);
  });

  it('leaves a folder alone in which another process works', async () => {
    const out = join(home, 'taken');
    await mkdir(out);
    await writeFile(join(out, 'config.json'), '{ "command": "quickstart" }');
    const { code, stderr } = await withinRun(out, () => diffgan([...small, '--steps', '4', '--out', out]));
    expect(code).toBe(2);
    expect(stderr).toMatch(/taken is in use by process \d+ .*--out/);
    expect((await readdir(home)).filter((name) => name.startsWith('taken'))).toEqual(['taken']);
  });

  it('ends Ctrl-C with directions, and resumes to the same weights', { timeout: 600_000 }, async () => {
    const [straight, stopped] = [join(home, 'straight'), join(home, 'stopped')];
    await diffgan([...small, '--steps', '6', '--out', straight]);
    let sent = false;
    const interrupted = await diffgan([...small, '--steps', '6', '--out', stopped], {
      onText: (text, kill) => {
        if (!sent && text.includes('step 1/6')) kill('SIGINT');
        sent ||= text.includes('step 1/6');
      },
    });
    expect(interrupted.code).toBe(130);
    expect(interrupted.stderr).toMatch(
      /state after step \d is saved in .*npm run diffgan -- quickstart --resume --out/,
    );
    expect(await readFile(join(stopped, 'report.html'), 'utf8')).toContain('Ended before its time');
    const resumed = await diffgan([...small, '--resume', '--out', stopped]);
    expect(resumed.code).toBe(0);
    expect(await weightsOf(stopped)).toEqual(await weightsOf(straight));
  });
});

describe('diffgan says in one message what is wrong and what to do', () => {
  it.each([
    ['an unknown backend', ['quickstart', '--backend', 'webgl2'], {}, 2, /webgl2.*(tensorflow|wasm)/],
    ['no steps', ['quickstart', '--steps', '0'], {}, 2, /--steps is 0; it must be/],
    ['a word for a number', ['quickstart', '--minutes', 'soon'], {}, 2, /--minutes.*must be a number/],
    ['an unknown option', ['quickstart', '--minute', '3'], {}, 2, /unknown option '--minute'[\s\S]*--minutes/],
    ['nothing to resume', ['quickstart', '--resume', '--out', '/nonexistent/run'], {}, 2, /no run to resume/],
    [
      'a missing data folder',
      [...small, '--steps', '1'],
      { DIFFGAN_DATA: '/nonexistent/data' },
      1,
      /\/nonexistent\/data/,
    ],
    [
      'a folder that is a file',
      [...small, '--steps', '1', '--out', '/dev/null/run'],
      {},
      2,
      /cannot write to \/dev\/null\/run.*--out/,
    ],
  ] as const)('%s', { timeout: 120_000 }, async (_, args, env, code, message) => {
    const never = join(home, `never-${code}-${args.length}`);
    const out = (args as readonly string[]).includes('--out') ? [] : ['--out', never];
    const ended = await diffgan([...args, ...((args as readonly string[]).includes('--minute') ? [] : out)], { env });
    expect(ended.stderr).toMatch(message);
    expect(ended.code).toBe(code);
    expect(ended.stderr).not.toMatch(/\n {4}at /); // no stack trace
    expect(existsSync(never)).toBe(false);
  });

  it('truncated data', { timeout: 120_000 }, async () => {
    const data = join(home, 'data');
    const whole = gzipSync(Buffer.from([0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 28, 0, 0, 0, 28, 1, 2, 3]));
    await mkdir(data);
    for (const name of ['train-images-idx3-ubyte.gz', 'train-labels-idx1-ubyte.gz'])
      await writeFile(join(data, name), whole);
    const ended = await diffgan([...small, '--steps', '1', '--out', join(home, 'never-begun')], {
      env: { DIFFGAN_DATA: data },
    });
    expect(ended.code).toBe(1);
    expect(ended.stderr).toMatch(/train-images-idx3-ubyte/);
    expect(existsSync(join(home, 'never-begun'))).toBe(false);
  });

  it('a corrupt checkpoint', { timeout: 300_000 }, async () => {
    const out = join(home, 'straight');
    const file = join(out, 'checkpoint/run.safetensors');
    const bytes = await readFile(file);
    bytes[bytes.length - 100] ^= 1;
    await writeFile(file, bytes);
    const ended = await diffgan([...small, '--resume', '--out', out]);
    expect(ended.code).toBe(1);
    expect(ended.stderr).toMatch(/run\.safetensors is damaged .*without resuming/);
  });
});

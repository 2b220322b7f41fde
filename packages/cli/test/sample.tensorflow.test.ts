import { cp, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { imageFolder } from '@diffgan/data';
import { openNpz } from '@diffgan/files';
import type { SampleResult } from '../src/commands/sample.ts';
import type { EvaluateResult } from '../src/evaluate/report.ts';
import { diffgan } from './diffgan.ts';
import { ownCache } from './own-cache.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
let home: string;
const at = (name: string) => join(home, name);

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'diffgan-sample-'));
  ownCache(at('cache'));
});
afterAll(() => rm(home, { recursive: true }));

/** Runs the command with the native backend and a cache of its own. */
const command = (args: string[], onText?: (text: string, pid: number) => void, env: NodeJS.ProcessEnv = {}) =>
  diffgan([...args, '--backend', 'tensorflow', '--json'], {
    env: { DIFFGAN_CACHE: at('cache'), ...env },
    onText: onText && ((text, _, pid) => onText(text, pid)),
  });

async function sampled(args: string[]): Promise<SampleResult> {
  const { code, stdout, stderr } = await command(['sample', ...args]);
  expect(code, stderr).toBe(0);
  return JSON.parse(stdout) as SampleResult;
}

async function arrays(path: string) {
  const file = await openNpz(path);
  const names = Object.keys(file.entries);
  const read = await Promise.all(names.map(async (name) => [name, await file.read(name)] as const));
  await file.close();
  return Object.fromEntries(read);
}

describe('diffgan sample', { timeout: 300_000 }, () => {
  it('writes files that can be read back, the same with two processes as with one', async () => {
    const args = ['--from', 'shipped', '--count', '10', '--batch', '4', '--seed', '3'];
    const one = await sampled([...args, '--format', 'png,grid,npz,gif', '--out', at('one')]);
    expect(one).toMatchObject({ command: 'sample', count: 10, batch: 4, seed: 3, sampling: { sampler: 'ddgan' } });
    expect(one.files).toEqual(['images', 'grid.png', 'samples.npz', 'chain.gif']);
    expect(JSON.parse(await readFile(at('one/sample.json'), 'utf8'))).toEqual(one);

    const { arr_0 } = await arrays(at('one/samples.npz'));
    expect(arr_0.shape).toEqual([10, 28, 28, 1]);
    const files = await imageFolder(at('one/images'), { size: 28, channels: 1 });
    expect(files.count).toBe(10);
    expect(Uint8Array.from(files.images)).toEqual(arr_0.data);

    const gif = await readFile(at('one/chain.gif'));
    expect(gif.subarray(0, 6).toString('latin1')).toBe('GIF89a');
    expect([gif.readUInt16LE(6), gif.readUInt16LE(8)]).toEqual([2 * (4 * 28 + 3 * 2), 2 * (3 * 28 + 2 * 2)]);
    expect(gif.toString('latin1').split('!\u00f9\u0004')).toHaveLength(1 + 4); // a frame for each step

    const two = await sampled([...args, '--format', 'png,npz', '--workers', '2', '--out', at('two')]);
    expect(two).toMatchObject({ count: 10, workers: 2 });
    expect((await arrays(at('two/samples.npz'))).arr_0).toEqual(arr_0);
    for (const name of await readdir(at('one/images')))
      expect(await readFile(at(`two/images/${name}`))).toEqual(await readFile(at(`one/images/${name}`)));

    // whatever the batch: to rounding, which can move a level of a byte
    await sampled(['--from', 'shipped', '--count', '3', '--seed', '3', '--format', 'npz', '--out', at('two')]);
    const few = (await arrays(at('two/samples.npz'))).arr_0.data as Uint8Array;
    expect(Math.max(...few.map((level, i) => Math.abs(level - Number(arr_0.data[i]))))).toBeLessThanOrEqual(1);
    expect(await readdir(at('two-1'))).toContain('images'); // what was there has moved aside
  });

  it('keeps what is drawn after Ctrl-C', async () => {
    const args = ['sample', '--from', 'shipped', '--count', '4000', '--batch', '8', '--format', 'png,npz'];
    let interrupted = false;
    const { code, stderr } = await command([...args, '--out', at('stopped')], (text, pid) => {
      if (interrupted || !/Drawing/.test(text)) return;
      interrupted = true;
      const timer = setInterval(() => {
        void readdir(at('stopped/images')).then(
          ({ length }) => {
            if (length < 16) return;
            clearInterval(timer);
            process.kill(pid, 'SIGINT');
          },
          () => undefined,
        );
      }, 50);
    });
    expect(code, stderr).toBe(130);
    const [, count] = /Stopped after (\d+) of 4000 samples; they are in images, samples\.npz/.exec(stderr) ?? [];
    expect((await arrays(at('stopped/samples.npz'))).arr_0.shape).toEqual([Number(count), 28, 28, 1]);
    const names = await readdir(at('stopped'));
    expect(names.sort()).toEqual(['images', 'sample.json', 'samples.npz']);
  });

  it.each([
    ['dies', 'SIGKILL', /worker \d of 2 was killed by SIGKILL; perhaps memory ran out/],
    ['is held', 'SIGSTOP', /worker \d of 2, process \d+, was suspended and does not go on/],
  ] as const)('reports a worker that %s, stops the others and leaves no half of a file', async (how, sign, reason) => {
    const generator = at(how);
    await cp(join(root, 'packages/weights/models/fashion-mnist-ddgan/generator'), generator, { recursive: true });
    const args = [
      'sample',
      '--from',
      generator,
      '--schedule',
      'vp:4',
      '--count',
      '4000',
      '--batch',
      '8',
      '--format',
      'npz',
      '--workers',
      '2',
    ];
    let killed = false;
    const { code, stderr } = await command([...args, '--out', at(`${how} out`)], (text, pid) => {
      if (killed || !/Drawing/.test(text)) return;
      killed = true;
      const timer = setInterval(() => {
        void workerOf(pid).then((child) => {
          if (child === undefined) return;
          clearInterval(timer);
          process.kill(child, sign);
        });
      }, 50);
    });
    expect(code, stderr).toBe(1);
    expect(stderr).toMatch(reason);
    expect(await readdir(at(`${how} out`))).toEqual([]);
  });
});

describe('diffgan evaluate --workers', { timeout: 300_000 }, () => {
  it('scores the same with two processes as with one', async () => {
    const args = [
      'evaluate',
      '--samples',
      'shipped',
      '--reference',
      'fashion-mnist:test',
      '--metrics',
      'fid,fid-infinity,is',
    ];
    const results = [];
    for (const workers of ['1', '2']) {
      const out = at(`evaluate-${workers}`);
      const run = [...args, '--count', '60', '--batch', '16', '--workers', workers, '--out', out];
      const { code, stdout, stderr } = await command(run);
      expect(code, stderr).toBe(0);
      results.push(JSON.parse(stdout) as EvaluateResult);
    }
    expect(results[0].n).toBe(60);
    expect(results[1].scores).toEqual(results[0].scores);
  });
});

/** A worker of a process, once there is one. */
async function workerOf(pid: number): Promise<number | undefined> {
  const children = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8').catch(() => '');
  for (const child of children.split(' ').filter(Boolean)) {
    const command = await readFile(`/proc/${child}/cmdline`, 'utf8').catch(() => '');
    if (command.includes('\0worker')) return Number(child);
  }
  return undefined;
}

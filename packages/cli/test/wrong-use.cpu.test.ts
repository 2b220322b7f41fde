import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { diffgan } from './diffgan.ts';

let home: string;
beforeAll(async () => (home = await mkdtemp(join(tmpdir(), 'diffgan-wrong-'))));
afterAll(() => rm(home, { recursive: true }));

describe('wrong use ends with 2, says what is wrong, and starts nothing', () => {
  test.each([
    ['an unknown option', ['doctor', '--fast'], /unknown option '--fast'/],
    ['no command', ['evaluat'], /unknown command 'evaluat'/],
    ['an option that is missing', ['sample'], /required option '--from <what>'/],
    ['text for a number', ['train', '--steps', 'many'], /must be a number/],
    [
      'an unknown backend',
      ['sample', '--from', 'shipped', '--backend', 'abacus'],
      /Allowed choices are tensorflow, webgpu/,
    ],
    ['nothing to draw from', ['sample', '--from', 'nowhere'], /nowhere holds no network to draw from/],
    ['a schedule that is none', ['sample', '--from', 'shipped', '--schedule', 'slow'], /schedule/],
    ['steps of a generator', ['sample', '--from', 'shipped', '--steps', '2'], /trained for 4 steps and no others/],
    ['a sampler of others', ['sample', '--from', 'shipped', '--sampler', 'ddim'], /has the sampler ddgan, not ddim/],
    ['a label of none', ['sample', '--from', 'shipped', '--label', '3'], /labels need a network that takes them/],
    ['a table of images', ['sample', '--from', 'shipped', '--format', 'csv'], /the samples are images; use png/],
    ['no images to score', ['evaluate', '--samples', 'nowhere', '--reference', 'cifar10:test'], /there is no nowhere/],
    [
      'no images to compare with',
      ['evaluate', '--samples', 'shipped', '--reference', 'nowhere'],
      /there is no nowhere/,
    ],
    ['nothing to export', ['export', 'nowhere', 'out'], /nowhere holds no network/],
    ['an unknown layout', ['export', 'shipped', 'out', '--layout', 'torch'], /--layout is torch/],
  ])('%s', async (_, args, said) => {
    const { code, stdout, stderr } = await diffgan(args, { cwd: home });
    expect(stderr + stdout).toMatch(said);
    expect(stderr + stdout).not.toContain('Backend:');
    expect(code).toBe(2);
    expect(await readdir(home)).toEqual([]);
  });
});

test('what is asked for ends with 0', async () => {
  for (const args of [['--help'], ['sample', '--help'], ['--version']]) expect((await diffgan(args)).code).toBe(0);
});

test('the shipped model is exported, with the names of this project where diffusers has no such network', async () => {
  const out = join(home, 'exported');
  const { code, stdout, stderr } = await diffgan(['export', 'shipped', out, '--json']);
  expect(code, stderr).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ folder: out, kind: 'ddgan-generator', layout: 'native' });
  expect((await readdir(out)).sort()).toEqual(['config.json', 'model.safetensors']);
  expect(stderr).toContain('Not for diffusers');
  await rm(out, { recursive: true });
});

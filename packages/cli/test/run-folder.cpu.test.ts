import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { moveAside, resolveConfig, RunFolder } from '@diffgan/runs';
import { UsageError } from '@diffgan/runs/errors';
import { checkQuickstartOptions, DEFAULT_OUT } from '../src/quickstart/options.ts';
import { earlierQuickstart } from '../src/quickstart/quickstart-run.ts';

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'diffgan-cli-'));
});
afterEach(() => rm(home, { recursive: true }));

const presetConfig = async (preset: string) => (await resolveConfig({ preset, steps: 3, backend: 'cpu' })).config;

describe('RunFolder', () => {
  it('moves an earlier run aside, each time to a new name', async () => {
    const folder = new RunFolder(join(home, 'run'));
    const moved: string[] = [];
    for (let run = 0; run < 3; run++) {
      await folder.begin((aside) => moved.push(aside));
      await folder.writeConfig(await presetConfig('fashion-mnist-quickstart'));
    }
    expect(moved).toEqual([join(home, 'run-1'), join(home, 'run-2')]);
    expect(existsSync(join(home, 'run-1', 'config.json'))).toBe(true);
  });

  it.each([
    ['a config.json of another program', '{"command": "serve"}'],
    ['one that is no JSON', 'port: 80'],
  ])('leaves a folder where it is that has %s', async (_, text) => {
    await writeFile(join(home, 'config.json'), text);
    await expect(new RunFolder(home).begin()).rejects.toThrow(/config\.json is not of a run.*--out/);
    expect(await readFile(join(home, 'config.json'), 'utf8')).toBe(text);
  });

  it('does not move the folder that the command works in, nor one above it', async () => {
    for (const path of [process.cwd(), join(process.cwd(), '..')]) {
      await expect(moveAside(path)).rejects.toThrow(/is the folder that the command works in/);
      expect(existsSync(path)).toBe(true);
    }
  });

  it('gives back the settings it stored', async () => {
    const folder = new RunFolder(join(home, 'run'));
    await folder.begin();
    const config = await presetConfig('fashion-mnist-quickstart');
    await folder.writeConfig(config);
    expect(await earlierQuickstart(folder)).toEqual(config);
  });

  it('explains a missing run, a broken config and a place where nothing can be written', async () => {
    await expect(earlierQuickstart(new RunFolder(join(home, 'none')))).rejects.toThrow(
      /no run to resume in .*leave out --resume/,
    );
    await writeFile(join(home, 'config.json'), '{"command": "quick');
    await expect(earlierQuickstart(new RunFolder(home))).rejects.toThrow(/config\.json cannot be used: .*start anew/);
    await writeFile(join(home, 'file'), '');
    await expect(new RunFolder(join(home, 'file', 'run')).begin()).rejects.toThrow(/cannot write to .*--out/);
  });
});

it('quickstart refuses to go on with what an older diffgan began, and with another run', async () => {
  const folder = new RunFolder(home);
  const older = { command: 'quickstart', seed: 0, steps: 2800, preset: 'fashion-mnist-tiny' };
  await writeFile(folder.file('config.json'), JSON.stringify(older));
  await expect(earlierQuickstart(folder)).rejects.toThrow(
    /an older diffgan began the run.*start anew without --resume/,
  );
  await folder.writeConfig(await presetConfig('gaussians25-ddgan'));
  await expect(earlierQuickstart(folder)).rejects.toThrow(/not a run of quickstart; npm run diffgan -- train --resume/);
});

describe('checkQuickstartOptions', () => {
  const good = { minutes: 5, seed: 0, samples: 2000, resume: false, out: DEFAULT_OUT };
  it.each([
    [{ minutes: 0 }, /--minutes is 0/],
    [{ minutes: Infinity }, /--minutes is Infinity/],
    [{ steps: 0 }, /--steps is 0/],
    [{ steps: 1.5 }, /--steps is 1.5/],
    [{ seed: -1 }, /--seed is -1/],
    [{ samples: 1 }, /--samples is 1/],
  ])('refuses %o', (bad, message) => {
    expect(() => checkQuickstartOptions({ ...good, ...bad })).toThrow(UsageError);
    expect(() => checkQuickstartOptions({ ...good, ...bad })).toThrow(message);
  });
  it('accepts the defaults', () => {
    expect(checkQuickstartOptions(good)).toBeUndefined();
  });
});

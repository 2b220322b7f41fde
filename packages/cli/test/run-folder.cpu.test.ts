import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { asQuickstartConfig, type QuickstartConfig, quickstartDefaults } from '../src/quickstart/config.ts';
import { checkQuickstartOptions, DEFAULT_OUT } from '../src/quickstart/options.ts';
import { RunFolder } from '../src/run/run-folder.ts';
import { UsageError } from '../src/terminal/usage-error.ts';

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'diffgan-cli-'));
});
afterEach(() => rm(home, { recursive: true }));

const config: QuickstartConfig = {
  ...quickstartDefaults,
  version: '0.1.0',
  backend: 'cpu',
  seed: 0,
  minutes: 1,
  steps: 3,
  samples: 10,
};

describe('RunFolder', () => {
  it('moves an earlier run aside, each time to a new name', async () => {
    const folder = new RunFolder(join(home, 'run'));
    expect(await folder.begin()).toBeUndefined();
    await folder.writeConfig(config);
    expect(await folder.begin()).toBe(join(home, 'run-1'));
    await folder.writeConfig(config);
    expect(await folder.begin()).toBe(join(home, 'run-2'));
    expect(existsSync(join(home, 'run-1', 'config.json'))).toBe(true);
  });

  it('gives back the settings it stored', async () => {
    const folder = new RunFolder(join(home, 'run'));
    await folder.begin();
    await folder.writeConfig(config);
    expect(await folder.readConfig(asQuickstartConfig)).toEqual(config);
  });

  it('explains a missing run, a broken config and a place where nothing can be written', async () => {
    await expect(new RunFolder(join(home, 'none')).readConfig(asQuickstartConfig)).rejects.toThrow(
      /no run to resume in .*leave out --resume/,
    );
    await writeFile(join(home, 'config.json'), '{"command": "quick');
    await expect(new RunFolder(home).readConfig(asQuickstartConfig)).rejects.toThrow(
      /config\.json cannot be used: .*start anew/,
    );
    await writeFile(join(home, 'file'), '');
    await expect(new RunFolder(join(home, 'file', 'run')).begin()).rejects.toThrow(/cannot write to .*--out/);
  });
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

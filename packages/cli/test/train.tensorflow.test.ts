import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readSafetensors } from '@diffgan/files';
import { loadPipeline } from '@diffgan/hub';
import { Interrupted, UsageError } from '@diffgan/runs/errors';
import { createModel, saveModel } from '@diffgan/unet';
import { train, type TrainCommandOptions } from '../src/commands/train.ts';
import { diffgan } from './diffgan.ts';
import { quiet } from './quiet.ts';

let home: string;
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'diffgan-train-'));
});
afterAll(() => rm(home, { recursive: true }));

const small = {
  backend: 'tensorflow',
  set: ['data.count=2000', 'training.batch=32', 'records.pictureCount=50', 'records.metricCount=200'],
};
const run = (
  options: Partial<TrainCommandOptions>,
  signal = new AbortController().signal,
  terminal = quiet().terminal,
) => train({ resume: false, ...options }, terminal, signal);
const weightsOf = async (folder: string, network: string) =>
  readSafetensors(await readFile(join(folder, network, 'model.safetensors'))).tensors;
const linesOf = async (folder: string) =>
  (await readFile(join(folder, 'metrics.jsonl'), 'utf8'))
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { type: string; step: number; values?: Record<string, number> });

describe('diffgan train', () => {
  it('leaves a complete run of gaussians25-ddgan', { timeout: 120_000 }, async () => {
    const out = join(home, 'ddgan');
    const set = [...small.set, 'records.metricEvery=20', 'training.emaDecay=[0.99,0.9]', 'training.noLatent=true'];
    const result = await run({ ...small, set, preset: 'gaussians25-ddgan', steps: 40, out });
    expect(result).toMatchObject({ folder: out, steps: 40, config: { seed: 0, backend: 'tensorflow', task: 'ddgan' } });
    expect(Object.keys(result.scores)).toEqual(['modes', 'highQuality', 'kl', 'quality']);
    expect(JSON.parse(await readFile(join(out, 'result.json'), 'utf8'))).toEqual(result);
    expect((await readdir(out)).filter((name) => !name.startsWith('events.out'))).toEqual([
      ...['best', 'checkpoint', 'config.json', 'critic', 'critic@0.9', 'generator', 'generator@0.9'],
      ...['metrics.jsonl', 'report.html', 'result.json', 'samples'],
    ]);
    expect(await readdir(join(out, 'samples'))).toEqual(
      [10, 20, 30, 40].map((step) => `step-${String(step).padStart(8, '0')}.svg`),
    );
    const lines = await linesOf(out);
    expect(lines.filter(({ type }) => type === 'metric').map(({ step }) => step)).toEqual([20, 40]);
    expect(lines.filter(({ type }) => type === 'validation').map(({ step }) => step)).toEqual([10, 20, 30, 40]);
    expect(result.best?.value).toBe(Math.max(...lines.flatMap(({ values }) => values?.quality ?? [])));
  });

  it('resumes an interrupted run to the same weights, with the settings of the run', { timeout: 120_000 }, async () => {
    const [straight, stopped] = [join(home, 'straight'), join(home, 'stopped')];
    const settings = { ...small, preset: 'gaussians25-ddpm', steps: 40, seed: 7 };
    await run({ ...settings, out: straight });
    const controller = new AbortController();
    const { terminal } = quiet((text) => {
      if (text.startsWith('step 20')) controller.abort(new Interrupted('interrupted'));
    });
    const ending = run({ ...settings, out: stopped }, controller.signal, terminal);
    await expect(ending).rejects.toThrow(
      /state after step 2\d is saved in .*diffgan -- train --resume --out .*stopped/,
    );
    expect(existsSync(join(stopped, 'result.json'))).toBe(false);
    expect(await readFile(join(stopped, 'report.html'), 'utf8')).toMatch(
      /Ended before its time[\s\S]*state after step 2/,
    );
    const { terminal: again, lines } = quiet();
    const result = await run({ resume: true, out: stopped }, undefined, again);
    expect(lines.join('')).toMatch(/Going on after step 2\d/);
    expect(result.config.seed).toBe(7);
    expect(await weightsOf(stopped, 'denoiser')).toEqual(await weightsOf(straight, 'denoiser'));
    const steps = (await linesOf(stopped)).filter(({ type }) => type === 'step').map(({ step }) => step);
    expect(steps).toEqual(Array.from({ length: 40 }, (_, i) => i + 1));
  });

  it('starts from the weights of another run, averages too, and says what it took', { timeout: 120_000 }, async () => {
    const [source, out] = [join(home, 'source'), join(home, 'started')];
    await run({ ...small, preset: 'gaussians25-ddgan', steps: 3, seed: 3, out: source });
    const still = ['training.learningRate={"generator":0,"critic":0}', 'training.finalLearningRate=0'];
    const { terminal, lines } = quiet();
    const options = { ...small, set: [...small.set, ...still], preset: 'gaussians25-ddgan', steps: 1, out };
    const { config } = await run({ ...options, init: source }, undefined, terminal);
    expect(config.init).toBe(source);
    expect(lines.join('')).toMatch(/The generator starts from .*source\/generator: (\d+) of \1 weights taken\n/);
    for (const network of ['generator', 'critic'])
      expect(await weightsOf(out, network)).toEqual(await weightsOf(source, network));
    const only = quiet();
    await run({ ...options, init: join(source, 'generator') }, undefined, only.terminal);
    expect(only.lines.join('')).toMatch(/The critic starts anew: .*source\/generator has no weights for it/);
    expect(await weightsOf(out, 'critic')).not.toEqual(await weightsOf(source, 'critic'));
    await expect(run({ ...options, init: home })).rejects.toThrow(/^init: .* holds no weights for generator or critic/);
    await expect(run({ ...options, preset: 'gaussians25-ddpm', init: join(source, 'critic') })).rejects.toThrow(
      UsageError,
    );
  });

  it('starts generator and critic from the same denoiser', { timeout: 120_000 }, async () => {
    const trunk = {
      ...{ imageSize: 28, channels: 1, baseChannels: 4, channelMultipliers: [1, 1] },
      ...{ blocksPerLevel: 1, attentionResolutions: [] },
    };
    const source = join(home, 'denoiser-alone');
    const denoiser = createModel({ kind: 'ddpm-unet', ...trunk });
    await saveModel(join(source, 'denoiser'), denoiser);
    denoiser.dispose();
    const networks = {
      generator: {
        ...{ kind: 'ddgan-generator', style: 'unet', ...trunk },
        ...{ latentDim: 2, latentWidth: 4, latentLayers: 1 },
      },
      critic: { kind: 'ddgan-discriminator', style: 'unet-encoder', ...trunk },
    };
    const { terminal, lines } = quiet();
    const set = ['data.limit=16', 'training.batch=4', 'records.metricEvery=0', 'records.validationEvery=0'];
    for (const [name, config] of Object.entries(networks)) set.push(`networks.${name}=${JSON.stringify(config)}`);
    const out = join(home, 'of-a-denoiser');
    await run({ ...small, set, preset: 'fashion-mnist-ddgan', steps: 1, init: source, out }, undefined, terminal);
    expect(lines.join('')).toMatch(/The generator starts from .*denoiser: /);
    expect(lines.join('')).toMatch(/The critic starts from .*denoiser: \d+ of \d+ weights taken; fresh are head\./);
  });

  it('trains the denoiser first that both networks start from, and goes on wherever it was stopped', async () => {
    const out = join(home, 'pretrained');
    const set = [
      ...['data.limit=64', 'training.batch=4', 'records.metricEvery=0', 'records.validationEvery=0'],
      ...['records.checkpointEvery=2', 'pretraining={"steps":4,"batch":4}'],
    ];
    const options = { ...small, set, preset: 'fashion-mnist-ddgan', steps: 4, out };
    const stopAt = async (told: string, again: Partial<TrainCommandOptions>) => {
      const stop = new AbortController();
      const { terminal, lines } = quiet((text) => text.includes(told) && stop.abort(new Interrupted('stopped')), true);
      await expect(run(again, stop.signal, terminal)).rejects.toThrow(Interrupted);
      return lines.join('');
    };
    expect(await stopAt('step 1/4  denoiser', options)).not.toContain('starts from');
    expect(existsSync(join(out, 'checkpoint'))).toBe(false);
    const second = await stopAt('step 1/4  critic', { resume: true, out });
    expect(second).toMatch(/Going on after step \d[^]*The generator starts from .*pretraining\/denoiser/);
    const { terminal, lines } = quiet();
    const { steps } = await run({ resume: true, out }, undefined, terminal);
    expect(steps).toBe(4);
    expect(lines.join('')).toMatch(/Going on after step \d/);
    expect(lines.join('')).not.toContain('starts from');

    const straight = join(home, 'pretrained-straight');
    await run({ ...options, out: straight });
    for (const network of ['generator', 'critic'])
      expect(await weightsOf(out, network)).toEqual(await weightsOf(straight, network));
  }, 240_000);

  it('trains a VDM of points, and keeps its noise schedule', { timeout: 120_000 }, async () => {
    const out = join(home, 'vdm');
    const config = join(home, 'vdm.json');
    const denoiser = { kind: 'mlp-denoiser', dim: 2, hidden: [16], timeWidth: 8 };
    await writeFile(
      config,
      JSON.stringify({
        ...{ task: 'vdm', data: { name: 'three-gaussians', count: 500 }, networks: { denoiser } },
        schedule: { name: 'gamma', hidden: 8, gamma0: -8, gamma1: 6 },
        training: { steps: 20, batch: 16 },
        sampling: { sampler: 'vdm', steps: 10 },
        records: { pictureCount: 20 },
      }),
    );
    await run({ config, out, backend: 'tensorflow' });
    const pipeline = await loadPipeline(out);
    const at = pipeline.schedule as (t: number) => number;
    pipeline.dispose();
    expect(at(0)).not.toBe(-8); // it was trained
    expect(at(0)).toBeCloseTo(-8, 1);
    expect(at(0.5)).toBeGreaterThan(at(0));
  });

  it('trains a classifier, which draws nothing', { timeout: 120_000 }, async () => {
    const out = join(home, 'classifier');
    const result = await run({ ...small, preset: 'three-gaussians-classifier', steps: 20, out });
    expect(result.scores).toEqual({});
    expect(existsSync(join(out, 'samples'))).toBe(false);
    expect(existsSync(join(out, 'classifier/model.safetensors'))).toBe(true);
  });

  it('ends after so many minutes', { timeout: 120_000 }, async () => {
    const out = join(home, 'minutes');
    const { steps, seconds } = await run({ ...small, preset: 'gaussians25-ddpm', minutes: 0.02, out });
    expect(steps).toBeGreaterThan(0);
    expect(seconds).toBeGreaterThan(1);
  });

  it('refuses what does not fit together before there is a run', { timeout: 120_000 }, async () => {
    const out = join(home, 'refused');
    const wrong = (set: string) =>
      run({ preset: 'gaussians25-ddpm', steps: 10, out, backend: 'tensorflow', set: [set] });
    await expect(wrong('sampling.sampler=ddgan')).rejects.toThrow(/^sampling: the sampler ddgan is for generators/);
    expect(existsSync(out)).toBe(false);
    const ending = wrong('data.count=100');
    await expect(ending).rejects.toThrow(/batch is 256 but gaussians25 has 100/);
    await expect(ending).rejects.toThrow(UsageError);
    expect(existsSync(join(out, 'config.json'))).toBe(false);
  });

  it('--resume refuses settings but a length, and needs a folder with a run of this command', async () => {
    await expect(run({ resume: true, out: home, seed: 5, steps: 5 })).rejects.toThrow(/leave out --seed$/);
    await expect(run({ resume: true })).rejects.toThrow(/name its folder with --out/);
    await expect(run({ resume: true, out: join(home, 'none') })).rejects.toThrow(/no run to resume/);
    await writeFile(join(home, 'config.json'), '{"command": "quickstart", "steps": 3}');
    await expect(run({ resume: true, out: home })).rejects.toThrow(/config\.json cannot be used: .*start anew/);
  });
});

describe('the command line of diffgan train', () => {
  it.each(['SIGINT', 'SIGHUP', 'EPIPE'] as const)(
    '%s saves, --resume goes on, --json prints the result',
    { timeout: 300_000 },
    async (how) => {
      const out = join(home, how);
      const flags = ['train', '--json', '--preset', 'gaussians25-ddpm', '--backend', 'tensorflow'];
      const sets = small.set.flatMap((set) => ['--set', set]);
      let sent = false;
      const stopped = await diffgan([...flags, ...sets, '--steps', '400', '--out', out], {
        onText: (text, kill) => {
          if (!sent && text.includes('validation')) kill(how);
          sent ||= text.includes('validation');
        },
      });
      expect(stopped.code).toBe(130);
      if (how !== 'EPIPE')
        expect(stopped.stderr).toMatch(/Stopped\. The state after step \d+ is saved .*--resume --out/);
      const resumed = await diffgan(['train', '--json', '--resume', '--out', out]);
      expect(resumed.code).toBe(0);
      expect(resumed.stderr).toMatch(/Going on after step \d+/);
      expect(JSON.parse(resumed.stdout)).toMatchObject({ steps: 400, folder: out });
    },
  );

  it('wrong use ends with code 2, before anything is written', { timeout: 120_000 }, async () => {
    const out = join(home, 'never');
    const ended = await diffgan(['train', '--preset', 'gaussians25-ddpm', '--set', 'training.bacth=1', '--out', out]);
    expect(ended.stderr).toMatch(/training\.bacth is unknown; did you mean "batch"\?/);
    expect(ended.code).toBe(2);
    expect(existsSync(out)).toBe(false);
  });

  it('prints what it would do', { timeout: 120_000 }, async () => {
    const shown = await diffgan(['train', '--preset', 'gaussians25-ddgan', '--seed', '3', '--show-config']);
    expect(JSON.parse(shown.stdout)).toMatchObject({ preset: 'gaussians25-ddgan', seed: 3 });
  });
});

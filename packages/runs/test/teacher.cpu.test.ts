import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { callModel, foldIn, key, type Model, normal } from '@diffgan/ops';
import { mlpDenoiser, modelConfig, saveModel } from '@diffgan/unet';
import { withAbsolutePaths } from '../src/run/with-absolute-paths.ts';
import type { DistilRun } from '../src/tasks/distil-task.ts';
import { makeModels } from '../src/tasks/tasks.ts';
import { resolveConfig } from '../src/train/resolve-config.ts';
import { loadTeacher, startFromTeacher } from '../src/train/teacher.ts';

const told = async (...set: string[]) =>
  (await resolveConfig({ preset: 'fashion-mnist-distil', set: ['training.divergence=js2', ...set] }))
    .config as DistilRun;
const nothing = () => undefined;

describe('the teacher of a student', () => {
  it('is a shipped model, named from any working folder, or a folder', async () => {
    const named = withAbsolutePaths(await told('teacher=fashion-mnist-ddpm', 'init=fashion-mnist-distil'));
    expect(named).toMatchObject({ teacher: 'fashion-mnist-ddpm', init: 'fashion-mnist-distil' });
    const folder = withAbsolutePaths(await told('teacher=./fashion-mnist-ddpm', 'init=mine'));
    expect(folder).toMatchObject({ teacher: resolve('fashion-mnist-ddpm'), init: resolve('mine') });
  });

  it('is loaded by name, and lends its weights', async () => {
    const config = await told('teacher=fashion-mnist-ddpm', 'init=fashion-mnist-ddgan');
    const teacher = await loadTeacher(config);
    const models = makeModels(config);
    const lines: string[] = [];
    const say = (line: string) => void lines.push(line);
    try {
      expect(teacher.schedule).toMatchObject({ name: 'vp', steps: 1000 });
      await startFromTeacher(config, models, { say, heading: say, progress: nothing, finish: nothing });
      expect(lines.join('\n')).toMatch(
        /The fake starts from .*fashion-mnist-ddpm.*denoiser: (\d+) of \1 weights taken/,
      );
      expect(lines.join('\n')).toMatch(/The critic starts from .*fashion-mnist-ddpm.*denoiser: /);
      expect(lines.join('\n')).toMatch(
        /The generator starts from .*fashion-mnist-ddgan.*generator: (\d+) of \1 weights taken/,
      );
      const [ofFake, ofTeacher] = [models.networks.fake, teacher.model].map((model) =>
        (model as typeof models.networks.fake).getWeights().map((weight) => weight.dataSync()),
      );
      expect(ofFake).toEqual(ofTeacher);
    } finally {
      models.dispose();
      teacher.dispose();
    }
    expect(tf.memory().numTensors).toBe(0);
  });

  it('lends its U-Net to the student, and its classes', async () => {
    const { networks: like } = await told('teacher=fashion-mnist-ddpm');
    expect(like.generator).toMatchObject({ kind: 'ddgan-generator', channelMultipliers: [1, 2, 2], tanh: false });
    const folder = await mkdtemp(join(tmpdir(), 'diffgan-teacher-'));
    try {
      const shape = { imageSize: 28, channels: 1, baseChannels: 8, channelMultipliers: [1, 3, 6], blocksPerLevel: 1 };
      const trunk = { ...shape, attentionResolutions: [7], classes: 10 };
      const teacher = { kind: 'ddpm-unet', ...trunk, nullClass: true, dropout: 0.1 };
      await mkdir(join(folder, 'denoiser'));
      await writeFile(join(folder, 'denoiser/config.json'), JSON.stringify(teacher));
      const { networks } = await told(`teacher=${folder}`);
      expect(networks.generator).toEqual({ ...like.generator, ...trunk });
      expect(networks.fake).toEqual({ kind: 'ddpm-unet', ...trunk, nullClass: true });
      expect(networks.critic).toMatchObject({ kind: 'ddgan-discriminator', style: 'unet-encoder', ...trunk });
      const wider = await told(`teacher=${folder}`, 'networks.generator.baseChannels=32');
      expect(wider.networks.generator).toEqual({ ...like.generator, ...trunk, baseChannels: 32 });
      await writeFile(join(folder, 'denoiser/config.json'), '{');
      expect((await told(`teacher=${folder}`)).networks).toEqual((await told('teacher=x')).networks);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('is guided by itself without the class', async () => {
    const home = await mkdtemp(join(tmpdir(), 'diffgan-teacher-'));
    const sizes = { dim: 2, hidden: [8], timeWidth: 8 };
    const known = mlpDenoiser({ kind: 'mlp-denoiser', ...sizes, classes: 3, nullClass: true }, { key: key(1) });
    known.weights.forEach((weight, i) => {
      const noise = normal(foldIn(key(2), i), weight.shape as number[]); // some weights are zero at first
      weight.write(noise);
      noise.dispose();
    });
    const config = { task: 'ddpm', networks: { denoiser: modelConfig(known) }, schedule: { name: 'vp', steps: 8 } };
    await saveModel(join(home, 'denoiser'), known);
    await writeFile(join(home, 'config.json'), JSON.stringify({ ...config, sampling: { sampler: 'ddpm' } }));
    try {
      const of = async (...set: string[]) => loadTeacher(await told(`teacher=${JSON.stringify(home)}`, ...set));
      const [plain, guided] = [await of(), await of('guidance=0.5')];
      const outputOf = (model: Model, label: number) =>
        tf.tidy(() => {
          const inputs = [tf.tensor2d([[1, -2]]), tf.tensor1d([3]), tf.tensor1d([label], 'int32')];
          return [...callModel(model, inputs).dataSync()];
        });
      const [told1, told3] = [1, 3].map((label) => outputOf(plain.model, label));
      const mixed = outputOf(guided.model, 1);
      expect(told1).not.toEqual(told3);
      told1.forEach((value, i) => expect(mixed[i]).toBeCloseTo(1.5 * value - 0.5 * told3[i], 5));
      plain.dispose();
      guided.dispose();
      await expect(told('teacher=fashion-mnist-ddpm', 'guidance=1').then(loadTeacher)).rejects.toThrow(
        /^guidance is 1, but fashion-mnist-ddpm was not trained with a label for no class \(nullClass\)/,
      );
    } finally {
      known.dispose();
      await rm(home, { recursive: true });
    }
  });

  it.each([
    [
      'runs/nowhere',
      /^teacher: runs\/nowhere holds no network to learn from; give the folder of a trained DDPM or .* fashion-mnist-ddpm by name$/,
    ],
    ['fashion-mnist-ddpn', /holds no network to learn from/],
    ['fashion-mnist-ddgan', /^teacher: fashion-mnist-ddgan is no denoiser; give .* fashion-mnist-ddpm by name$/],
  ])('is not %s', async (teacher, problem) => {
    await expect(loadTeacher(await told(`teacher=${teacher}`))).rejects.toMatchObject({
      name: 'UsageError',
      message: expect.stringMatching(problem) as string,
    });
  });
});

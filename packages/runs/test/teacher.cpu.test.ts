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

/** The folder of a denoiser of points that is told one of three classes, or perhaps none. */
async function pointTeacher(folder: string, nullClass: boolean): Promise<string> {
  const sizes = { dim: 2, hidden: [8], timeWidth: 8 };
  const model = mlpDenoiser({ kind: 'mlp-denoiser', ...sizes, classes: 3, nullClass }, { key: key(1) });
  model.weights.forEach((weight, i) => {
    const noise = normal(foldIn(key(2), i), weight.shape as number[]); // some weights are zero at first
    weight.write(noise);
    noise.dispose();
  });
  const config = { task: 'ddpm', networks: { denoiser: modelConfig(model) }, schedule: { name: 'vp', steps: 8 } };
  await saveModel(join(folder, 'denoiser'), model);
  model.dispose();
  await writeFile(join(folder, 'config.json'), JSON.stringify({ ...config, sampling: { sampler: 'ddpm' } }));
  return folder;
}

describe('the teacher of a student', () => {
  it('is a shipped model, named from any working folder, or a folder', async () => {
    const named = withAbsolutePaths(await told('teacher=fashion-mnist-ddpm', 'init=fashion-mnist-distil'));
    expect(named).toMatchObject({ teacher: 'fashion-mnist-ddpm', init: 'fashion-mnist-distil' });
    const folder = withAbsolutePaths(await told('teacher=./fashion-mnist-ddpm', 'init=mine'));
    expect(folder).toMatchObject({ teacher: resolve('fashion-mnist-ddpm'), init: resolve('mine') });
  });

  it('is loaded by name, and lends its weights', async () => {
    const config = await told('teacher=fashion-mnist-ddpm', 'init=fashion-mnist-distil');
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
        /The generator starts from .*fashion-mnist-distil.*generator: 188 of 189 weights taken; fresh are time\.label\.kernel/,
      );
      expect(lines.join('\n')).toContain('fashion-mnist-distil is not told the class, but its student is');
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
    expect(like.generator).toMatchObject({
      kind: 'ddgan-generator',
      channelMultipliers: [1, 3, 6],
      classes: 10,
      tanh: false,
    });
    const folder = await mkdtemp(join(tmpdir(), 'diffgan-teacher-'));
    try {
      const shape = { imageSize: 28, channels: 1, baseChannels: 8, channelMultipliers: [1, 2], blocksPerLevel: 2 };
      const trunk = { ...shape, attentionResolutions: [14], classes: 5 };
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
    const [knows, lacks] = [
      await pointTeacher(join(home, 'knows'), true),
      await pointTeacher(join(home, 'lacks'), false),
    ];
    try {
      const of = async (teacher: string, guidance: number) =>
        loadTeacher(await told(`teacher=${JSON.stringify(teacher)}`, `guidance=${guidance}`));
      const [plain, guided] = [await of(knows, 0), await of(knows, 0.5)];
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
      await expect(of(lacks, 1)).rejects.toThrow(
        /^guidance is 1, but .*lacks was not trained with a label for no class \(nullClass\); leave guidance out$/,
      );
    } finally {
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

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { UsageError } from '../src/errors.ts';
import { formatPresets, runPresets } from '../src/presets/presets.ts';
import { formatSettings } from '../src/run/format-settings.ts';
import { withSchema } from '../src/run/with-schema.ts';
import { sampleMetric } from '../src/scores/sample-metric.ts';
import { scheduleOf } from '../src/tasks/make-networks.ts';
import { makeModels, type Task } from '../src/tasks/tasks.ts';
import { type GivenSettings, resolveConfig } from '../src/train/resolve-config.ts';

let home: string;
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'diffgan-config-'));
});
afterAll(() => rm(home, { recursive: true }));

const put = async (name: string, content: unknown): Promise<string> => {
  const file = join(home, name);
  await writeFile(file, typeof content === 'string' ? content : JSON.stringify(content));
  return file;
};
const names = Object.keys(runPresets);
const folder = ['data.folder=photos'];
/** What a preset cannot know. */
const neededBy = (preset: string) => [
  ...(preset.startsWith('image') ? folder : []),
  ...(preset.endsWith('distil') ? ['teacher=runs/teacher'] : []),
];
const settingsOf = async (given: GivenSettings) => (await resolveConfig(given)).config;

describe('a folder of images that nobody told', () => {
  it('is asked for, with the words that give it', async () => {
    await expect(settingsOf({ preset: 'image-folder-ddgan' })).rejects.toThrow(
      /^data\.folder is missing\. .*folder.* Give it with --set data\.folder=…$/i,
    );
  });
});

describe('sizes of image folders', () => {
  const sized = (size: string) => settingsOf({ preset: 'image-folder-ddgan', set: [...folder, `data.size=${size}`] });

  it.each(['31', '33', '45', '225', '100', '[16,45]'])(
    '%s, of which the networks could not halve the images, is refused',
    async (size) => {
      await expect(sized(size)).rejects.toThrow(/data\.size is .*so take/);
    },
  );

  it('is refused with sizes that are taken', async () => {
    const { message } = (await sized('45').catch((error: unknown) => error)) as UsageError;
    const [, low, high] = /so take (\d+) or (\d+)/.exec(message) ?? [];
    expect([low, high]).toEqual(['44', '46']);
    for (const near of [low, high]) expect(await sized(near)).toMatchObject({ data: { size: Number(near) } });
  });

  it.each(['8', '12', '15', '28', '32', '64', '256'])('%s is taken', async (size) => {
    expect(await sized(size)).toMatchObject({ data: { size: Number(size) } });
  });

  it('may have another height than width', async () => {
    const config = await sized('[16,24]');
    expect(config).toMatchObject({ data: { size: [16, 24] }, networks: { generator: { imageSize: [16, 24] } } });
    makeModels(config).dispose();
  });
});

describe('the metric of samples', () => {
  it('is of clothes only where the data are Fashion-MNIST', async () => {
    expect(await sampleMetric({ name: 'fashion-mnist', dir: 'digits' }, 'not-fashion-mnist')).toBeUndefined();
    expect(await sampleMetric({ name: 'stacked-fashion-mnist' }, 'stacked-not-fashion-mnist')).toBeUndefined();
    const metric = await sampleMetric({ name: 'fashion-mnist' }, 'fashion-mnist');
    expect(metric?.best.name).toBe('FID-fashion');
    metric?.dispose();
  });
});

describe('presets of diffgan train', () => {
  it.each(names)('%s resolves, and its own settings are complete', async (preset) => {
    const { name, config } = await resolveConfig({ preset, set: neededBy(preset) });
    expect(name).toBe(preset);
    expect(config).toMatchObject({ command: 'train', preset, seed: 0, task: expect.any(String) as string });
    const file = await put(`${preset}.json`, withSchema(config, home));
    expect(await resolveConfig({ config: file })).toEqual({ name: preset, config });
  });

  it.each(names.filter((name) => !name.startsWith('cifar10')))('the networks of %s can be made', async (preset) => {
    const settings = await settingsOf({ preset, set: neededBy(preset) });
    const models = makeModels(settings);
    if (settings.task !== 'vdm') expect(scheduleOf(settings.schedule).steps).toBeGreaterThan(0);
    models.dispose();
  });

  it.each([28, 32, 48, 64, 17])('an image folder gets networks for images of %i pixels', async (size) => {
    const set = ['data.folder=photos', `data.size=${size}`, 'data.channels=1'];
    const models = makeModels(await settingsOf({ preset: 'image-folder-ddgan', set }));
    expect(models.networks.generator.inputs[0].shape).toEqual([null, size, size, 1]);
    models.dispose();
  });
});

it('presets are listed with what they train and how long that takes', () => {
  expect(formatPresets()).toMatch(/^gaussians25-ddgan {2,}denoising diffusion GAN of 25 Gaussians.*\n +about/m);
});

describe('settings on top of a preset', () => {
  it('file, --set and flags win in that order, and null takes a setting away', async () => {
    const file = await put('mine.json', {
      preset: 'gaussians25-ddgan',
      seed: 3,
      training: { batch: 64, r1: null, adam: { beta1: 0.5 } },
    });
    const { name, config } = await resolveConfig({ config: file, set: ['training.batch=128', 'seed=4'], seed: 5 });
    expect(name).toBe('mine');
    expect(config).toMatchObject({
      preset: 'gaussians25-ddgan',
      seed: 5,
      training: { batch: 128, adam: { beta1: 0.5 } },
    });
    expect(config.training).not.toHaveProperty('r1');
  });

  it('--precision is a setting of the training', async () => {
    const preset = 'gaussians25-ddgan';
    expect(await settingsOf({ preset, precision: 'bfloat16' })).toMatchObject({ training: { precision: 'bfloat16' } });
    await expect(settingsOf({ preset, precision: 'float16' })).rejects.toThrow(
      /training\.precision is "float16"; it must be .*float32.*bfloat16/,
    );
  });

  it('a new length takes the place of the old one', async () => {
    const { training } = await settingsOf({ preset: 'gaussians25-ddgan', minutes: 2 });
    expect(training.minutes).toBe(2);
    expect(training).not.toHaveProperty('steps');
  });

  it('an object of another kind replaces instead of merging', async () => {
    const set = ['schedule={"name":"constant","steps":2,"beta":0.5}'];
    const { schedule } = await settingsOf({ preset: 'gaussians25-ddgan', set });
    expect(schedule).toEqual({ name: 'constant', steps: 2, beta: 0.5 });
  });

  it('a network can be named', async () => {
    const set = ['networks.generator=fashion-mnist-small/generator'];
    const { networks } = await settingsOf({ preset: 'fashion-mnist-ddgan', set });
    expect(networks).toMatchObject({ generator: { baseChannels: 32 }, critic: { widths: [16, 32, 64, 64] } });
  });

  it('samplers hear what the network predicts', async () => {
    const { sampling } = await settingsOf({ preset: 'gaussians25-ddpm', set: ['training.predicts=v'] });
    expect(sampling.predicts).toBe('v');
    const edm = await settingsOf({ preset: 'fashion-mnist-edm', set: ['training.edm.sigmaData=0.7'] });
    expect(edm.sampling).toMatchObject({ sampler: 'heun', predicts: 'edm', sigmaData: 0.7 });
  });

  it('short runs are written down often, long ones every thousand steps', async () => {
    const of = async (steps: number) => (await settingsOf({ preset: 'fashion-mnist-vdm', steps })).records;
    expect(await of(400)).toMatchObject({ checkpointEvery: 20, picturesEvery: 40, validationEvery: 40 });
    expect(await of(1e6)).toMatchObject({ checkpointEvery: 500, picturesEvery: 1000, validationEvery: 1000 });
  });
});

describe('settings that are wrong', () => {
  it.each([
    [['training.bacth=64'], /^training\.bacth is unknown; did you mean "batch"\?$/],
    [['trainign.batch=64'], /^trainign is unknown; did you mean "training"\?$/],
    [
      ['networks.generator.atentionResolutions=[]'],
      /^networks\.generator\.atentionResolutions is unknown; did you mean/,
    ],
    [['networks.critik.widths=[]'], /^networks\.critik is unknown; did you mean "critic"\?$/],
    [['training.r1.gama=1'], /^training\.r1\.gama is unknown; did you mean "gamma"\?$/],
    [['training.zzzzzzzzzz=1'], /^training\.zzzzzzzzzz is unknown; the keys are .*batch/],
    [['training.batch=0'], /^training\.batch is 0; it must be an integer from 1/],
    [['training.batch=many'], /^training\.batch is "many"; it must be an integer/],
    [['training.steps=1e99'], /^training\.steps is 1e\+99; it must be an integer/],
    [['training.loss=wgam'], /^training\.loss is "wgam"; it must be one of .*did you mean "wgan"\?$/],
    [['training.loss.name=kll'], /^training\.loss\.name is "kll"/],
    [['training.emaDecay=[0.9,1]'], /^training\.emaDecay\[1\] is 1; it must be a number of at least 0 and below 1$/],
    [['training.learningRate.generator=-1'], /^training\.learningRate\.generator is -1/],
    [['training=null'], /^training is missing\. How it is trained\. It is an object\.$/],
    [['training=[]'], /^training is \[\]; it must be an object$/],
    [
      ['training.gradientPenalty={"every":2}'],
      /^training\.gradientPenalty\.lambda is missing\. λ, the weight\. It is a number of at least 0\.$/,
    ],
    [['training.emaWarmup=slow'], /^training\.emaWarmup is "slow"/],
    [['training.emaWarmup={"power":0}'], /^training\.emaWarmup\.power is 0/],
    [['networks=5'], /^networks is 5; it must be an object$/],
    [
      ['networks.generator=fashion/generator'],
      /^networks\.generator is "fashion\/generator".*fashion-mnist-tiny\/generator/,
    ],
    [['networks.generator.baseChannels=100000000'], /^networks\.generator\.baseChannels is 100000000/],
    [['networks.generator.kind=mlp-critic'], /^networks\.generator\.kind is "mlp-critic"/],
    [['schedule.name=cosin'], /^schedule\.name is "cosin"; .*did you mean "cosine"\?$/],
    [['schedule.steps=1000000'], /^schedule\.steps is 1000000/],
    [['data.name=mnist'], /^data\.name is "mnist"; it must be one of "fashion-mnist"/],
    [['task=ddpn'], /^task is "ddpn".*did you mean "ddpm"\?$/],
    [['records.pictureCount=1e9'], /^records\.pictureCount is 1000000000/],
    [['sampling.sampler=dddim'], /^sampling\.sampler is "dddim".*did you mean "ddim"\?$/],
    [['__proto__.polluted=1'], /^__proto__ is unknown/],
    [['training.__proto__={"steps":1}'], /^training\.__proto__ is unknown/],
    [['constructor=1'], /^constructor is unknown/],
    [['training'], /--set training: it must be path=value/],
    [['=1'], /--set =1: it must be path=value/],
    [[`${'a.'.repeat(5000)}a=1`], /it must be path=value/],
  ])('--set %j', async (set, message) => {
    const wrong = resolveConfig({ preset: 'fashion-mnist-ddgan', set });
    await expect(wrong).rejects.toThrow(message);
    await expect(wrong).rejects.toThrow(UsageError);
    expect(Object.prototype).not.toHaveProperty('polluted');
  });

  it.each([
    ['broken.json', '{"preset": "gauss', /broken\.json is not JSON/],
    ['list.json', '[]', /list\.json holds no object/],
    [
      'deep.json',
      `{"training": ${'['.repeat(2000)}${']'.repeat(2000)}}`,
      /deep\.json has objects or lists in more than 16/,
    ],
    ['deepest.json', '['.repeat(200_000), /deepest\.json is not JSON/],
    ['large.json', ' '.repeat(2 ** 20 + 1), /large\.json has 1048577 bytes/],
    [
      'preset.json',
      '{"preset": "fashion-mnist-dgan"}',
      /no preset "fashion-mnist-dgan"; did you mean "fashion-mnist-ddgan"\?/,
    ],
    ['number.json', '{"preset": 5}', /preset is 5/],
    ['proto.json', '{"preset": "gaussians25-ddpm", "__proto__": {"seed": 1}}', /^__proto__ is unknown/],
    ['empty.json', '{}', /^task is missing/],
    [
      'long.json',
      `{"preset": "gaussians25-ddpm", "training": {"${'x'.repeat(100_000)}": 1}}`,
      /^training\.x{60} is unknown/,
    ],
  ])('%s', async (name, content, message) => {
    await expect(resolveConfig({ config: await put(name, content) })).rejects.toThrow(message);
  });

  it('a file that is not there, and nothing at all', async () => {
    await expect(resolveConfig({ config: join(home, 'none.json') })).rejects.toThrow(/none\.json cannot be read/);
    await expect(resolveConfig({})).rejects.toThrow(/give --preset/);
    await expect(resolveConfig({ preset: 'toString' })).rejects.toThrow(/there is no preset "toString"/);
  });

  it('what does not fit together is named by the network', async () => {
    const preset = 'fashion-mnist-ddgan';
    await expect(settingsOf({ preset, set: ['networks.generator.baseChannels=18'] })).rejects.toThrow(
      /^networks\.generator\.baseChannels is 18; it must be a multiple of 4/,
    );
    await expect(settingsOf({ preset, set: ['networks.generator.imageSize=30'] })).rejects.toThrow(
      /^networks\.generator\.imageSize is 30; .* multiples of 4\. Pad the images to 32/,
    );
    await expect(settingsOf({ preset, set: ['networks.critic.widths=[16384,16384,16384,16384]'] })).rejects.toThrow(
      /^networks\.critic describes a network of \d+ million parameters/,
    );
  });
});

it.each(['ddpm', 'ddgan', 'vdm', 'classifier'] as Task[])(
  'the settings of %s are listed with what they are for',
  (task) => {
    const text = formatSettings(task);
    expect(text).toMatch(
      /^training\.batch\n {4}Examples per update\. Default: 32\. It is an integer from 1 to 65536\.$/m,
    );
    expect(text).toMatch(/^networks\.\w+\.baseChannels$/m);
    expect(text).not.toMatch(/\n {4}(\[.*\] )?(undefined|\. )/);
  },
);

import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openNpz } from '@diffgan/files';
import { key, normal } from '@diffgan/ops';
import { ddpmUnet, loadModel, mlpClassifier, mlpDenoiser, saveModel, vdmDenoiser } from '@diffgan/unet';
import { sample } from '../src/commands/sample.ts';
import { type SampleFlags, sampleOptions } from '../src/sample/options.ts';
import { Terminal } from '../src/terminal/terminal.ts';

let home: string;
const at = (name: string) => join(home, name);
const image = { imageSize: 8, channels: 3, baseChannels: 4 };
const mlp = { dim: 2, hidden: [16], timeWidth: 8 };

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'diffgan-sample-'));
  const sizes = { channelMultipliers: [1], blocksPerLevel: 1, attentionResolutions: [] };
  const models = {
    points: mlpDenoiser({ kind: 'mlp-denoiser', ...mlp, classes: 3, nullClass: true }, { key: key(1) }),
    classifier: mlpClassifier({ kind: 'mlp-classifier', ...mlp, classes: 3 }, { key: key(2) }),
    images: ddpmUnet({ kind: 'ddpm-unet', ...image, ...sizes }, { key: key(3) }),
    learned: ddpmUnet({ kind: 'ddpm-unet', ...image, ...sizes, learnedVariance: true }, { key: key(3) }),
    moved: ddpmUnet({ kind: 'ddpm-unet', ...image, ...sizes, classes: 2, augmentationLabels: true }, { key: key(3) }),
    vdm: vdmDenoiser({ kind: 'vdm-denoiser', ...image, blocks: 1 }, { key: key(4) }),
  };
  // as its last layer starts at zero
  const weights = models.classifier.getWeights();
  const random = weights.map(({ shape }) => normal(key(5), shape));
  models.classifier.setWeights(random);
  tf.dispose(random);
  for (const [name, model] of Object.entries(models)) {
    await saveModel(at(name), model);
    model.dispose();
  }
});
afterAll(() => rm(home, { recursive: true }));

/** A copy of a network with another last kernel, which starts at zero. */
async function saveCopy(of: string, to: string, value: (index: number) => number): Promise<void> {
  const model = await loadModel(at(of));
  const kernel = model.trainableWeights.at(-2)!;
  const shape = kernel.shape as number[];
  const changed = tf.tensor(
    Float32Array.from({ length: tf.util.sizeFromShape(shape) }, (_, i) => value(i)),
    shape,
  );
  kernel.write(changed);
  changed.dispose();
  await saveModel(at(to), model);
  model.dispose();
}

const silent = { write: () => true, isTTY: false } as unknown as NodeJS.WriteStream;

/** The command with its result kept from stdout. */
const draw = (flags: Partial<SampleFlags> & { from: string }) => {
  const usual = { count: 2, seed: 0, workers: 1, backend: 'cpu', out: at('out') };
  const options = sampleOptions({ ...usual, ...(flags.seeds !== undefined && { count: undefined }), ...flags });
  return sample(options, new Terminal(true, silent), new AbortController().signal);
};

async function arrays(path: string) {
  const file = await openNpz(path);
  const names = Object.keys(file.entries);
  const read = await Promise.all(names.map(async (name) => [name, await file.read(name)] as const));
  await file.close();
  return Object.fromEntries(read);
}

describe('diffgan sample', () => {
  it('draws labelled points with guidance, and seeds one by one', async () => {
    const guided = { labels: '2,0', guidanceScale: 1.5, format: 'csv,npz,grid', out: at('labelled') };
    const ddim = { from: at('points'), schedule: 'linear:50', sampler: 'ddim', steps: 5 };
    const result = await draw({ ...ddim, ...guided, seeds: '5,6,5' });
    expect(result).toMatchObject({ count: 3, seed: [5, 6, 5], files: ['points.csv', 'samples.npz', 'points.svg'] });
    expect(result.sampling).toMatchObject({ sampler: 'ddim', steps: 5, guidance: 0.5, labels: [2, 0] });
    const { arr_0, arr_1 } = await arrays(at('labelled/samples.npz'));
    expect(arr_0.shape).toEqual([3, 2]);
    expect(arr_1.data).toEqual(BigInt64Array.of(2n, 0n, 2n));
    const points = arr_0.data as Float32Array;
    expect(points.slice(4)).toEqual(points.slice(0, 2)); // the same seed and label
    expect(points[2]).not.toBe(points[0]);
    const lines = (await readFile(at('labelled/points.csv'), 'utf8')).trim().split('\n');
    expect(lines[0]).toBe('x0,x1,label');
    expect(lines[1].split(',').map((value) => Math.fround(Number(value)))).toEqual([...points.slice(0, 2), 2]);
    expect(await readFile(at('labelled/points.svg'), 'utf8')).toMatch(/^<svg/);
  });

  it('moves earlier samples aside, those of a run that was killed too, and nothing else', async () => {
    const how = {
      from: at('points'),
      schedule: 'linear:50',
      sampler: 'ddim',
      steps: 3,
      format: 'csv',
      out: at('again'),
    };
    await draw(how);
    await draw(how);
    const left = JSON.parse(await readFile(at('again/sample.json'), 'utf8')) as object;
    await writeFile(at('again/sample.json'), JSON.stringify({ ...left, count: 0, files: [] }));
    await writeFile(at('again/points.csv.4194303-abc.tmp'), 'x0,x1');
    await draw(how);
    expect((await readdir(at('again-2'))).sort()).toEqual(['points.csv', 'sample.json']);
    expect((await readdir(at('again'))).sort()).toEqual(['points.csv', 'sample.json']);
    await writeFile(at('again/mine.txt'), '');
    await expect(draw(how)).rejects.toThrow(/again has earlier samples beside mine\.txt.*--out/);
    await mkdir(at('photos/images'), { recursive: true });
    await expect(draw({ ...how, out: at('photos') })).rejects.toThrow(/photos has images without the sample\.json/);
    expect(await readdir(at('photos'))).toEqual(['images']);
  });

  it('leaves its own source where it is', async () => {
    await cp(at('points'), at('source'), { recursive: true });
    const how = {
      from: at('source'),
      schedule: 'linear:50',
      sampler: 'ddim',
      steps: 3,
      format: 'csv',
      out: at('source'),
    };
    await draw(how);
    await expect(draw(how)).rejects.toThrow(/source has earlier samples beside config\.json, model\.safetensors/);
    await draw({ ...how, out: at('elsewhere') });
  });

  it('draws sample i from seed and number alone', async () => {
    const how = { from: at('points'), schedule: 'linear:50', sampler: 'ddim', steps: 5, format: 'npz', labels: '1' };
    await draw({ ...how, count: 7, batch: 7, out: at('seven') });
    await draw({ ...how, count: 5, batch: 2, out: at('five') });
    const [seven, five] = await Promise.all(['seven', 'five'].map((name) => arrays(at(`${name}/samples.npz`))));
    expect(five.arr_0.shape).toEqual([5, 2]);
    expect(five.arr_0.data).toBeAllClose((seven.arr_0.data as Float32Array).slice(0, 10), { rtol: 1e-5, atol: 1e-5 });
  });

  it('is guided by a classifier, which tells the labels', async () => {
    const how = { from: at('points'), schedule: 'linear:50', sampler: 'ddim', steps: 3, format: 'npz' };
    await draw({ ...how, out: at('unguided') });
    await draw({ ...how, classifier: at('classifier'), guidance: 3, out: at('guided') });
    const [plain, guided] = await Promise.all(['unguided', 'guided'].map((name) => arrays(at(`${name}/samples.npz`))));
    expect(guided.arr_1).toEqual(plain.arr_1);
    expect(guided.arr_0.data).not.toEqual(plain.arr_0.data);
  });

  it.each(['runs/early', 'runs/early:', ':2', 'runs/early:-1', 'runs/early:x'])('refuses --autoguidance %s', (text) => {
    expect(() => draw({ from: at('points'), autoguidance: text })).toThrow(/such as runs\/early:2/);
  });

  it('is led away from a worse model: at s = 1 not, beyond it as far as s says', async () => {
    await saveCopy('points', 'worse', (i) => Math.sin(i));
    const how = { from: at('points'), schedule: 'linear:50', sampler: 'ddim', steps: 3, format: 'npz' };
    await draw({ ...how, out: at('alone') });
    for (const s of [1, 2]) await draw({ ...how, autoguidance: `${at('worse')}:${s}`, out: at(`led-${s}`) });
    const [alone, one, two] = await Promise.all(
      ['alone', 'led-1', 'led-2'].map(async (name) => (await arrays(at(`${name}/samples.npz`))).arr_0.data),
    );
    expect(one).toBeAllClose(alone as Float32Array, { rtol: 1e-5, atol: 1e-5 });
    expect(two).not.toBeAllClose(alone as Float32Array, { rtol: 1e-2, atol: 1e-2 });
    const { sampling } = JSON.parse(await readFile(at('led-2/sample.json'), 'utf8')) as { sampling: object };
    expect(sampling).toMatchObject({ autoguidance: 2 });
  });

  it.each([
    ['ddpm', { from: 'images', sampler: 'ddpm' }],
    ['a learned variance', { from: 'learned', sampler: 'ddpm' }],
    ['ddim without the learned variance', { from: 'learned', sampler: 'ddim', eta: 0.5 }],
    ['labels and augmentation', { from: 'moved', sampler: 'ddim', labels: '1' }],
    ['euler', { from: 'images', sampler: 'euler' }],
    ['heun', { from: 'images', sampler: 'heun', clip: false }],
    ['dpm-solver', { from: 'images', sampler: 'dpm-solver' }],
    ['vdm', { from: 'vdm', schedule: undefined }],
  ])('draws images with %s', async (name, { from, ...flags }) => {
    const out = at(`images of ${name}`);
    await draw({ schedule: 'linear:20', steps: 3, format: 'npz,gif', ...flags, from: at(from), out });
    expect((await arrays(join(out, 'samples.npz'))).arr_0.shape).toEqual([2, 8, 8, 3]);
    const gif = (await readFile(join(out, 'chain.gif'))).toString('latin1');
    expect(gif.split('!\u00f9\u0004')).toHaveLength(1 + 3); // a frame for each step
    expect((await readdir(out)).sort()).toEqual(['chain.gif', 'sample.json', 'samples.npz']);
  });

  it.each([
    ['trailing', { sampler: 'ddim', steps: 2, spacing: 'trailing' }, [10, 20]],
    ['leading with an offset', { sampler: 'ddpm', steps: 2, spacing: 'leading+1' }, [2, 12]],
    ['a list', { sampler: 'ddim', spacing: '1,7,20' }, [1, 7, 20]],
    ['the formula of a solver and a list', { sampler: 'dpm-solver', solver: 'heun', spacing: '1,7,20' }, [1, 7, 20]],
    ['the list of a solver', { sampler: 'dpm-solver', order: 3, spacing: '1,7,20' }, [1, 7, 20]],
  ])('draws with %s as its steps', async (_, flags, steps) => {
    await saveCopy('images', 'lively', (i) => 0.1 * Math.sin(i));
    const few = await draw({ ...flags, from: at('lively'), schedule: 'linear:20', format: 'npz', out: at('spaced') });
    expect(few.sampling).toMatchObject(flags);
    const { arr_0: one } = await arrays(join(at('spaced'), 'samples.npz'));
    const named = { ...flags, steps: undefined, spacing: steps.join(',') };
    await draw({ ...named, from: at('lively'), schedule: 'linear:20', format: 'npz', out: at('listed') });
    expect((await arrays(join(at('listed'), 'samples.npz'))).arr_0).toEqual(one);
    const all = { sampler: flags.sampler, from: at('lively'), schedule: 'linear:20', format: 'npz', out: at('all') };
    await draw(all);
    expect((await arrays(join(at('all'), 'samples.npz'))).arr_0).not.toEqual(one);
  });

  it.each(['euler', 'euler-ancestral', 'heun', 'dpm-solver', 'unipc'])(
    'draws with the sigmas of %s',
    async (sampler) => {
      const flags = { sampler, sigmas: '20,5,1,0', from: at('images'), schedule: 'linear:20', format: 'npz' };
      const { sampling } = await draw({ ...flags, out: at('sigmas') });
      expect(sampling).toMatchObject({ sampler, sigmas: [20, 5, 1, 0] });
      await draw({
        sampler,
        steps: 3,
        spacing: 'karras',
        from: at('images'),
        schedule: 'linear:20',
        out: at('karras'),
      });
    },
  );

  it.each(['ddpm', 'ddim', 'euler', 'heun', 'dpm-solver', 'unipc'])(
    'writes nothing with the sampler %s when a weight overflows the network, and says which step and network',
    async (sampler) => {
      await saveCopy('images', 'overflowing', () => 3e38);
      const flags = { from: at('overflowing'), schedule: 'linear:20', sampler, steps: 4, format: 'png,npz,grid' };
      await expect(draw({ ...flags, out: at('none') })).rejects.toMatchObject({
        name: 'NotFiniteError',
        message: expect.stringMatching(
          /the network ddpm-unet returned NaN or infinite numbers at step t = 4/,
        ) as string,
      });
      expect(await readdir(at('none'))).toEqual([]);
    },
  );

  it('refuses a network with a weight that is not finite, naming the tensor', async () => {
    await saveCopy('images', 'spoiled', (i) => (i === 3 ? NaN : 0));
    await expect(draw({ from: at('spoiled'), schedule: 'linear:20', out: at('nothing') })).rejects.toThrow(
      /holds numbers that are not finite \(NaN at 3 of/,
    );
    expect(await readdir(home)).not.toContain('nothing');
  });

  const linear = { schedule: 'linear:20' };
  it.each([
    ['a folder without a network', { from: '' }, /holds no network to draw from/],
    ['a classifier', { from: 'classifier' }, /mlp-classifier, from which nothing can be drawn/],
    ['a schedule that nobody told', { from: 'images' }, /--schedule linear:1000/],
    ['an unknown schedule', { from: 'images', schedule: 'round:9' }, /--schedule round:9: .*cosine/],
    ['too many steps', { from: 'images', ...linear, steps: 21 }, /steps is 21; .* from 1 to 20/],
    ['steps of a generator', { from: 'shipped', steps: 2 }, /trained for 4 steps and no others/],
    ['a generator as denoiser', { from: 'shipped', sampler: 'ddim' }, /has the sampler ddgan, not ddim/],
    [
      'eta of another sampler',
      { from: 'images', ...linear, eta: 1 },
      /eta belongs to the sampler ddim, .* not to ddpm/,
    ],
    [
      'guidance without labels',
      { from: 'images', ...linear, guidance: 2 },
      /guidance needs a network that takes labels/,
    ],
    [
      'autoguidance by nothing',
      { from: 'images', ...linear, autoguidance: '/nowhere:2' },
      /\/nowhere holds no network/,
    ],
    [
      'autoguidance by a generator',
      { from: 'images', ...linear, autoguidance: 'shipped:2' },
      /trained on another noise|generator/,
    ],
    ['guidance without a null label', { from: 'moved', ...linear, guidance: 2 }, /nullClass/],
    ['PNG files of points', { from: 'points', ...linear, format: 'png' }, /the samples are points; use csv/],
    ['points of images', { from: 'images', ...linear, format: 'csv' }, /the samples are images; use png/],
    ['order of another sampler', { from: 'images', ...linear, order: 2 }, /order belongs to the sampler dpm-solver/],
    ['sigmas of another sampler', { from: 'images', ...linear, sigmas: '3,0' }, /sigmas belong to the samplers euler/],
    [
      'sigmas beside steps',
      { from: 'images', ...linear, sampler: 'heun', steps: 2, sigmas: '3,0' },
      /leave out steps and spacing/,
    ],
    [
      'a grid of σ for whole steps',
      { from: 'images', ...linear, steps: 2, spacing: 'karras' },
      /karras is for euler.*; ddpm asks its network at whole steps/,
    ],
    ['a spacing of nothing', { from: 'images', ...linear, spacing: 'trailing' }, /needs a number of steps/],
    ['a list and a number', { from: 'images', ...linear, steps: 2, spacing: '1,2' }, /leave out the number/],
    ['a list that falls', { from: 'images', ...linear, spacing: '3,2' }, /step 2 of the list is 2/],
    ['spacing of a generator', { from: 'shipped', steps: 4, spacing: 'trailing' }, /the sampler ddgan has no spacing/],
    ['an unknown label', { from: 'points', ...linear, labels: '3' }, /label is 3; .* from 0 to 2/],
    [
      'a classifier that is none',
      { from: 'points', ...linear, classifier: 'images' },
      /give the folder of a classifier/,
    ],
  ])('refuses %s before it writes', async (_, { from, ...flags }, message) => {
    const classifier = 'classifier' in flags ? { classifier: at(flags.classifier) } : {};
    const given = { ...flags, ...classifier, from: from === 'shipped' ? from : at(from), out: at('refused') };
    await expect(draw(given)).rejects.toMatchObject({
      name: 'UsageError',
      message: expect.stringMatching(message) as string,
    });
    expect(await readdir(home)).not.toContain('refused');
  });
});

describe('sampleOptions', () => {
  const flags = { from: 'x', seed: 0, workers: 1, out: 'y' };
  it.each([
    [{ count: 0 }, /--count is 0/],
    [{ batch: 1.5 }, /--batch is 1.5/],
    [{ workers: 0 }, /--workers is 0/],
    [{ seed: -1 }, /--seed is -1/],
    [{ seeds: '1,x' }, /--seeds is 1,x; write whole numbers/],
    [{ seeds: '1,2', count: 3 }, /--count is 3, but --seeds has 2/],
    [{ sampler: 'ddmp' }, /--sampler is ddmp; it must be one of ddgan, ddpm/],
    [{ format: 'png,jpg' }, /--format is jpg; it must be one of png, grid/],
    [{ guidance: 1, guidanceScale: 2 }, /say the same/],
    [{ eta: 2 }, /--eta is 2/],
    [{ order: 4 }, /--order is 4; it must be 1, 2 or 3/],
    [{ solver: 'rk4' }, /--solver is rk4; it must be one of midpoint, heun/],
    [{ spacing: 'tight' }, /--spacing is tight; it must be one of uniform, quadratic, leading, trailing/],
    [{ sigmas: '1,2' }, /--sigmas is 1,2; write at least two falling noise levels/],
    [{ sigmas: '1,x' }, /--sigmas is 1,x/],
  ])('refuses %j', (given, message) => {
    expect(() => sampleOptions({ ...flags, ...given })).toThrow(message);
  });
});

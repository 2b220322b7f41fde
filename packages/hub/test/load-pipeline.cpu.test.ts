import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import * as tf from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FileFormatError } from '@diffgan/files';
import {
  type DirectoryHandle,
  gammaToSafetensors,
  loadPipeline,
  MissingScheduleError,
  modelDiffusionJson,
  modelNames,
  PipelineError,
} from '@diffgan/hub';
import { gammaNetwork } from '@diffgan/objectives';
import { key, normal, run } from '@diffgan/ops';
import { cosineSchedule, linearSchedule } from '@diffgan/schedule';
import { mlpClassifier, mlpDenoiser, saveModel, vdmDenoiser } from '@diffgan/unet';

let home: string;
const at = (name: string) => join(home, name);
const mlp = { dim: 2, hidden: [8], timeWidth: 4 };
const runConfig = { command: 'train', task: 'ddpm', schedule: { name: 'linear', steps: 20 } };
const sampling = { sampler: 'ddim', steps: 4 } as const;

/** As the last layer of a network starts at zero. */
function randomise(model: LayersModel): void {
  const weights = model.getWeights().map(({ shape }) => normal(key(5), shape));
  model.setWeights(weights);
  tf.dispose(weights);
}

async function write(file: string, json: object | string): Promise<void> {
  await mkdir(dirname(at(file)), { recursive: true });
  await writeFile(at(file), typeof json === 'string' ? json : JSON.stringify(json));
}

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'diffgan-hub-'));
  const denoiser = mlpDenoiser({ kind: 'mlp-denoiser', ...mlp }, { key: key(1) });
  const slower = mlpDenoiser({ kind: 'mlp-denoiser', ...mlp }, { key: key(2) });
  const classifier = mlpClassifier({ kind: 'mlp-classifier', ...mlp, classes: 3 });
  const vdm = vdmDenoiser({ kind: 'vdm-denoiser', imageSize: 4, channels: 1, baseChannels: 4, blocks: 1 });
  randomise(slower);
  await saveModel(at('ddpm/denoiser'), denoiser);
  await saveModel(at('ddpm/denoiser@0.99'), slower);
  await write('ddpm/config.json', { ...runConfig, sampling });
  await saveModel(at('classifier'), classifier);
  await saveModel(at('learned/denoiser'), denoiser);
  await write('learned/config.json', { task: 'vdm', sampling: { sampler: 'vdm', steps: 3 } });
  const gammaConfig = { name: 'gamma', hidden: 8, gamma0: -8, gamma1: 6 } as const;
  const gamma = gammaNetwork(gammaConfig);
  await write('learned/gamma/config.json', gammaConfig);
  await writeFile(at('learned/gamma/model.safetensors'), await gammaToSafetensors(gamma));
  await saveModel(at('vdm'), vdm);
  [denoiser, slower, classifier, gamma, vdm].forEach((model) => model.dispose());
});
afterAll(() => rm(home, { recursive: true }));

const draw = async (pipeline: Awaited<ReturnType<typeof loadPipeline>>) => {
  const samples = await run(pipeline.sample({ count: 2, key: key(3) }));
  const values = await samples.data();
  samples.dispose();
  pipeline.dispose();
  return [...values];
};

describe('a network alone, with diffusion.json beside it', () => {
  const stored = async (name: string, diffusion: object | string) => {
    const model = mlpDenoiser({ kind: 'mlp-denoiser', ...mlp }, { key: key(1) });
    await saveModel(at(name), model);
    model.dispose();
    await write(`${name}/diffusion.json`, diffusion);
    return at(name);
  };

  it('is drawn from as that says, and fewer steps are spaced as it says', async () => {
    const json = modelDiffusionJson({
      ...{ schedule: 'cosine:20', spacing: 'leading+1' },
      sampling: { sampler: 'ddim', predicts: 'v', clip: false },
    });
    const folder = await stored('told', json);
    const whole = await loadPipeline(folder);
    const { alphaBar } = cosineSchedule(20);
    expect(whole.sampling).toEqual({ sampler: 'ddim', predicts: 'v', clip: false });
    expect((whole.schedule as { alphaBar: Float64Array }).alphaBar).toEqual(alphaBar);
    const thinned = await loadPipeline(folder, { sampling: { steps: 5 } });
    expect(thinned.sampling).toMatchObject({ steps: 5, spacing: 'leading+1' });
    const asked = await loadPipeline(folder, {
      sampling: { steps: 5, spacing: 'trailing' },
      schedule: linearSchedule(30),
    });
    expect(asked.sampling).toMatchObject({ predicts: 'v', spacing: 'trailing' });
    expect((asked.schedule as { steps: number }).steps).toBe(30);
    [whole, thinned, asked].forEach((pipeline) => pipeline.dispose());
  });

  it('may have betas of its own', async () => {
    const schedule = [0.1, 0.2, 0.3];
    const folder = await stored(
      'betas',
      modelDiffusionJson({ schedule, sampling: { sampler: 'ddim', predicts: 'x0' } }),
    );
    const pipeline = await loadPipeline(folder);
    expect([...(pipeline.schedule as { beta: Float64Array }).beta]).toEqual(schedule);
    pipeline.dispose();
  });

  it.each([
    ['not JSON', '{', /diffusion\.json is not JSON/],
    ['no schedule', { sampling: { sampler: 'ddim' } }, /a schedule or betas, and not both; diffusion\.json says so/],
    ['another schedule', { schedule: 'odd:3', sampling: { sampler: 'ddim' } }, /called 'odd'.*diffusion\.json says so/],
    ['another sampler', { schedule: 'vp:4', sampling: { sampler: 'odd' } }, /sampling\.sampler is "odd"/],
  ])('is refused with %s', async (name, diffusion, message) => {
    await expect(loadPipeline(await stored(name, diffusion))).rejects.toThrow(PipelineError);
    await expect(loadPipeline(at(name))).rejects.toThrow(message);
  });
});

describe('loadPipeline finds a model', () => {
  it('in the folder of a run, by path, by URL and by the handle of a folder', async () => {
    const pipeline = await loadPipeline(at('ddpm'));
    expect(pipeline.sampling).toEqual(sampling);
    expect(pipeline.schedule).toMatchObject({ name: 'linear', steps: 20 });
    expect(pipeline.card).toBeUndefined();
    const samples = await draw(pipeline);
    expect(await draw(await loadPipeline(pathToFileURL(at('ddpm'))))).toEqual(samples);
    expect(await draw(await loadPipeline(handleOf('ddpm')))).toEqual(samples);
  });

  it('among the files that were picked in a page', async () => {
    const picked = async (paths: string[], inside: string) =>
      Promise.all(
        paths.map(async (path) => {
          const file = new File([await readFile(at(`ddpm/${path}`))], path.split('/').at(-1)!);
          return Object.assign(file, { webkitRelativePath: `${inside}${path}` });
        }),
      );
    const files = ['config.json', 'denoiser/config.json', 'denoiser/model.safetensors'];
    const samples = await draw(await loadPipeline(at('ddpm')));
    expect(await draw(await loadPipeline(await picked(files, 'mine/')))).toEqual(samples);
    const alone = await picked(files.slice(1), 'denoiser/');
    const flat = alone.map((file) => Object.assign(file, { webkitRelativePath: '' }));
    expect(await draw(await loadPipeline(flat, { schedule: linearSchedule(20), sampling }))).toEqual(samples);
    await expect(loadPipeline(await picked(files.slice(0, 2), 'mine/'))).rejects.toThrow(
      'mine: denoiser/model.safetensors is not among them; pick the whole folder of the model',
    );
  });

  it.each([
    ['fashion-mnist-ddgan', { sampler: 'ddgan' }],
    ['fashion-mnist-ddpm', { sampler: 'ddim', steps: 25, guidance: 1 }],
    ['fashion-mnist-ddpm-4', { predicts: 'x0', sampler: 'ddpm', steps: 4 }],
    ['fashion-mnist-distil', { sampler: 'ddgan' }],
    ['gaussians25-ddgan', { sampler: 'ddgan' }],
  ])('of %s in half precision', async (name, how) => {
    const [pipeline, half] = [await loadPipeline(name), await loadPipeline(name, { dtype: 'float16' })];
    expect(half.sampling).toEqual(how);
    const weights = ({ networks }: typeof half) => {
      const network = 'generator' in networks ? networks.generator : networks.denoiser;
      return (network as LayersModel).weights.map((weight) => weight.read());
    };
    const [whole, rounded] = [weights(pipeline), weights(half)];
    for (const [i, weight] of whole.entries())
      expect(await rounded[i].data()).toBeAllClose(await weight.data(), { rtol: 2 ** -11, atol: 2 ** -25 });
    pipeline.dispose();
    half.dispose();
  });

  it('with other averages, another sampler', async () => {
    const first = await draw(await loadPipeline(at('ddpm')));
    expect(await draw(await loadPipeline(at('ddpm'), { network: 'denoiser@0.99' }))).not.toEqual(first);
    const pipeline = await loadPipeline(at('ddpm'), { sampling: { sampler: 'euler' } });
    expect(pipeline.sampling).toEqual({ sampler: 'euler' }); // the steps were those of ddim
    pipeline.dispose();
  });

  it('that learned its schedule', async () => {
    const pipeline = await loadPipeline(at('learned'));
    const gamma = pipeline.schedule as (t: number) => number;
    expect([gamma(0), gamma(1)]).toEqual([-8, 6]);
    expect(await draw(pipeline)).toHaveLength(4);
  });

  it('of a network alone, whose schedule is given or its own', async () => {
    const schedule = linearSchedule(20);
    const pipeline = await loadPipeline(at('ddpm/denoiser'), { schedule, sampling });
    expect(await draw(pipeline)).toEqual(await draw(await loadPipeline(at('ddpm'))));
    const vdm = await loadPipeline(at('vdm'));
    expect(vdm.sampling).toEqual({ sampler: 'vdm' });
    vdm.dispose();
  });

  it('by its name', async () => {
    for (const name of modelNames) {
      const pipeline = await loadPipeline(name);
      expect(pipeline.card).toMatch(/^# Model card/);
      pipeline.dispose();
    }
  });

  it('to be guided by a classifier, which stays the caller’s', async () => {
    const classifier = mlpClassifier({ kind: 'mlp-classifier', ...mlp, classes: 3 });
    const pipeline = await loadPipeline(at('ddpm'), { classifier });
    expect(pipeline.labels).toEqual(['0', '1', '2']);
    pipeline.dispose();
    expect(tf.memory().numTensors).toBeGreaterThan(0);
    classifier.dispose();
  });
});

describe('loadPipeline refuses', () => {
  const wrongRun = (changes: object) => ({ 'wrong/config.json': { ...runConfig, sampling, ...changes } });
  it.each([
    ['a classifier', 'classifier', {}, PipelineError, /holds a mlp-classifier, from which nothing can be drawn/],
    ['a network without a schedule', 'ddpm/denoiser', {}, MissingScheduleError, /does not tell the noise schedule/],
    ['a folder without files', 'nothing', {}, Error, /nothing\/config\.json: there is no such file/],
    ['what is no JSON', 'wrong', { 'wrong/config.json': '{' }, PipelineError, /config\.json is not JSON/],
    ['what describes nothing', 'wrong', { 'wrong/config.json': { command: 'quickstart' } }, PipelineError, /neither/],
    ['an unknown task', 'wrong', wrongRun({ task: 'classifier' }), PipelineError, /is the run of a classifier/],
    [
      'an endless schedule',
      'wrong',
      wrongRun({ schedule: { name: 'linear', steps: 1e12 } }),
      PipelineError,
      /schedule\.steps is 1000000000000; it must be an integer from 1 to 100000; config\.json says so/,
    ],
    ['an unknown schedule', 'wrong', wrongRun({ schedule: { name: 'round', steps: 2 } }), PipelineError, /cosine/],
    [
      'no schedule',
      'wrong',
      wrongRun({ schedule: null }),
      PipelineError,
      /schedule is null; it must be an object whose name is one of/,
    ],
    [
      'labels that are none',
      'wrong',
      wrongRun({ sampling: { sampler: 'ddim', labels: 'all' } }),
      PipelineError,
      /sampling\.labels is "all"; it must be a list/,
    ],
    [
      'no sampling',
      'wrong',
      wrongRun({ sampling: undefined }),
      PipelineError,
      /sampling is missing; it must be an object/,
    ],
    ['a missing network', 'wrong', wrongRun({}), Error, /denoiser\/config\.json: there is no such file/],
    [
      'a hostile gamma',
      'wrong',
      { ...wrongRun({ task: 'vdm' }), 'wrong/gamma/config.json': { name: 'gamma', hidden: 1e9 } },
      PipelineError,
      /gamma\.hidden is 1000000000; it must be an integer from 1 to 16384/,
    ],
    [
      'a gamma of another network',
      'learned',
      { 'learned/gamma/config.json': { name: 'gamma', hidden: 9 } },
      PipelineError,
      /does not hold the noise schedule/,
    ],
    [
      'a network that is none',
      'wrong',
      { ...wrongRun({}), 'wrong/denoiser/config.json': { kind: 'house' } },
      FileFormatError,
      /denoiser\/config\.json describes no network.*house/,
    ],
    [
      'weights of another network',
      'wrong',
      {
        ...wrongRun({}),
        'wrong/denoiser/config.json': { kind: 'mlp-denoiser', ...mlp, hidden: [9] },
        'wrong/denoiser/model.safetensors': '1234567890',
      },
      FileFormatError,
      /model\.safetensors/,
    ],
  ] as const)('%s', async (_, source, files: Record<string, object | string>, kind, message) => {
    for (const [file, json] of Object.entries(files)) await write(file, json);
    const loading = loadPipeline(at(source));
    await expect(loading).rejects.toThrow(kind);
    await expect(loading).rejects.toThrow(message);
    await rm(at('wrong'), { recursive: true, force: true });
  });

  it('to go on when it is aborted', async () => {
    const signal = AbortSignal.abort(new Error('enough'));
    await expect(loadPipeline(at('ddpm'), { signal })).rejects.toThrow('enough');
  });
});

/** A folder as a browser hands it to a page. */
const handleOf = (path: string): DirectoryHandle => ({
  name: path,
  getDirectoryHandle: (name) => Promise.resolve(handleOf(join(path, name))),
  getFileHandle: (name) => Promise.resolve({ getFile: async () => new Blob([await readFile(at(join(path, name)))]) }),
});

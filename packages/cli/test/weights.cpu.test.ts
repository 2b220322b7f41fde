import { spawnSync } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { FileFormatError, readSafetensors, writeSafetensors } from '@diffgan/files';
import { UsageError } from '@diffgan/runs/errors';
import { program } from '../src/program/program.ts';
import { conversionLine } from '../src/weights/import-source.ts';
import type { WeightsResult } from '../src/weights/options.ts';
import { diffgan } from './diffgan.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const golden = (name: string) => join(root, 'packages/unet/test/golden', name); // made by the Python libraries themselves
let home: string;
let foreign: string;
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'diffgan-weights-'));
  foreign = join(home, 'pipeline', 'unet');
  await mkdir(foreign, { recursive: true });
  await writeFile(join(home, 'pipeline', 'model_index.json'), '{}');
  await copyFile(golden('diffusers-cifar10.json'), join(foreign, 'config.json'));
  await copyFile(golden('diffusers-cifar10.safetensors'), join(foreign, 'diffusion_pytorch_model.safetensors'));
});
afterAll(() => rm(home, { recursive: true }));

const resultOf = async (...args: string[]): Promise<WeightsResult> => {
  const { code, stdout, stderr } = await diffgan([...args, '--json']);
  expect(stderr).not.toContain('Error');
  expect(code).toBe(0);
  return JSON.parse(stdout) as WeightsResult;
};

test('a pipeline of diffusers comes in and goes out again unchanged', async () => {
  const [model, out] = [join(home, 'model'), join(home, 'out')];
  const imported = await resultOf('import', join(home, 'pipeline'), model);
  expect(imported).toEqual({ folder: model, kind: 'ddpm-unet', parameters: 36787, layout: 'diffusers' });
  expect((await readdir(model)).sort()).toEqual(['config.json', 'model.safetensors']);
  expect(await resultOf('export', model, out)).toEqual({ ...imported, folder: out });
  const [before, after] = await Promise.all(
    [foreign, out].map(async (dir) =>
      readSafetensors(await readFile(join(dir, 'diffusion_pytorch_model.safetensors'))),
    ),
  );
  expect(after.tensors).toEqual(before.tensors);
  expect(JSON.parse(await readFile(join(out, 'config.json'), 'utf8'))).toMatchObject({
    block_out_channels: [4, 8, 8, 8],
  });
});

test('a file in several parts, its network told by --config, its layout by its names', async () => {
  const { tensors } = readSafetensors(await readFile(join(foreign, 'diffusion_pytorch_model.safetensors')));
  const names = Object.keys(tensors);
  const dir = join(home, 'parts');
  await mkdir(dir);
  const map: Record<string, string> = {};
  for (const [i, part] of [names.slice(0, 50), names.slice(50)].entries()) {
    part.forEach((name) => (map[name] = `part-${i}.safetensors`));
    const held = Object.fromEntries(part.map((name) => [`${name}`, tensors[name]]));
    await writeFile(join(dir, `part-${i}.safetensors`), writeSafetensors(held));
  }
  const index = join(dir, 'model.safetensors.index.json');
  await writeFile(index, JSON.stringify({ weight_map: map }));
  const out = join(home, 'from-parts');
  const { layout } = await resultOf('import', index, out, '--config', join(foreign, 'config.json'));
  expect(layout).toBe('diffusers');
  expect(await resultOf('import', out, join(home, 'again'))).toMatchObject({ layout: 'native', parameters: 36787 });
});

test.each(['_orig_mod.', 'model.', 'unet.', 'module._orig_mod.'])(
  'weights that a wrapper called %s…',
  async (prefix) => {
    const { tensors } = readSafetensors(await readFile(join(foreign, 'diffusion_pytorch_model.safetensors')));
    const dir = await mkdtemp(join(home, 'wrapped-'));
    await copyFile(join(foreign, 'config.json'), join(dir, 'config.json'));
    const wrapped = Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [`${prefix}${name}`, tensor]));
    await writeFile(join(dir, 'model.safetensors'), writeSafetensors(wrapped));
    const { folder, layout } = await resultOf('import', dir, join(dir, 'out'));
    await resultOf('import', foreign, join(dir, 'plain'));
    expect(layout).toBe('diffusers');
    const [own, plain] = await Promise.all(
      [folder, join(dir, 'plain')].map((at) => readFile(join(at, 'model.safetensors'))),
    );
    expect(readSafetensors(own).tensors).toEqual(readSafetensors(plain).tensors);
  },
);

test('the noise schedule beside a network of diffusers comes in with it', async () => {
  const pipeline = await mkdtemp(join(home, 'scheduled-'));
  await mkdir(join(pipeline, 'unet'));
  await mkdir(join(pipeline, 'scheduler'));
  for (const name of ['config.json', 'diffusion_pytorch_model.safetensors'])
    await copyFile(join(foreign, name), join(pipeline, 'unet', name));
  const scheduler = {
    _class_name: 'DDIMScheduler',
    beta_schedule: 'squaredcos_cap_v2',
    prediction_type: 'v_prediction',
    steps_offset: 1,
  };
  await writeFile(join(pipeline, 'scheduler', 'scheduler_config.json'), JSON.stringify(scheduler));
  await writeFile(join(pipeline, 'model_index.json'), '{}');
  const told = { sampling: { sampler: 'ddim', predicts: 'v', clip: true, rederiveEps: false }, spacing: 'leading+1' };
  for (const [i, source] of [pipeline, join(pipeline, 'unet')].entries()) {
    const { folder } = await resultOf('import', source, join(pipeline, `out-${i}`));
    const stored = JSON.parse(await readFile(join(folder, 'diffusion.json'), 'utf8')) as object;
    expect(stored).toEqual({ schedule: 'squaredcos_cap_v2:1000', ...told });
  }
  const given = ['--schedule', 'cosine:4000,positions=1000', '--variance', 'learnedRange'];
  const { folder } = await resultOf('import', pipeline, join(pipeline, 'out'), ...given);
  const stored = JSON.parse(await readFile(join(folder, 'diffusion.json'), 'utf8')) as object;
  expect(stored).toEqual({
    schedule: 'cosine:4000,positions=1000',
    sampling: { sampler: 'ddpm', variance: 'learnedRange' },
  });
  await writeFile(join(pipeline, 'scheduler', 'scheduler_config.json'), '{"beta_schedule":"odd"}');
  const ended = await diffgan(['import', pipeline, join(pipeline, 'never')]);
  expect([ended.code, ended.stderr]).toEqual([
    1,
    expect.stringMatching(/beta_schedule is "odd".*--schedule linear:1000/),
  ]);
});

describe('the line of Python for checkpoints', () => {
  /** Runs the line with modules in the places of torch and safetensors, which note what they are given, from a folder with others. */
  const convert = async (checkpoint: string, entry: string[]) => {
    const python = await mkdtemp(join(home, 'python-'));
    spawnSync('python3', ['-m', 'venv', '--without-pip', python]);
    const [version] = await readdir(join(python, 'lib'));
    const modules = join(python, 'lib', version, 'site-packages');
    const downloads = join(python, 'downloads');
    await mkdir(downloads);
    for (const name of ['torch', 'json']) await writeFile(join(downloads, `${name}.py`), 'raise SystemExit(66)\n');
    await mkdir(join(modules, 'safetensors'));
    await writeFile(
      join(modules, 'torch.py'),
      `class T:
    def detach(self): return self
    clone = contiguous = detach
is_tensor = lambda v: isinstance(v, T)
load = lambda path, map_location, weights_only: ${checkpoint}
`,
    );
    await writeFile(join(modules, 'safetensors', '__init__.py'), '');
    const save = 'def save_file(tensors, path): open(path, "w").write(",".join(tensors))\n';
    await writeFile(join(modules, 'safetensors', 'torch.py'), save);
    const line = conversionLine(join(downloads, 'net.pt'));
    const PATH = `${join(python, 'bin')}:${process.env.PATH}`;
    const ended = spawnSync('sh', ['-c', `${line} ${entry.join(' ')}`], {
      cwd: downloads,
      env: { ...process.env, PATH },
    });
    const written = await readFile(join(downloads, 'net.safetensors'), 'utf8').catch(() => undefined);
    return { code: ended.status, message: String(ended.stderr), written };
  };

  test('writes the tensors, or those of an entry', async () => {
    expect(await convert('{"a": T(), "step": 3}', [])).toMatchObject({ code: 0, written: 'a' });
    const several = '{"model": {"a": T(), "b": T()}, "ema": {"c": T()}, "step": 3}';
    expect(await convert(several, ['ema'])).toMatchObject({ code: 0, written: 'c' });
  });

  test('names the entries where there are no tensors, and writes nothing', async () => {
    const { code, message, written } = await convert('{"model": {"a": T()}, "ema": {}, "step": 3}', []);
    expect([code, written]).toEqual([1, undefined]);
    expect(message).toMatch(/no weights here but the entries model, ema, step; add the name of one/);
  });
});

describe('what cannot be done is said in one message', () => {
  /** What the command ends with, before it has started anything. */
  const failure = (...args: string[]): Promise<unknown> =>
    program(new AbortController().signal)
      .parseAsync(['import', ...args.slice(0, 1), join(home, 'never'), ...args.slice(1)], { from: 'user' })
      .catch((error: unknown) => error);

  test.each<[string, () => string[], RegExp]>([
    ['a missing file', () => [join(home, 'none')], /there is no file or folder .*none/],
    ['a folder without weights', () => [home], /holds no safetensors file/],
    ['a file of another kind', () => [join(foreign, 'config.json')], /config\.json is no safetensors file/],
    ['no configuration', () => [golden('diffusers-cifar10.safetensors')], /no config\.json beside .*--preset fashion/],
    [
      'an unknown preset',
      () => [foreign, '--preset', 'mnist'],
      /--preset is mnist; it must be one of fashion-mnist-tiny/,
    ],
    ['two descriptions', () => [foreign, '--preset', 'x', '--config', 'y'], /give one of them/],
    ['an unknown layout', () => [foreign, '--layout', 'keras'], /--layout is keras; it must be one of native/],
    [
      'names of no layout',
      () => [join(root, 'packages/files/test/golden/golden.safetensors'), '--preset', 'cifar10/denoiser'],
      /names of no layout that is known; say which it is with --layout/,
    ],
  ])('import: %s', async (_, args, message) => {
    const error = await failure(...args());
    expect(error).toBeInstanceOf(UsageError);
    expect((error as Error).message).toMatch(message);
    expect(await readdir(home)).not.toContain('never');
  });

  test('a configuration of something else', async () => {
    const error = await failure(foreign, '--config', golden('diffusers-cifar10.safetensors'));
    expect(error).toBeInstanceOf(FileFormatError);
    expect((error as Error).message).toMatch(/diffusers-cifar10\.safetensors does not describe a network/);
  });

  test('a checkpoint of PyTorch comes with the line that converts it', async () => {
    const checkpoint = join(home, 'my net.pth');
    await writeFile(checkpoint, 'PK');
    const error = await failure(checkpoint);
    await rm(checkpoint);
    expect(error).toBeInstanceOf(UsageError);
    expect((error as Error).message).toMatch(
      /python3 -I -c "import sys, torch; .*" ".*my net\.pth" ".*my net\.safetensors"/,
    );
  });

  test('weights that do not fit, with all that is wrong', async () => {
    const { code, stderr } = await diffgan(['import', foreign, join(home, 'never'), '--layout', 'openai', '--json']);
    expect(stderr).toMatch(/input_blocks\.0\.0\.weight is missing; .*conv_in\.weight is unknown/);
    expect(stderr).not.toMatch(/\n {4}at /); // no stack trace
    expect(code).toBe(1);
    expect(await readdir(home)).not.toContain('never');
  });

  test('export to a library that has no such network', async () => {
    const model = join(root, 'packages/weights/models/fashion-mnist-ddgan/generator');
    const ended = await diffgan(['export', model, join(home, 'never'), '--layout', 'diffusers']);
    expect(ended.code).toBe(1);
    expect(ended.stderr).toMatch(/kind is "ddgan-generator"; .*must be "ddpm-unet"/);
  });
});

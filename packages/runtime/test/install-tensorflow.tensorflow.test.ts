import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { cacheDir } from '@diffgan/files';
import { installTensorflow } from '@diffgan/runtime/node';
import { bindingOf, tfjsNodeFolder } from '../src/tfjs-node-folder.ts';

let root: string;
const real = dirname(tfjsNodeFolder(cacheDir()));
const copy = () => tfjsNodeFolder(join(root, 'cache'));

// A cache that holds a tfjs-node without a binding, and the TensorFlow that this suite runs on.
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'diffgan-equip-'));
  for (const part of ['node_modules', 'package/package.json', 'package/dist', 'package/binding'])
    cpSync(join(real, part), join(dirname(copy()), part), { recursive: true });
  const library = /\/.*libtensorflow_cc\.so\.2$/m.exec(readFileSync('/proc/self/maps', 'utf8'));
  const home = join(root, 'cache', `tensorflow-cpu-2.21.0-linux-${process.arch}`);
  mkdirSync(home, { recursive: true });
  symlinkSync(dirname(library?.[0] ?? ''), join(home, 'tensorflow'));
});
afterAll(() => {
  vi.unstubAllEnvs();
  rmSync(root, { recursive: true, force: true });
});

describe('installTensorflow', () => {
  it('compiles a binding that trains, and does nothing the second time', { timeout: 300_000 }, async () => {
    const options = { cacheDir: join(root, 'cache') };
    const steps: string[] = [];
    const first = await installTensorflow({ ...options, onProgress: ({ step }) => steps.push(step) });
    expect(first.native).toEqual({ ok: true, detail: expect.any(String) as string });
    expect(first).toMatchObject({ source: 'cache', version: expect.stringMatching(/^2\.\d+\.\d+$/) as string });
    expect([...new Set(steps)]).toEqual(['find', 'compile', 'verify', 'done']);

    const { mtimeMs } = statSync(first.binding);
    const again: string[] = [];
    const second = await installTensorflow({ ...options, onProgress: ({ step }) => again.push(step) });
    expect(second).toMatchObject({ source: 'present', tensorflow: first.tensorflow });
    expect(again).toEqual([]);
    expect(statSync(first.binding).mtimeMs).toBe(mtimeMs);

    rmSync(first.binding);
    const restored = await installTensorflow(options);
    expect(restored.source).toBe('cache');
  });

  it('does without the graph addon where there is no compiler, and says so in a line', async () => {
    const options = { cacheDir: join(root, 'cache') };
    await installTensorflow(options);
    const parts = dirname(bindingOf(copy()));
    rmSync(join(parts, 'diffgan_native.json'));
    for (const build of readdirSync(join(root, 'cache', 'bindings')))
      if (build.startsWith('native-')) rmSync(join(root, 'cache', 'bindings', build), { recursive: true });
    vi.stubEnv('PATH', '/nonexistent');
    vi.stubEnv('CXX', '/nonexistent/g++');
    const notes: string[] = [];
    const result = await installTensorflow({ ...options, onProgress: ({ message }) => notes.push(message) });
    expect(result).toMatchObject({ source: 'present', native: { ok: false } });
    expect(result.native.detail).toBe(
      'without the graph addon and op library, which is slower: there is no C++ compiler',
    );
    expect(notes).toContain(result.native.detail);
    expect(readdirSync(parts).filter((file) => file.startsWith('diffgan'))).toEqual([]);
  });
});

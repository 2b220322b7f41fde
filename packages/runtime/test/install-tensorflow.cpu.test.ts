import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { InstallError, type InstallOptions, installTensorflow } from '@diffgan/runtime/node';
import { findGpu } from '../src/node/find-gpu.ts';
import { tfjsNodeFolder } from '../src/tfjs-node-folder.ts';

let root: string;
let options: InstallOptions;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'diffgan-install-'));
  options = { cacheDir: join(root, 'cache'), python: join(root, 'python3') };
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(root, { recursive: true, force: true });
});

/** A program that plays Python: it says what it has, and how its pip behaves; it works only where the working folder has no say (`-I`). */
function pretendPython(found: object, pip = 'exit 1'): void {
  const script = `#!/bin/sh\n[ "$1" = -I ] || exit 99\nif [ "$2" = -c ]; then echo '${JSON.stringify({ version: '3.11.0', ...found })}'; exit; fi\n${pip}\n`;
  writeFileSync(join(root, 'python3'), script);
  chmodSync(join(root, 'python3'), 0o755);
}

async function failure(): Promise<InstallError> {
  const error = await installTensorflow(options).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(InstallError);
  expect((error as InstallError).message).toContain('"wasm"');
  return error as InstallError;
}

describe('installTensorflow', () => {
  it('says when there is no Python', async () => {
    expect((await failure()).message).toMatch(/python3 is not installed\. Install Python/);
  });

  it('says when Python has no pip', async () => {
    pretendPython({ pip: null });
    expect((await failure()).message).toMatch(/has no pip\. Install it .*python3-pip/);
  });

  it.each([
    ['the network is away', 'NewConnectionError: Name or service not known', /does not reach its package index/],
    ['the disk is full', 'OSError: [Errno 28] No space left on device', /disk is full\. .*DIFFGAN_CACHE/],
    ['there is no wheel', 'ERROR: No matching distribution found for tensorflow-cpu', /no TensorFlow wheel for/],
    ['pip fails otherwise', 'ERROR: the moon is full', /the moon is full/],
  ])('says when %s', async (_, output, expected) => {
    pretendPython({ pip: '25.0' }, `echo '${output}' >&2; exit 1`);
    const error = await failure();
    expect(error.step).toBe('download');
    expect(error.message).toMatch(expected);
    expect(readdirSync(join(root, 'cache'))).toEqual([]);
  });

  it('tries older versions when the index lacks the newest', async () => {
    pretendPython({ pip: '25.0' }, `echo "$@" >> ${join(root, 'asked')}; echo 'No matching distribution' >&2; exit 1`);
    await failure();
    const { readFileSync } = await import('node:fs');
    expect(readFileSync(join(root, 'asked'), 'utf8')).toMatch(
      /==2\.21\.0[^]*--python-version[^]*==2\.21\.0[^]*==2\.20\.0/,
    );
  });

  it('takes no archive but the published one, and says when npm gets none', async () => {
    const tensorflow = { dir: join(root, 'tensorflow'), version: '2.21.0', cuda: false };
    pretendPython({ pip: null, tensorflow });
    const notes: string[] = [];
    options.onProgress = ({ message }) => notes.push(message);
    const npm = (script: string) => writeFileSync(join(root, 'npm'), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
    vi.stubEnv('PATH', `${root}:/usr/bin:/bin`);
    npm('echo "$@" > asked; echo other > tensorflow-tfjs-node-4.22.0.tgz; exit $(grep -c -v ignore-scripts asked)');
    await failure();
    npm('exit 1');
    await failure();
    expect(notes.filter((note) => note.includes('does not serve'))).toEqual([
      expect.stringContaining('tfjs-node 4.22.0 is not what was published under that number'),
      expect.stringContaining('npm does not get @tensorflow/tfjs-node@4.22.0'),
    ]);
    expect(readdirSync(join(root, 'cache'))).toEqual([]);
  });

  it('looks for a graphics card before it downloads gigabytes for one', async () => {
    pretendPython({ pip: '25.0' }, 'echo ERROR: pip was asked >&2; exit 1');
    const smi = (script: string) => writeFileSync(join(root, 'nvidia-smi'), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
    vi.stubEnv('PATH', `${root}:/usr/bin:/bin`);
    options.gpu = true;
    smi('echo "NVIDIA H200, 570.86"');
    expect((await failure()).message).toContain('pip was asked');
    expect(await findGpu()).toEqual({ ok: true, detail: 'NVIDIA H200, driver 570.86' });
    smi('exit 9');
    const withoutTool = await installTensorflow(options).catch((error: Error) => error.message);
    expect(withoutTool).toMatch(existsSync('/proc/driver/nvidia/version') ? /pip was asked/ : /no GPU here.*--gpu/);
  });

  it('says when there is no compiler', async () => {
    const fetched = tfjsNodeFolder(join(root, 'cache'));
    mkdirSync(join(fetched, 'binding'), { recursive: true });
    const library = join(root, 'tensorflow');
    mkdirSync(library);
    const tensorflow = { dir: library, version: '2.21.0', cuda: false };
    pretendPython({ pip: '25.0', tensorflow }, `echo 'OSError: No space left on device' >&2; exit 1`);
    vi.stubEnv('PATH', '/nonexistent');
    vi.stubEnv('CXX', '/nonexistent/g++');
    const notes: string[] = [];
    options.onProgress = ({ message }) => notes.push(message);
    await failure();
    expect(notes.join('\n')).toMatch(/own TensorFlow does not serve .*there is no C\+\+ compiler/);
  });

  it('stops when told to, and leaves nothing half done', async () => {
    pretendPython({ pip: '25.0' }, 'sleep 30');
    const controller = new AbortController();
    options.signal = controller.signal;
    options.onProgress = ({ step }) => step === 'download' && controller.abort(new Error('enough'));
    await expect(installTensorflow(options)).rejects.toThrow('enough');
    expect(readdirSync(join(root, 'cache'))).toEqual([]);
  });

  it('takes over from an installation that died', async () => {
    mkdirSync(join(root, 'cache'));
    const { hostname } = await import('node:os');
    writeFileSync(join(root, 'cache', 'install.lock'), JSON.stringify({ pid: 2 ** 30, host: hostname() }));
    expect((await failure()).step).toBe('find python');
    expect(existsSync(join(root, 'cache', 'install.lock'))).toBe(false);
  });

  it('waits for an installation that is running', async () => {
    mkdirSync(join(root, 'cache'));
    const { hostname } = await import('node:os');
    const lock = join(root, 'cache', 'install.lock');
    writeFileSync(lock, JSON.stringify({ pid: process.pid, host: hostname() }));
    options.onProgress = ({ step }) => step === 'wait' && rmSync(lock);
    expect((await failure()).step).toBe('find python');
  });
});

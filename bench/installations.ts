import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cacheDir } from '@diffgan/files';

const torchVersion = '2.15.0';
const onnxruntimeVersion = '1.30.0';

const cache = cacheDir();
const folder = (name: string): string => join(cache, 'bench', name);
const torchFolder = (): string => folder(`pytorch-${torchVersion}`);
const onnxruntimeFolder = (): string => folder(`onnxruntime-${onnxruntimeVersion}`);
const complete = (of: string): string => join(of, 'complete');

const pythonOf = (environment: string): string =>
  process.platform === 'win32' ? join(environment, 'Scripts', 'python.exe') : join(environment, 'bin', 'python');

/** The Python that has PyTorch: `DIFFGAN_BENCH_PYTHON`, or the one that {@link installPytorch} made; undefined if there is none. */
export function findPytorch(): string | undefined {
  if (process.env.DIFFGAN_BENCH_PYTHON) return process.env.DIFFGAN_BENCH_PYTHON;
  return existsSync(complete(torchFolder())) ? pythonOf(torchFolder()) : undefined;
}

/** The folder that {@link installOnnxruntime} made, or undefined. */
export function findOnnxruntime(): string | undefined {
  return existsSync(complete(onnxruntimeFolder())) ? onnxruntimeFolder() : undefined;
}

/** Installs PyTorch into a virtual environment of its own in the cache, with pip, as the user has set it up. */
export async function installPytorch(): Promise<void> {
  const script = fileURLToPath(new URL('pytorch/install.py', import.meta.url));
  await install(torchFolder(), async (environment) => {
    await command('python3', ['-m', 'venv', environment], 'Python 3.10 or newer with the venv module is needed');
    await command(pythonOf(environment), [script, torchVersion], 'pip could not install PyTorch');
  });
  // also into an environment that was complete before the Fréchet distance was compared
  const scipy = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', 'scipy>=1.13,<1.18'];
  await command(pythonOf(torchFolder()), scipy, 'pip could not install scipy');
}

/** Installs onnxruntime for Node and for the web into a folder of its own in the cache, with npm. */
export async function installOnnxruntime(): Promise<void> {
  const packages = ['onnxruntime-node', 'onnxruntime-web'].map((name) => `${name}@${onnxruntimeVersion}`);
  await install(onnxruntimeFolder(), async (prefix) => {
    writeFileSync(join(prefix, 'package.json'), '{ "private": true }\n');
    // the install script only fetches the libraries for GPUs
    const options = ['install', '--prefix', prefix, '--ignore-scripts', '--no-audit', '--no-fund'];
    await command('npm', [...options, ...packages], 'npm could not install onnxruntime');
  });
}

/** Fills a folder once; an interrupted attempt starts again from nothing. */
async function install(target: string, fill: (target: string) => Promise<void>): Promise<void> {
  if (existsSync(complete(target))) {
    console.log(`${target} is complete`);
    return;
  }
  rmSync(target, { recursive: true, force: true });
  mkdirSync(target, { recursive: true });
  await fill(target);
  writeFileSync(complete(target), '');
}

async function command(program: string, args: readonly string[], hint: string): Promise<void> {
  const status = await new Promise<number | string | null>((resolve) => {
    spawn(program, args, { stdio: 'inherit' })
      .on('error', (error) => resolve(error.message))
      .on('close', resolve);
  });
  if (status !== 0) throw new Error(`${program} ${args.slice(0, 3).join(' ')} … failed (${status}): ${hint}`);
}

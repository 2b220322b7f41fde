import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { InstallError } from './install-error.ts';
import { CommandError, runCommand } from './run-command.ts';
import type { TfjsNodePackage } from './tfjs-node-package.ts';

/** C++ compilers that are tried, `CXX` first. */
export const compilers = (): string[] => [...(process.env.CXX ? [process.env.CXX] : []), 'g++', 'c++', 'clang++'];

/** Folders whose libraries the binding finds at run time: TensorFlow's, and NVIDIA's wheels beside it. */
export function libraryDirs(tensorflow: string): string[] {
  const nvidia = join(tensorflow, '..', 'nvidia');
  const parts = existsSync(nvidia) ? readdirSync(nvidia).map((part) => resolve(nvidia, part, 'lib')) : [];
  return [resolve(tensorflow), ...parts.filter((dir) => existsSync(dir))];
}

/** Compiles tfjs-node's binding against the TensorFlow in `tensorflow` into the file `target`, which appears complete. */
export async function compileBinding(
  pkg: TfjsNodePackage,
  tensorflow: string,
  target: string,
  signal?: AbortSignal,
): Promise<void> {
  await compileShared(bindingArguments(pkg, tensorflow), target, signal);
}

/** Runs the compiler with `args` into the file `target`, which appears complete. */
export async function compileShared(args: readonly string[], target: string, signal?: AbortSignal): Promise<void> {
  mkdirSync(dirname(target), { recursive: true });
  const temporary = `${target}.${process.pid}.tmp`;
  try {
    await firstCompiler([...args, '-o', temporary], signal);
    renameSync(temporary, target);
  } finally {
    rmSync(temporary, { force: true });
  }
}

function bindingArguments(pkg: TfjsNodePackage, tensorflow: string): string[] {
  const sources = ['tfjs_backend.cc', 'tfjs_binding.cc'].map((file) => join(pkg.dir, 'binding', file));
  const include = [nodeHeaders(), join(tensorflow, 'include'), pkg.dir].flatMap((dir) => ['-I', dir]);
  const libraries = ['-l:libtensorflow_cc.so.2', '-l:libtensorflow_framework.so.2'];
  const rpath = libraryDirs(tensorflow).map((dir) => `-Wl,-rpath,${dir}`);
  return [
    '-O2',
    '-std=c++17',
    '-fPIC',
    '-shared',
    '-DNAPI_VERSION=8',
    ...include,
    ...sources,
    '-L',
    tensorflow,
    ...libraries,
    ...rpath,
  ];
}

/** Folder of the headers of Node's C interface. */
export function nodeHeaders(): string {
  const { include_dir: dir } = createRequire(import.meta.url)('node-api-headers') as { include_dir: string };
  return dir;
}

async function firstCompiler(args: readonly string[], signal?: AbortSignal): Promise<void> {
  for (const compiler of compilers()) {
    try {
      await runCommand(compiler, args, { signal });
      return;
    } catch (cause) {
      signal?.throwIfAborted();
      if (!(cause instanceof CommandError) || !cause.missing) throw explain(compiler, cause);
    }
  }
  throw new InstallError(
    'compile',
    'there is no C++ compiler',
    'Install one (Debian, Ubuntu: `apt-get install g++`), or set CXX.',
  );
}

function explain(compiler: string, cause: unknown): InstallError {
  const output = cause instanceof CommandError ? cause.output : String(cause);
  const line =
    output
      .split('\n')
      .find((text) => /error/i.test(text))
      ?.trim() ?? 'no message';
  const full = /No space left/.test(output);
  return new InstallError(
    'compile',
    full ? 'the disk is full' : `${compiler} failed (${line})`,
    full
      ? 'Free some space, or point DIFFGAN_CACHE at a larger disk.'
      : 'A compiler with C++17 is needed; set CXX to name one.',
    { cause },
  );
}

import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { bindingOf, CORE, tfjsNodeFolder, tfjsNodeVersion } from '../tfjs-node-folder.ts';
import { InstallError } from './install-error.ts';
import type { OnProgress } from './install-progress.ts';
import { CommandError, runCommand } from './run-command.ts';

/** The tfjs-node whose binding is set up: kernels in JavaScript and the source of the binding, in the cache. */
export interface TfjsNodePackage {
  /** Folder of the package. */
  dir: string;
  version: string;
  /** Where the compiled binding lies. */
  binding: string;
}

/** What the registry says of the archive of that version. */
const integrity = 'uHrXeUlfgkMxTZqHkESSV7zSdKdV0LlsBeblqkuKU9nnfxB1pC6DtoyYVaLxznzZy7WQSegjcohxxCjAf6Dc7w==';

/** The tfjs-node in a cache, fetched or not. */
export function tfjsNodePackage(cache: string): TfjsNodePackage {
  const dir = tfjsNodeFolder(cache);
  return { dir, version: tfjsNodeVersion, binding: bindingOf(dir) };
}

/**
 * Fetches the archive of the package through npm, so that mirrors and proxies set for npm apply, and unpacks it; nothing in it is run.
 * It appears complete, by a rename.
 *
 * @throws InstallError when npm is missing, does not reach its registry, or gets something else.
 */
export async function fetchTfjsNode(
  { dir, version }: TfjsNodePackage,
  { signal, report }: { signal?: AbortSignal; report: OnProgress },
): Promise<void> {
  if (existsSync(dir)) return;
  report({ step: 'download', message: `the binding of TensorFlow.js, tfjs-node ${version} (0.5 MB)` });
  const home = dirname(dir);
  const partial = `${home}.${process.pid}.tmp`;
  rmSync(partial, { recursive: true, force: true });
  mkdirSync(partial, { recursive: true });
  try {
    await npmPack(`@tensorflow/tfjs-node@${version}`, partial, signal);
    const archive = join(partial, `tensorflow-tfjs-node-${version}.tgz`);
    if (createHash('sha512').update(readFileSync(archive)).digest('base64') !== integrity)
      throw new InstallError(
        'download',
        `tfjs-node ${version} is not what was published under that number`,
        'Look at the registry that npm is set up for.',
      );
    await runCommand(
      'tar',
      ['-xzf', archive, '-C', partial, 'package/dist', 'package/binding', 'package/package.json'],
      { signal },
    );
    rmSync(archive);
    standIns(partial);
    rmSync(home, { recursive: true, force: true });
    renameSync(partial, home);
  } finally {
    rmSync(partial, { recursive: true, force: true });
  }
}

async function npmPack(name: string, folder: string, signal?: AbortSignal): Promise<void> {
  try {
    await runCommand('npm', ['pack', name, '--ignore-scripts', '--silent', '--pack-destination', folder], {
      signal,
      cwd: folder,
    });
  } catch (cause) {
    signal?.throwIfAborted();
    const missing = cause instanceof CommandError && cause.missing;
    throw new InstallError(
      'download',
      missing ? 'npm is not installed' : `npm does not get ${name}`,
      missing ? 'Install npm, which comes with Node.' : `Try it by hand to see more: \`npm pack ${name}\`.`,
      { cause },
    );
  }
}

/**
 * The kernels ask for all of TensorFlow.js and use its core, which whoever loads them provides; of the messages for TensorBoard, which
 * would ask for another package, nothing is used.
 */
function standIns(home: string): void {
  for (const name of ['tfjs', 'tfjs-core']) {
    const folder = join(home, 'node_modules', '@tensorflow', name);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'index.js'), `module.exports = globalThis[Symbol.for('${CORE}')];\n`);
  }
  writeFileSync(join(home, 'package', 'dist', 'proto', 'api_pb.js'), 'module.exports = {};\n');
}

/** The first lines of a program for a process of its own: `tf` with the backend of the tfjs-node in `dir`. */
export function programWithTfjsNode({ dir, binding }: TfjsNodePackage): string {
  const core = createRequire(import.meta.url).resolve('@tensorflow/tfjs-core');
  return `
const tf = globalThis[Symbol.for('${CORE}')] = require(${JSON.stringify(core)});
require(${JSON.stringify(join(dir, 'dist', 'register_all_kernels.js'))});
const { NodeJSKernelBackend } = require(${JSON.stringify(join(dir, 'dist', 'nodejs_kernel_backend.js'))});
tf.registerBackend('tensorflow', () => new NodeJSKernelBackend(require(${JSON.stringify(binding)}), '@tensorflow/tfjs-node'));
tf.setBackend('tensorflow');
`;
}

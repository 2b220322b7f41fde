import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { messageOf } from '../platform.ts';
import { COLLECTIVES, MOMENTS } from '../tfjs-node-folder.ts';
import { compileShared, libraryDirs, nodeHeaders } from './compile-binding.ts';
import { InstallError } from './install-error.ts';
import { lastLine, runCommand } from './run-command.ts';
import { programWithTfjsNode, type TfjsNodePackage } from './tfjs-node-package.ts';

/** The TensorFlow that the parts are compiled against, and where builds are kept. */
export interface NativeTarget {
  pkg: TfjsNodePackage;
  /** Folder of the TensorFlow library. */
  tensorflow: string;
  /** Version of that library. */
  version: string;
}

/** Where the compiled parts of this package lie: beside the binding of tfjs-node, whose TensorFlow they share. */
export function nativePaths(
  pkg: TfjsNodePackage,
): Record<'addon' | 'ops' | 'collectives' | 'moments' | 'stamp', string> {
  const dir = dirname(pkg.binding);
  return {
    addon: join(dir, 'diffgan_graph.node'),
    ops: join(dir, 'diffgan_ops.so'),
    collectives: join(dir, COLLECTIVES),
    moments: join(dir, MOMENTS),
    stamp: join(dir, 'diffgan_native.json'),
  };
}

/** Whether the parts in place were made of these very sources for this very TensorFlow, and worked. */
export function nativeIsFresh(target: NativeTarget): boolean {
  const { stamp, ...parts } = nativePaths(target.pkg);
  try {
    const { key } = JSON.parse(readFileSync(stamp, 'utf8')) as { key: string };
    return key === keyOf(target) && Object.values(parts).every((part) => existsSync(part));
  } catch {
    return false; // absent or torn: make them again
  }
}

/**
 * Compiles the graph addon, the op library and the addons of collectives and of moments unless that was done before, puts them in place and
 * runs them in a fresh process.
 *
 * @throws InstallError when there is no compiler or the result does not work; nothing is in place then.
 */
export async function equipNative(target: NativeTarget, cache: string, signal?: AbortSignal): Promise<void> {
  const key = keyOf(target);
  const built = join(cache, 'bindings', `native-${key}`);
  const paths = nativePaths(target.pkg);
  const parts = [
    { file: join(built, 'graph.node'), place: paths.addon, args: addonArguments(target.tensorflow, 'graph-addon.cc') },
    { file: join(built, 'ops.so'), place: paths.ops, args: opsArguments(target.tensorflow) },
    {
      file: join(built, 'collectives.node'),
      place: paths.collectives,
      args: addonArguments(target.tensorflow, 'collectives-addon.cc'),
    },
    {
      file: join(built, 'moments.node'),
      place: paths.moments,
      args: addonArguments(target.tensorflow, 'moments-addon.cc'),
    },
  ];
  rmSync(paths.stamp, { force: true });
  try {
    for (const { file, args } of parts) if (!existsSync(file)) await compileShared(args, file, signal);
    for (const part of parts) place(part.file, part.place);
    await verifyNative(target.pkg, signal);
    writeFileSync(paths.stamp, JSON.stringify({ key, version: target.version }, null, 2));
  } catch (error) {
    for (const file of [...Object.values(paths), ...(signal?.aborted ? [] : [built])])
      rmSync(file, { force: true, recursive: true });
    throw error;
  }
}

/** Appears complete, by a rename, and as a new file: an old one may be mapped by a process that runs. */
function place(from: string, to: string): void {
  const temporary = `${to}.${process.pid}.tmp`;
  mkdirSync(dirname(to), { recursive: true });
  try {
    cpSync(from, temporary);
    renameSync(temporary, to);
  } finally {
    rmSync(temporary, { force: true });
  }
}

/** Folder of the C++ sources, which are published with this package. */
function sourceDir(): string {
  return join(dirname(createRequire(import.meta.url).resolve('@diffgan/runtime/package.json')), 'native');
}

function keyOf({ pkg, tensorflow, version }: NativeTarget): string {
  const hash = createHash('sha256');
  const dir = sourceDir();
  for (const file of readdirSync(dir).sort()) hash.update(`${file}\n`).update(readFileSync(join(dir, file)));
  const context = [pkg.version, resolve(tensorflow), version, process.versions.modules, addonFlags, opsFlags];
  return hash.update(JSON.stringify(context)).digest('hex').slice(0, 16);
}

const addonFlags = ['-O2', '-std=c++17', '-fPIC', '-shared', '-fvisibility=hidden', '-pthread', '-DNAPI_VERSION=8'];

// Not -ffast-math: linked into a shared object it makes every thread of the process flush small numbers to zero.
const opsFlags = [
  ...['-O3', '-std=c++17', '-fPIC', '-shared', '-fvisibility=hidden', '-pthread'],
  ...['-fno-math-errno', '-fno-trapping-math'],
];

const libraryArguments = (tensorflow: string, names: readonly string[]) => [
  ...['-L', tensorflow],
  ...names.map((name) => `-l:${name}`),
  ...libraryDirs(tensorflow).map((dir) => `-Wl,-rpath,${dir}`),
];

function addonArguments(tensorflow: string, source: string): string[] {
  const include = [nodeHeaders(), join(tensorflow, 'include')].flatMap((dir) => ['-I', dir]);
  const libraries = libraryArguments(tensorflow, ['libtensorflow_cc.so.2', 'libtensorflow_framework.so.2']);
  return [...addonFlags, ...include, join(sourceDir(), source), ...libraries];
}

function opsArguments(tensorflow: string): string[] {
  const sources = ['op-library.cc', 'group-norm.cc', 'adam.cc'].map((file) => join(sourceDir(), file));
  const libraries = libraryArguments(tensorflow, ['libtensorflow_framework.so.2']);
  return [...opsFlags, '-I', join(tensorflow, 'include'), ...sources, ...libraries];
}

// A graph of one node, one of our ops through tfjs-node, and the moments of one vector.
const runBoth = `
const [addonPath, opsPath, collectivesPath, momentsPath] = process.argv.slice(1);
const addon = require(addonPath);
addon.loadLibrary(opsPath);
require(collectivesPath); // needs a second process to do more than load
const float = Uint8Array.of(48, 1);
const graph = addon.createGraph();
addon.addNode(graph, 'Placeholder', 'x', [], { dtype: float });
addon.addNode(graph, 'Square', 'y', ['x:0'], { T: float });
const [y] = addon.run(graph, ['x:0'], [addon.createTensor(1, [2], Float32Array.of(2, 3))], ['y:0']);
if (addon.readTensor(y).join() !== '4,9') throw new Error('a graph computes wrongly');
const { binding } = tf.backend();
const attributes = [['groups', 'TF_ATTR_INT', 1], ['epsilon', 'TF_ATTR_FLOAT', 1e-6], ['silu', 'TF_ATTR_BOOL', false]]
  .map(([name, type, value]) => ({ name, type: binding[type], value }));
const x = tf.tensor([1, 3], [1, 2, 1]);
const [out] = tf.backend().executeMultipleOutputs('DiffganGroupNorm', attributes, [x, tf.ones([1]), tf.zeros([1])], 3);
const values = out.dataSync();
if (!(Math.abs(values[0] + 1) < 1e-5 && Math.abs(values[1] - 1) < 1e-5)) throw new Error('an op computes wrongly');
const [vectors, shift, sum, scatter] = [[3, 5], [1, 1], [0, 0], [0, 0, 0]].map((numbers) => Float64Array.from(numbers));
require(momentsPath).addMoments(vectors, shift, sum, scatter);
if (sum.join() !== '2,4' || scatter.join() !== '4,8,16') throw new Error('moments are computed wrongly');
`;

async function verifyNative(pkg: TfjsNodePackage, signal?: AbortSignal): Promise<void> {
  const { addon, ops, collectives, moments } = nativePaths(pkg);
  try {
    await runCommand(process.execPath, ['-e', programWithTfjsNode(pkg) + runBoth, addon, ops, collectives, moments], {
      signal,
      env: { TF_CPP_MIN_LOG_LEVEL: '2', NODE_OPTIONS: '' },
    });
  } catch (cause) {
    signal?.throwIfAborted();
    throw new InstallError('verify', `the graph addon does not run (${lastLine(messageOf(cause))})`, '', {
      alternative: '',
      cause,
    });
  }
}

import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { cacheDir as defaultCacheDir } from '@diffgan/files';
import { codeOf, messageOf } from '../platform.ts';
import { readStamp, removeStamp, writeStamp } from './binding-stamp.ts';
import { compileBinding } from './compile-binding.ts';
import { downloadWheels } from './download-wheels.ts';
import { withFileLock } from './file-lock.ts';
import { findGpu } from './find-gpu.ts';
import { InstallError } from './install-error.ts';
import type { OnProgress } from './install-progress.ts';
import { equipNative, nativeIsFresh } from './native-parts.ts';
import { inspectPython, type Python } from './python.ts';
import { fetchTfjsNode, type TfjsNodePackage, tfjsNodePackage } from './tfjs-node-package.ts';
import { unpackWheels } from './unpack-wheels.ts';
import { type VerifiedBinding, verifyBinding } from './verify-binding.ts';

/** Options of `installTensorflow`. */
export interface InstallOptions {
  /** Take the CUDA build and NVIDIA's libraries (3.4 GB to download) instead of the CPU build. @defaultValue false */
  gpu?: boolean;
  /** Version of TensorFlow to download. @defaultValue the newest that is known to work */
  version?: string;
  /** The Python whose TensorFlow or pip is used. @defaultValue 'python3' */
  python?: string;
  /** Where downloads and builds are kept. @defaultValue `cacheDir()` */
  cacheDir?: string;
  /** Ends the set-up; whatever was complete is kept for the next time. */
  signal?: AbortSignal;
  /** Receives where the set-up is. */
  onProgress?: OnProgress;
  /** Set up anew even when everything works. @defaultValue false */
  force?: boolean;
}

/** What `installTensorflow` found or made. */
export interface InstallResult {
  /** Where TensorFlow came from: it was there already, Python's own copy, the cache, or a download. */
  source: 'present' | 'python' | 'cache' | 'download';
  /** Version of the TensorFlow library. */
  version: string;
  /** Whether it computes on a GPU here. */
  gpu: boolean;
  /** Folder of the library. */
  tensorflow: string;
  /** The compiled binding of tfjs-node. */
  binding: string;
  /** The graph addon and op library of this package; without them `compile` is slower, and everything works. */
  native: { ok: boolean; detail: string };
}

type Equipped = Omit<InstallResult, 'native'>;

/** Versions known to work, in order of preference. */
const knownVersions = ['2.21.0', '2.20.0', '2.19.1', '2.18.1'] as const;

interface Job extends InstallOptions {
  pkg: TfjsNodePackage;
  cache: string;
  report: OnProgress;
}

/**
 * Makes the `tensorflow` backend usable: finds TensorFlow in Python or downloads its wheel with pip, compiles
 * tfjs-node's binding against it, and checks the result with a training step in a fresh process. Then does the same for
 * the graph addon and the op library of this package; where these cannot be compiled, a line says so and everything works
 * without them, slower. Does nothing when all has been done; may be interrupted and repeated at any point.
 *
 * @returns What is installed now.
 * @throws InstallError that says which step failed, why, and what to do; the reason of `signal` when that fires.
 * @example
 * ```ts
 * import { installTensorflow } from '@diffgan/runtime/node';
 * const { version, source } = await installTensorflow({ onProgress: ({ step, message }) => console.log(step, message) });
 * version; // '2.21.0'
 * ```
 */
export async function installTensorflow(options: InstallOptions = {}): Promise<InstallResult> {
  const { signal, onProgress, force = false } = options;
  signal?.throwIfAborted();
  checkPlatform();
  if (options.gpu) await checkGpu(signal);
  const cache = resolve(options.cacheDir ?? defaultCacheDir());
  const pkg = tfjsNodePackage(cache);
  const job: Job = { ...options, pkg, cache, report: (progress) => onProgress?.(progress) };
  const present = await findPresent(job);
  if (present && !force && nativeIsFresh({ pkg, ...present })) return { ...present, native: nativeReady };
  try {
    return await withFileLock(join(cache, 'install.lock'), () => installLocked(job), {
      signal,
      onWait: () => job.report({ step: 'wait', message: 'another installation is running' }),
    });
  } catch (error) {
    throw explainFileError(error, cache);
  }
}

function checkPlatform(): void {
  const { platform, arch, versions } = process;
  if (platform !== 'linux' || (arch !== 'x64' && arch !== 'arm64'))
    throw new InstallError(
      'check platform',
      `this is ${platform}-${arch}`,
      'TensorFlow wheels with the C++ library exist for Linux on x64 and arm64.',
    );
  const major = Number(versions.node.split('.')[0]);
  if (major < 20 || major > 22)
    throw new InstallError(
      'check platform',
      `@tensorflow/tfjs-node 4.22 runs on Node 20 and 22, this is Node ${versions.node}`,
      'Switch to Node 22.',
    );
}

/** Gigabytes for a card that is not there would be for nothing. */
async function checkGpu(signal?: AbortSignal): Promise<void> {
  const { ok } = await findGpu(signal);
  if (ok) return;
  throw new InstallError(
    'find gpu',
    'no GPU here: there is no NVIDIA driver',
    'Leave out --gpu (`gpu: true`) for the CPU build, or install the driver first; `nvidia-smi` then lists the card.',
    { alternative: '' },
  );
}

/** The installed binding, when it works and is of the kind asked for. */
async function findPresent({ pkg, gpu = false, force = false, signal, report }: Job): Promise<Equipped | undefined> {
  if (force || !existsSync(pkg.binding)) return undefined;
  const stamp = readStamp(pkg);
  if (!stamp) report({ step: 'find', message: 'checking the installed binding' });
  const verified = stamp ?? (await verifiedOrNot(pkg, signal));
  if (!verified || (gpu && !existsSync(join(verified.tensorflow, '..', 'nvidia')))) return undefined;
  if (!stamp) writeStamp(pkg, verified);
  return { ...verified, source: 'present', binding: pkg.binding };
}

async function verifiedOrNot(pkg: TfjsNodePackage, signal?: AbortSignal): Promise<VerifiedBinding | undefined> {
  try {
    return await verifyBinding(pkg, signal);
  } catch {
    signal?.throwIfAborted();
    return undefined;
  }
}

async function installLocked(job: Job): Promise<InstallResult> {
  const equipped = await equipBinding(job);
  const native = await addNative(job, equipped);
  job.report({ step: 'done', message: `TensorFlow ${equipped.version} on ${equipped.gpu ? 'GPU' : 'CPU'}` });
  return { ...equipped, native };
}

const nativeReady = { ok: true, detail: 'graph addon and op library' };

/** Compiles the parts that make `compile` fast. They are not needed, so that a failure is a line and no error. */
async function addNative(job: Job, { tensorflow, version }: Equipped): Promise<InstallResult['native']> {
  const { pkg, cache, signal, report } = job;
  const target = { pkg, tensorflow, version };
  if (!job.force && nativeIsFresh(target)) return nativeReady;
  report({ step: 'compile', message: 'the graph addon and op library' });
  try {
    await equipNative(target, cache, signal);
    return nativeReady;
  } catch (error) {
    signal?.throwIfAborted();
    const why = error instanceof InstallError ? error.why : messageOf(error);
    const detail = `without the graph addon and op library, which is slower: ${why}`;
    report({ step: 'compile', message: detail });
    return { ok: false, detail };
  }
}

async function equipBinding(job: Job): Promise<Equipped> {
  const present = await findPresent(job); // another process may have finished meanwhile
  if (present) return present;
  job.report({ step: 'find', message: 'looking for TensorFlow' });
  const cached = job.force ? undefined : findCached(job);
  if (cached) return equip(job, cached, 'cache');
  const python = await inspectPython(job.python, job.signal);
  const lent = lentTensorflow(job, python);
  if (lent !== undefined) {
    try {
      return await equip(job, lent, 'python');
    } catch (error) {
      job.signal?.throwIfAborted();
      job.report({ step: 'find', message: `Python's own TensorFlow does not serve (${messageOf(error)})` });
    }
  }
  return equip(job, await download(job, python), 'download');
}

const versionsOf = ({ version }: Job): readonly string[] => (version === undefined ? knownVersions : [version]);
const homeOf = ({ cache, gpu }: Job, version: string) =>
  join(cache, `tensorflow-${gpu ? 'cuda' : 'cpu'}-${version}-${process.platform}-${process.arch}`);

function findCached(job: Job): string | undefined {
  return versionsOf(job)
    .map((version) => join(homeOf(job, version), 'tensorflow'))
    .find((dir) => existsSync(dir));
}

function lentTensorflow({ gpu = false, version }: Job, { tensorflow }: Python): string | undefined {
  if (!tensorflow || (gpu && !tensorflow.cuda) || (version !== undefined && version !== tensorflow.version))
    return undefined;
  return tensorflow.dir;
}

/** Downloads and unpacks beside the final place, which appears by a rename and so is complete whenever it exists. */
async function download(job: Job, python: Python): Promise<string> {
  const { cache, gpu = false, signal, report: onProgress } = job;
  const dir = join(cache, `partial-${process.pid}`);
  rmSync(dir, { recursive: true, force: true });
  mkdirSync(dir, { recursive: true });
  try {
    const version = await downloadWheels({ python, versions: versionsOf(job), gpu, dir, signal, onProgress });
    await unpackWheels(python.command, join(dir, 'wheels'), join(dir, 'unpacked'), { signal, onProgress });
    const home = homeOf(job, version);
    rmSync(home, { recursive: true, force: true });
    renameSync(join(dir, 'unpacked'), home);
    return join(home, 'tensorflow');
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

/** Compiles the binding unless that was done before, puts it in place by a rename, and runs it. */
async function equip(job: Job, tensorflow: string, source: InstallResult['source']): Promise<Equipped> {
  const { pkg, cache, force = false, signal, report } = job;
  await fetchTfjsNode(pkg, job);
  const place = createHash('sha256').update(resolve(tensorflow)).digest('hex').slice(0, 12);
  const built = join(cache, 'bindings', `tfjs-node-${pkg.version}-abi${process.versions.modules}-${place}.node`);
  if (force || !existsSync(built)) {
    report({ step: 'compile', message: `the binding of tfjs-node ${pkg.version}` });
    await compileBinding(pkg, tensorflow, built, signal);
  }
  signal?.throwIfAborted();
  report({ step: 'verify', message: 'one training step' });
  const verified = await placeAndVerify(pkg, built, signal);
  return { ...verified, source, binding: pkg.binding };
}

/** Puts the binding in place and runs it; when it does not work, what was there before comes back. */
async function placeAndVerify(pkg: TfjsNodePackage, built: string, signal?: AbortSignal): Promise<VerifiedBinding> {
  const previous = `${pkg.binding}.${process.pid}.previous`;
  const hadOne = existsSync(pkg.binding);
  mkdirSync(dirname(pkg.binding), { recursive: true });
  removeStamp(pkg);
  try {
    if (hadOne) cpSync(pkg.binding, previous);
    replaceFile(pkg.binding, built);
    const verified = await verifyBinding(pkg, signal);
    writeStamp(pkg, verified);
    return verified;
  } catch (error) {
    if (!signal?.aborted) rmSync(built, { force: true });
    if (hadOne) renameSync(previous, pkg.binding);
    else rmSync(pkg.binding, { force: true });
    throw error;
  } finally {
    rmSync(previous, { force: true });
  }
}

function replaceFile(path: string, source: string): void {
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    cpSync(source, temporary);
    renameSync(temporary, path);
  } finally {
    rmSync(temporary, { force: true });
  }
}

/** Turns errors of the file system into ones that say what to do. */
function explainFileError(error: unknown, cache: string): unknown {
  const code = codeOf(error);
  const message = messageOf(error);
  if (code === 'ENOSPC')
    return new InstallError(
      'write files',
      'the disk is full',
      `Free about 2 GB, or point DIFFGAN_CACHE at a larger disk (now ${cache}).`,
      { cause: error },
    );
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS')
    return new InstallError(
      'write files',
      `no permission (${message})`,
      'Run it as the owner of that folder, or point DIFFGAN_CACHE at one of yours.',
      { cause: error },
    );
  return error;
}

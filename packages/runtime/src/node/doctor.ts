import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { cacheDir } from '@diffgan/files';
import { BackendError } from '../backend-error.ts';
import { type BackendName, backendNames } from '../backend-names.ts';
import { loaders } from '../backends/loaders.ts';
import { setupCommand } from '../platform.ts';
import { compilers } from './compile-binding.ts';
import { findChromium } from './find-chromium.ts';
import { findGpu } from './find-gpu.ts';
import type { Finding } from './finding.ts';
import { InstallError } from './install-error.ts';
import { lookAtDisk, lookAtMachine } from './machine.ts';
import { nativePaths } from './native-parts.ts';
import { inspectPython, type Python } from './python.ts';
import { runCommand } from './run-command.ts';
import { tfjsNodePackage } from './tfjs-node-package.ts';
import { verifyBinding } from './verify-binding.ts';

/** What `doctor` found on this machine. */
export interface DoctorReport {
  /** Version of Node, and whether native TensorFlow runs on it. */
  node: Finding;
  /** Operating system and processor, such as "linux-x64". */
  platform: string;
  /** Processor cores. */
  cores: Finding;
  /** Memory that is available. */
  memory: Finding;
  /** Space on the disks of the cache and of the working folder. */
  disk: Finding;
  /** The Python whose pip or TensorFlow `installTensorflow` would use. */
  python: Finding;
  /** The C++ compiler for the binding of tfjs-node. */
  compiler: Finding;
  /** Every backend: usable, or why not. */
  backends: Record<BackendName, Finding>;
  /** The graph addon and op library that make `compile` fast on the tensorflow backend. */
  native: Finding;
  /** A graphics card for `installTensorflow({ gpu: true })`. */
  gpu: Finding;
  /** A browser for WebGPU. */
  chromium: Finding;
  /** Folder for downloads and builds. */
  cache: string;
}

/**
 * Looks at everything that the backends, the set-up and the examples depend on. Changes nothing: the current backend
 * is the same afterwards.
 *
 * @returns What is there and, for what is not, what to do; `formatDoctor` makes it readable.
 * @example
 * ```ts
 * import { doctor, formatDoctor } from '@diffgan/runtime/node';
 * const report = await doctor();
 * report.backends.wasm.ok; // true
 * console.log(formatDoctor(report));
 * ```
 */
export async function doctor(): Promise<DoctorReport> {
  const [node, python, compiler] = [lookAtNode(), await lookAtPython(), await lookForCompiler()];
  const backends = await lookAtBackends({ node, python, compiler });
  const cache = cacheDir();
  return {
    ...{ node, python, compiler, backends },
    platform: `${process.platform}-${process.arch}`,
    ...(await lookAtMachine()),
    disk: await lookAtDisk({ downloads: cache, runs: process.cwd() }),
    gpu: await findGpu(),
    native: lookAtNative(backends.tensorflow),
    chromium: lookForChromium(),
    cache,
  };
}

function lookAtNode(): Finding {
  const { node } = process.versions;
  const major = Number(node.split('.')[0]);
  if (major === 20 || major === 22) return { ok: true, detail: node };
  return { ok: false, detail: `${node}; native TensorFlow (tfjs-node 4.22) runs on Node 20 and 22` };
}

async function lookAtPython(): Promise<Finding> {
  try {
    const python = await inspectPython();
    return { ok: python.pip !== undefined || python.tensorflow !== undefined, detail: describePython(python) };
  } catch (error) {
    if (!(error instanceof InstallError)) throw error;
    return { ok: false, detail: `${error.why}. ${error.wayOut}` };
  }
}

function describePython({ version, pip, tensorflow }: Python): string {
  const lent = tensorflow ? `, TensorFlow ${tensorflow.version} in ${tensorflow.dir}` : '';
  return `${version}, ${pip === undefined ? 'no pip' : `pip ${pip}`}${lent}`;
}

async function lookForCompiler(): Promise<Finding> {
  for (const compiler of compilers()) {
    const version = await runCommand(compiler, ['--version']).catch(() => undefined);
    if (version !== undefined) return { ok: true, detail: version.split('\n')[0] };
  }
  return { ok: false, detail: 'none. Debian, Ubuntu: `apt-get install g++`' };
}

async function lookAtBackends(needs: Readonly<Record<string, Finding>>): Promise<DoctorReport['backends']> {
  const before = tf.engine().backendName as string | undefined;
  const findings = {} as DoctorReport['backends'];
  for (const name of backendNames)
    findings[name] = name === 'tensorflow' ? await lookAtTensorflow(needs) : await tryBackend(name);
  if (before) await tf.setBackend(before);
  return findings;
}

/** In a process of its own: a library that does not suit this processor would end the whole process. */
async function lookAtTensorflow(needs: Readonly<Record<string, Finding>>): Promise<Finding> {
  try {
    const pkg = tfjsNodePackage(cacheDir());
    if (!existsSync(pkg.binding)) return { ok: false, detail: `not set up. ${whatSetupCan(needs)}` };
    const { version, gpu, tensorflow } = await verifyBinding(pkg);
    return { ok: true, detail: `TensorFlow ${version} on ${gpu ? 'GPU' : 'CPU'}, ${tensorflow}` };
  } catch (error) {
    if (!(error instanceof InstallError)) throw error;
    return { ok: false, detail: `${error.why}. ${error.wayOut}` };
  }
}

/** What the set-up would do here, or what it would lack. */
function whatSetupCan(needs: Readonly<Record<string, Finding>>): string {
  const lacking = Object.keys(needs).filter((name) => !needs[name].ok);
  if (process.platform !== 'linux') return 'Its libraries are published for Linux';
  if (lacking.length > 0) return `It needs what is missing above: ${lacking.join(', ')}`;
  return `Nothing is missing: \`${setupCommand}\` downloads 274 MB unless Python has TensorFlow, and compiles for a minute`;
}

/** Reads the note of the set-up, which ran the parts before it wrote it. */
function lookAtNative(tensorflow: Finding): Finding {
  const missing = { ok: false, detail: `compiled graphs run slower. Run \`${setupCommand}\`` };
  if (!tensorflow.ok) return { ok: false, detail: 'needs the tensorflow backend' };
  const { addon, stamp } = nativePaths(tfjsNodePackage(cacheDir()));
  return existsSync(stamp) ? { ok: true, detail: `graph addon and op library, ${dirname(addon)}` } : missing;
}

async function tryBackend(name: BackendName): Promise<Finding> {
  try {
    const { device, version } = await loaders[name]({ allowSoftware: false });
    return { ok: true, detail: `${device} (${version})` };
  } catch (error) {
    if (!(error instanceof BackendError)) throw error;
    return { ok: false, detail: `${error.why}. ${error.wayOut}` };
  }
}

function lookForChromium(): Finding {
  const path = findChromium();
  return path === undefined
    ? { ok: false, detail: 'none. Debian: `apt-get install chromium`; elsewhere set DIFFGAN_CHROMIUM' }
    : { ok: true, detail: path };
}

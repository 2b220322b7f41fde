import { mkdirSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { InstallError } from './install-error.ts';
import type { OnProgress } from './install-progress.ts';
import type { Python } from './python.ts';
import { CommandError, runCommand } from './run-command.ts';

/** What to download and where to. */
export interface WheelRequest {
  python: Python;
  /** Versions in order of preference. */
  versions: readonly string[];
  gpu: boolean;
  /** Empty folder for the wheels; pip's temporary files go beside them. */
  dir: string;
  signal?: AbortSignal;
  onProgress?: OnProgress;
}

/** What there is to download: the CPU build alone, or the CUDA build with NVIDIA's libraries. */
export const downloadBytes = (gpu: boolean): number => (gpu ? 3.4e9 : 274e6);

/** Downloads the TensorFlow wheel (with NVIDIA's for a GPU) through pip; returns the version that there was. */
export async function downloadWheels(request: WheelRequest): Promise<string> {
  const { python, versions, signal } = request;
  if (python.pip === undefined)
    throw new InstallError(
      'download',
      `${python.command} has no pip`,
      'Install it (Debian, Ubuntu: `apt-get install python3-pip`).',
    );
  let failure: unknown;
  for (const version of versions)
    // The library inside does not depend on the Python version, so any wheel of this platform serves.
    for (const target of [[], ['--python-version', '3.11', '--only-binary=:all:']]) {
      try {
        await pipDownload(request, version, target);
        return version;
      } catch (error) {
        signal?.throwIfAborted();
        failure ??= error;
        if (!isMissingVersion(error)) throw explain(error);
      }
    }
  throw explain(failure);
}

async function pipDownload(request: WheelRequest, version: string, target: readonly string[]): Promise<void> {
  const { python, gpu, dir, signal, onProgress } = request;
  const wheels = join(dir, 'wheels');
  const temporary = join(dir, 'pip');
  mkdirSync(temporary, { recursive: true });
  const what = gpu
    ? [`tensorflow[and-cuda]==${version}`, '--only-binary=:all:']
    : ['--no-deps', `tensorflow-cpu==${version}`];
  const name = `TensorFlow ${version}${gpu ? ' with CUDA' : ''}`;
  const expected = downloadBytes(gpu);
  onProgress?.({ step: 'download', message: `${name}: ${shown(expected)}, asking pip` });
  let announced = 0;
  let before = 0;
  const timer = setInterval(() => {
    // pip tells the size of each of its files only when it comes to it, and counts one twice while it copies it.
    const total = Math.max(expected, announced);
    const bytes = (before = Math.max(before, Math.min(folderBytes(dir), announced)));
    const message = `${name}: ${shown(bytes)} of ${shown(total)}`;
    if (bytes > 0) onProgress?.({ step: 'download', message, fraction: bytes / total });
  }, 500);
  try {
    await runCommand(
      python.command,
      [
        '-I', // a pip.py or json.py in the working folder is not to be executed
        '-m',
        'pip',
        'download',
        '--no-cache-dir',
        '--progress-bar',
        'off',
        '--no-input',
        '-d',
        wheels,
        ...target,
        ...what,
      ],
      { signal, env: { TMPDIR: temporary }, onLine: (line) => (announced += announcedBytes(line)) },
    );
  } finally {
    clearInterval(timer);
  }
}

/** Size in a line of pip such as "Downloading tensorflow_cpu-…whl (273.8 MB)", else 0. */
export function announcedBytes(line: string): number {
  const [, size, unit] = /^\s*Downloading .*\(([\d.]+) (kB|MB|GB)\)\s*$/.exec(line) ?? [];
  return size ? Number(size) * 1e3 ** (1 + ['kB', 'MB', 'GB'].indexOf(unit)) : 0;
}

function folderBytes(dir: string): number {
  try {
    return readdirSync(dir, { recursive: true, encoding: 'utf8' }).reduce(
      (sum, file) => sum + fileBytes(join(dir, file)),
      0,
    );
  } catch {
    return 0; // pip moves files while they are listed
  }
}

function fileBytes(path: string): number {
  const stats = statSync(path, { throwIfNoEntry: false });
  return stats?.isFile() ? stats.size : 0;
}

const shown = (bytes: number) => (bytes < 1e9 ? `${Math.round(bytes / 1e6)} MB` : `${(bytes / 1e9).toFixed(1)} GB`);

function isMissingVersion(error: unknown): boolean {
  return (
    error instanceof CommandError &&
    /No matching distribution|Could not find a version/.test(error.output) &&
    !isOffline(error.output)
  );
}

function isOffline(output: string): boolean {
  return /NewConnectionError|Name or service not known|Temporary failure in name resolution|ConnectTimeoutError|ProxyError|Connection (refused|broken)|SSLError|ReadTimeoutError/i.test(
    output,
  );
}

function explain(error: unknown): InstallError {
  const output = error instanceof CommandError ? error.output : String(error);
  const [why, wayOut] = causeOf(output);
  return new InstallError('download', why, wayOut, { cause: error });
}

function causeOf(output: string): [string, string] {
  if (/No space left|ENOSPC|Errno 28/.test(output))
    return ['the disk is full', 'Free about 2 GB, or point DIFFGAN_CACHE at a larger disk.'];
  if (isOffline(output))
    return [
      'pip does not reach its package index',
      'Check the network, or set pip up for your mirror (`pip config set global.index-url …`).',
    ];
  if (/No module named pip/.test(output))
    return ['this Python has no pip', 'Install it (Debian, Ubuntu: `apt-get install python3-pip`).'];
  if (/No matching distribution|Could not find a version/.test(output))
    return [
      `the package index has no TensorFlow wheel for ${process.platform}-${process.arch}`,
      'TensorFlow publishes them for Linux on x86-64 and ARM64 with glibc.',
    ];
  const line = output.split('\n').find((text) => /error/i.test(text));
  return [
    `pip failed (${line?.trim() ?? 'no message'})`,
    'Try the same download by hand to see more: `python3 -m pip download tensorflow-cpu`.',
  ];
}

import { join } from 'node:path';
import { messageOf } from '../platform.ts';
import { InstallError } from './install-error.ts';
import type { OnProgress } from './install-progress.ts';
import { CommandError, runCommand } from './run-command.ts';

// Python is at hand (it ran pip) and its zipfile streams members of 800 MB without holding them in memory.
const unpack = `
import glob, os, sys, zipfile
source, target = sys.argv[1:]
kept = lambda n: n.startswith(("tensorflow/include/", "tensorflow/libtensorflow_")) or (n.startswith("nvidia/") and "/lib/" in n and ".so" in n)
jobs = [(w, i) for w in map(zipfile.ZipFile, sorted(glob.glob(source + "/*.whl"))) for i in w.infolist() if kept(i.filename)]
total, done, shown = sum(i.file_size for _, i in jobs) or 1, 0, -1
for wheel, item in jobs:
    path = os.path.realpath(os.path.join(target, item.filename))
    if not path.startswith(os.path.realpath(target) + os.sep): raise SystemExit("unsafe name in wheel: " + item.filename)
    if item.is_dir(): continue
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with wheel.open(item) as src, open(path, "wb") as dst:
        while chunk := src.read(1 << 22):
            dst.write(chunk)
            done += len(chunk)
            if done * 20 // total > shown: shown = done * 20 // total; print(done / total, flush=True)
`;

/** Unpacks what the binding needs of the wheels in `wheels` into `dir` (`tensorflow/…` and, for a GPU, `nvidia/…`). */
export async function unpackWheels(
  python: string,
  wheels: string,
  dir: string,
  { signal, onProgress }: { signal?: AbortSignal; onProgress?: OnProgress } = {},
): Promise<void> {
  const report = (fraction: number) =>
    onProgress?.({ step: 'unpack', message: 'TensorFlow library and headers', fraction });
  try {
    await runCommand(python, ['-I', '-c', unpack, wheels, dir], { signal, onLine: (line) => report(Number(line)) });
  } catch (cause) {
    signal?.throwIfAborted();
    const output = cause instanceof CommandError ? cause.output : String(cause);
    const full = /No space left|Errno 28/.test(output);
    throw new InstallError(
      'unpack',
      full ? 'the disk is full' : messageOf(cause),
      full
        ? `Free about 2 GB, or point DIFFGAN_CACHE at a larger disk (now ${join(dir, '..')}).`
        : 'Repeat the installation.',
      { cause },
    );
  }
}

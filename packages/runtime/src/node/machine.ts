import { existsSync } from 'node:fs';
import { readFile, statfs } from 'node:fs/promises';
import { availableParallelism, cpus, freemem, totalmem } from 'node:os';
import { dirname } from 'node:path';
import type { Finding } from './finding.ts';

const GIB = 2 ** 30;
const LEAST_MEMORY = 2 * GIB; // TensorFlow with a small network in training takes about one
const LEAST_DISK = 2 * GIB; // TensorFlow is one, once unpacked

const show = (bytes: number): string => `${(bytes / GIB).toFixed(1)} GiB`;

/** Cores and memory. */
export async function lookAtMachine(): Promise<{ cores: Finding; memory: Finding }> {
  const cores = availableParallelism();
  const model = cpus().at(0)?.model.trim() ?? 'unknown processor';
  const [total, available] = [memoryLimit(), await availableMemory()];
  return {
    cores: { ok: true, detail: `${cores} × ${model}` },
    memory: {
      ok: available >= LEAST_MEMORY,
      detail:
        `${show(available)} of ${show(total)} available` +
        (available >= LEAST_MEMORY
          ? ''
          : `; training wants ${show(LEAST_MEMORY)}. Close other programs, or use small batches`),
    },
  };
}

/** What this process may use, where something limits it. */
function memoryLimit(): number {
  const limit = process.constrainedMemory();
  return limit > 0 ? Math.min(limit, totalmem()) : totalmem();
}

/** `freemem` counts the cache of files as used on Linux. */
async function availableMemory(): Promise<number> {
  const info = await readFile('/proc/meminfo', 'utf8').catch(() => '');
  const kilobytes = /^MemAvailable:\s+(\d+) kB$/m.exec(info)?.[1];
  return Math.min(kilobytes === undefined ? freemem() : 1024 * Number(kilobytes), memoryLimit());
}

/** Space where downloads and runs go. */
export async function lookAtDisk(folders: Readonly<Record<string, string>>): Promise<Finding> {
  const parts: string[] = [];
  let ok = true;
  for (const [what, folder] of Object.entries(folders)) {
    const { bavail, bsize } = await statfs(existing(folder));
    ok &&= bavail * bsize >= LEAST_DISK;
    parts.push(`${show(bavail * bsize)} free for ${what} (${folder})`);
  }
  const advice = ok
    ? ''
    : `; set-up and runs want ${show(LEAST_DISK)}. Free some, or set DIFFGAN_CACHE to another disk`;
  return { ok, detail: `${parts.join(', ')}${advice}` };
}

/** The folder, or the nearest one above it that is there. */
const existing = (folder: string): string =>
  existsSync(folder) || dirname(folder) === folder ? folder : existing(dirname(folder));

import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TfjsNodePackage } from './tfjs-node-package.ts';
import type { VerifiedBinding } from './verify-binding.ts';

/** A note beside the binding that this very file was verified, so that the next set-up takes no time. */
export interface BindingStamp extends VerifiedBinding {
  /** ABI of the Node that verified it. */
  abi: string;
  /** Size and time of the file. */
  file: string;
}

const stampPath = (pkg: TfjsNodePackage) => `${pkg.binding}.json`;

function fileMark(path: string): string | undefined {
  const stats = statSync(path, { throwIfNoEntry: false });
  return stats && `${stats.size} bytes at ${stats.mtimeMs}`;
}

/** The note, when it still describes what is installed. */
export function readStamp(pkg: TfjsNodePackage): BindingStamp | undefined {
  try {
    const stamp = JSON.parse(readFileSync(stampPath(pkg), 'utf8')) as BindingStamp;
    const fresh = stamp.file === fileMark(pkg.binding) && stamp.abi === process.versions.modules;
    return fresh && existsSync(join(stamp.tensorflow, 'libtensorflow_cc.so.2')) ? stamp : undefined;
  } catch {
    return undefined; // absent or torn: verify again
  }
}

/** Notes that the binding as it lies there works. */
export function writeStamp(pkg: TfjsNodePackage, stamp: Omit<BindingStamp, 'abi' | 'file'>): void {
  const file = fileMark(pkg.binding);
  if (file !== undefined)
    writeFileSync(stampPath(pkg), JSON.stringify({ ...stamp, abi: process.versions.modules, file }, null, 2));
}

/** Forgets the note before the binding is replaced. */
export function removeStamp(pkg: TfjsNodePackage): void {
  rmSync(stampPath(pkg), { force: true });
}

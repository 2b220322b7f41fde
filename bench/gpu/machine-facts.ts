import { execFile } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { findChromium } from '../../scripts/chromium.ts';
import { findPytorch } from '../installations.ts';
import { describeCommit, describeMachine } from '../machine.ts';
import type { Facts } from './run-parts.ts';

/** What a machine tells of itself before anything computes. */
export interface MachineFacts extends Facts {
  machine: string;
  commit: string;
  /** Lines of nvidia-smi, one a card; empty without one. */
  cards: string[];
  vulkanDrivers: string[];
  vulkanLoader?: string;
  chromium?: string;
  python?: string;
}

const driverFolders = ['/usr/share/vulkan/icd.d', '/etc/vulkan/icd.d', '/usr/local/share/vulkan/icd.d'];
const libraryFolders = ['/usr/lib/x86_64-linux-gnu', '/usr/lib/aarch64-linux-gnu', '/usr/lib64', '/usr/local/lib'];

/** Cards, drivers and programs that the parts of the check need. */
export async function machineFacts(signal: AbortSignal): Promise<MachineFacts> {
  const cards = await nvidiaCards(signal);
  const vulkanDrivers = driverFolders.flatMap((folder) =>
    existsSync(folder) ? readdirSync(folder).map((file) => join(folder, file)) : [],
  );
  const vulkanLoader = libraryFolders.map((folder) => join(folder, 'libvulkan.so.1')).find((file) => existsSync(file));
  const found = [
    cards.length > 0 ? cards.join('; ') : 'no NVIDIA card',
    vulkanLoader === undefined
      ? 'no Vulkan loader (libvulkan1)'
      : `Vulkan loader, ${vulkanDrivers.length} driver files`,
  ];
  return {
    found: found.join('; '),
    machine: describeMachine(),
    commit: describeCommit(),
    cards,
    vulkanDrivers,
    vulkanLoader,
    chromium: findChromium(),
    python: findPytorch(),
  };
}

async function nvidiaCards(signal: AbortSignal): Promise<string[]> {
  const query = ['--query-gpu=name,driver_version,memory.total,compute_cap', '--format=csv,noheader'];
  try {
    const { stdout } = await promisify(execFile)('nvidia-smi', query, { signal });
    return stdout.trim().split('\n').filter(Boolean);
  } catch {
    return []; // no driver, or no card that it can reach
  }
}

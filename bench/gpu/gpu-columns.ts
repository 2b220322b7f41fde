import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { unavailableSuites } from '../../scripts/suites.ts';
import { type Column, columnOf } from '../columns.ts';
import { findPytorch } from '../installations.ts';
import { Absent } from './run-parts.ts';

/** Where the columns of the check compute: on the card, or all on the CPU, which tries the check itself. */
export type Place = 'card' | 'software';

/** The columns that can compute on a card, by the name of their part. */
export const gpuColumns = {
  'WebGPU through Dawn': 'webgpu',
  'TensorFlow, CUDA': 'native',
  'PyTorch, CUDA': 'pytorch',
} as const;

/** The column of that id as it takes part in the check. */
export const gpuColumn = (id: string, place: Place): Column => ({
  ...columnOf(id),
  ...(place === 'software' && { allowSoftware: true }),
});

/**
 * Sees that what a column needs is installed, and chooses the Python of PyTorch.
 *
 * @throws Absent saying what is missing.
 */
export async function requireInstalled(id: string, place: Place, signal: AbortSignal): Promise<void> {
  if (id === 'pytorch' && place === 'card') process.env.DIFFGAN_BENCH_PYTHON = await pythonWithCuda(signal);
  if (id === 'pytorch' && findPytorch() === undefined) throw new Absent('PyTorch is not installed');
  const native = unavailableSuites()['node-tensorflow'];
  if (id === 'native' && native !== undefined)
    throw new Absent('TensorFlow is not installed: `npm run diffgan -- runtime install --gpu`');
}

/** The environment of `--install-pytorch` has no libraries for cards, so this is one that the machine brings. */
async function pythonWithCuda(signal: AbortSignal): Promise<string> {
  const python = process.env.DIFFGAN_BENCH_PYTHON ?? 'python3';
  try {
    const asked = ['-c', 'import torch; torch.ones(1, device="cuda").sum().item()'];
    await promisify(execFile)(python, asked, { signal });
    return python;
  } catch (error) {
    const { stderr, message } = error as Error & { stderr?: string };
    const why = stderr?.trim().split('\n').at(-1) || message.split('\n')[0];
    throw new Absent(`${python} has no PyTorch that computes on a card (${why}); DIFFGAN_BENCH_PYTHON names another`);
  }
}

/**
 * Whether what a column says of itself is where it should compute.
 *
 * @throws Absent for a TensorFlow without CUDA.
 */
export function requirePlace(id: string, version: string, place: Place): void {
  if (place === 'card' && id === 'native' && !version.endsWith(' on GPU'))
    throw new Absent(`this TensorFlow computes on the CPU (${version}): \`npm run diffgan -- runtime install --gpu\``);
}

/** Environment of everything that the check starts. */
export function environmentFor(place: Place): Record<string, string> {
  if (place === 'card') return { DIFFGAN_BENCH_DEVICE: 'cuda', DIFFGAN_WEBGPU_ADAPTER: 'default' };
  const chromium = ['/usr/lib/chromium', '/opt/google/chrome'].find((folder) =>
    existsSync(join(folder, 'libvulkan.so.1')),
  );
  // the browser's own Vulkan loader, where the system has none
  return { DIFFGAN_BENCH_DEVICE: 'cpu', ...(chromium !== undefined && { LD_LIBRARY_PATH: chromium }) };
}

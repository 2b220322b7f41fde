import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { readBytes, writeAtomically } from '@diffgan/files';
import { type GammaConfig, gammaNetworkFromSafetensors, gammaToSafetensors } from '@diffgan/hub';
import type { GammaNetwork } from '@diffgan/objectives';

const MAX_BYTES = 1 << 24; // a network of 1024 neurons has 16 kB

/** Writes a learned noise schedule into a folder, as `config.json` and `model.safetensors`. */
export async function saveGamma(folder: string, gamma: GammaNetwork, config: GammaConfig): Promise<void> {
  const bytes = await gammaToSafetensors(gamma);
  await mkdir(folder, { recursive: true });
  await writeAtomically(join(folder, 'model.safetensors'), bytes);
  await writeAtomically(join(folder, 'config.json'), `${JSON.stringify(config, null, 2)}\n`);
}

/** The learned noise schedule of a run with that configuration, as {@link saveGamma} wrote it. The caller disposes it. */
export async function loadGamma(folder: string, config: GammaConfig): Promise<GammaNetwork> {
  const bytes = await readBytes(join(folder, 'model.safetensors'), { maxBytes: MAX_BYTES });
  return gammaNetworkFromSafetensors(config, bytes);
}

import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { writeAtomically } from '@diffgan/files';
import { type GammaConfig, gammaToSafetensors } from '@diffgan/hub';
import type { GammaNetwork } from '@diffgan/objectives';

/** Writes a learned noise schedule into a folder, as `config.json` and `model.safetensors`. */
export async function saveGamma(folder: string, gamma: GammaNetwork, config: GammaConfig): Promise<void> {
  const bytes = await gammaToSafetensors(gamma);
  await mkdir(folder, { recursive: true });
  await writeAtomically(join(folder, 'model.safetensors'), bytes);
  await writeAtomically(join(folder, 'config.json'), `${JSON.stringify(config, null, 2)}\n`);
}

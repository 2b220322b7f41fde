import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { type GammaNetwork } from '@diffgan/objectives';
import { FileFormatError, readBytes, readSafetensors, writeAtomically, writeSafetensors } from '@diffgan/files';
import { readConfigFile } from '../config/read-config-file.ts';
import { UsageError } from '../terminal/usage-error.ts';
import type { GammaConfig } from './run-config.ts';
import { makeGamma } from './run-models.ts';
import { gamma as gammaCheck } from './schema/schedule.ts';

const MAX_BYTES = 1 << 24; // a network of 1024 neurons has 16 kB
const nameOf = (i: number) => `variable${i}`;

/** Writes a learned noise schedule into a folder, as `config.json` and `model.safetensors`. */
export async function saveGamma(folder: string, gamma: GammaNetwork, config: GammaConfig): Promise<void> {
  const entries = gamma.variables.map(async (variable, i) => {
    const data = (await variable.data()) as Float32Array;
    return [nameOf(i), { shape: variable.shape, data }] as const;
  });
  const bytes = writeSafetensors(Object.fromEntries(await Promise.all(entries)));
  await mkdir(folder, { recursive: true });
  await writeAtomically(join(folder, 'model.safetensors'), bytes);
  await writeAtomically(join(folder, 'config.json'), `${JSON.stringify(config, null, 2)}\n`);
}

/**
 * The learned noise schedule that {@link saveGamma} wrote. The caller disposes it.
 *
 * @throws UsageError or FileFormatError naming the file that is wrong.
 */
export async function loadGamma(folder: string): Promise<GammaNetwork> {
  const file = join(folder, 'config.json');
  const config = await readConfigFile(file);
  const problem = gammaCheck.problem(config, '');
  if (problem !== undefined) throw new UsageError(`${file}: ${problem}`);
  const weights = join(folder, 'model.safetensors');
  const { tensors } = readSafetensors(await readBytes(weights, { maxBytes: MAX_BYTES }));
  const gamma = makeGamma(config as unknown as GammaConfig);
  gamma.variables.forEach((variable, i) => {
    const { data, shape } = (Object.hasOwn(tensors, nameOf(i)) ? tensors[nameOf(i)] : {}) as Partial<
      (typeof tensors)[string]
    >;
    if (!(data instanceof Float32Array) || shape?.join() !== variable.shape.join()) {
      gamma.dispose();
      throw new FileFormatError(`${weights} does not hold the noise schedule that ${file} describes`);
    }
    tf.tidy(() => variable.assign(tf.tensor(data, variable.shape)));
  });
  return gamma;
}

import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { parse } from '@diffgan/config';
import { type GammaNetwork } from '@diffgan/objectives';
import { FileFormatError, readBytes, readSafetensors, writeAtomically, writeSafetensors } from '@diffgan/files';
import { readConfigFile } from '../config/read-config-file.ts';
import { UsageError } from '../terminal/usage-error.ts';
import { type GammaConfig, gammaSchema } from './schedule-config.ts';
import { makeGamma } from './run-models.ts';

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
  const refuse = (problem: string) => new UsageError(`${file}: ${problem}`);
  const config = parse(gammaSchema, await readConfigFile(file), refuse);
  const weights = join(folder, 'model.safetensors');
  const { tensors } = readSafetensors(await readBytes(weights, { maxBytes: MAX_BYTES }));
  const gamma = makeGamma(config);
  gamma.variables.forEach((variable, i) => {
    const found = Object.hasOwn(tensors, nameOf(i)) ? tensors[nameOf(i)] : undefined;
    if (!(found?.data instanceof Float32Array) || found.shape.join() !== variable.shape.join()) {
      gamma.dispose();
      throw new FileFormatError(`${weights} does not hold the noise schedule that ${file} describes`);
    }
    const { data } = found;
    tf.tidy(() => variable.assign(tf.tensor(data, variable.shape)));
  });
  return gamma;
}

import * as tf from '@tensorflow/tfjs-core';
import { FileFormatError, readSafetensors, writeSafetensors } from '@diffgan/files';
import { type GammaNetwork, gammaNetwork } from '@diffgan/objectives';
import type { GammaConfig } from './schedule-config.ts';

const nameOf = (i: number) => `variable${i}`;

/**
 * The variables of a learned noise schedule as a safetensors file: `gamma/model.safetensors` in the folder of a run.
 *
 * @example
 * ```ts
 * const gamma = gammaNetwork({ hidden: 8 });
 * await writeAtomically('gamma.safetensors', await gammaToSafetensors(gamma));
 * ```
 */
export async function gammaToSafetensors(gamma: GammaNetwork): Promise<Uint8Array> {
  const entries = gamma.variables.map(async (variable, i) => {
    const data = await variable.data<'float32'>();
    return [nameOf(i), { shape: variable.shape, data }] as const;
  });
  return writeSafetensors(Object.fromEntries(await Promise.all(entries)));
}

/**
 * The learned noise schedule that {@link gammaToSafetensors} wrote, as a network. The caller disposes it.
 *
 * @throws RangeError for a configuration of none; FileFormatError for a file that does not hold its variables.
 * @example
 * ```ts
 * const config = { name: 'gamma', hidden: 8 } as const;
 * const twin = gammaNetworkFromSafetensors(config, await gammaToSafetensors(gammaNetwork(config)));
 * ```
 */
export function gammaNetworkFromSafetensors(config: GammaConfig, bytes: Uint8Array): GammaNetwork {
  const { tensors } = readSafetensors(bytes);
  const gamma = gammaNetwork(config);
  for (const [i, variable] of gamma.variables.entries()) {
    const { data, shape } = { ...tensors[nameOf(i)] };
    if (!(data instanceof Float32Array) || shape?.join() !== variable.shape.join()) {
      gamma.dispose();
      throw new FileFormatError('the file does not hold the noise schedule that its config.json describes');
    }
    tf.tidy(() => variable.assign(tf.tensor(data, variable.shape)));
  }
  return gamma;
}

/**
 * The same as a function γ(t).
 *
 * @throws as {@link gammaNetworkFromSafetensors}
 * @example
 * ```ts
 * const config = { name: 'gamma', hidden: 8 } as const;
 * const at = await gammaFromSafetensors(config, await gammaToSafetensors(gammaNetwork(config)));
 * at(1); // γ(1)
 * ```
 */
export async function gammaFromSafetensors(config: GammaConfig, bytes: Uint8Array): Promise<(t: number) => number> {
  const gamma = gammaNetworkFromSafetensors(config, bytes);
  try {
    return await gamma.toFunction();
  } finally {
    gamma.dispose();
  }
}

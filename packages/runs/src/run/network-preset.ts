import { type ModelConfig, presets } from '@diffgan/unet';

/** Every network of every preset of `@diffgan/unet`, as `fashion-mnist-tiny/generator`. */
export const networkPresetNames: readonly string[] = Object.entries(presets).flatMap(([name, networks]) =>
  Object.keys(networks).map((network) => `${name}/${network}`),
);

/**
 * The network of that name; undefined if there is none.
 *
 * @example
 * ```ts
 * const config = networkPreset('fashion-mnist-small/generator');
 * ```
 */
export function networkPreset(name: string): ModelConfig | undefined {
  if (!networkPresetNames.includes(name)) return undefined;
  const [preset, network] = name.split('/') as [keyof typeof presets, 'generator' | 'discriminator' | 'denoiser'];
  return presets[preset][network];
}

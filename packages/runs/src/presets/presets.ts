import { nearestName } from '@diffgan/config';
import { UsageError } from '../errors.ts';
import { cifar10Presets } from './cifar10.ts';
import { fashionMnistPresets } from './fashion-mnist.ts';
import { gaussians25Presets } from './gaussians25.ts';
import { imageFolderPresets } from './image-folder.ts';
import type { RunPreset } from './run-preset.ts';
import { stackedFashionMnistPresets } from './stacked-fashion-mnist.ts';
import { threeGaussiansPresets } from './three-gaussians.ts';

/** All presets of `diffgan train` by name. */
export const runPresets: Readonly<Record<string, RunPreset>> = {
  ...fashionMnistPresets,
  ...gaussians25Presets,
  ...threeGaussiansPresets,
  ...stackedFashionMnistPresets,
  ...cifar10Presets,
  ...imageFolderPresets,
};

/** The preset of that name, or a UsageError that suggests one. */
export function runPreset(name: string): RunPreset {
  if (Object.hasOwn(runPresets, name)) return runPresets[name];
  const names = Object.keys(runPresets);
  const near = nearestName(name.slice(0, 40), names);
  throw new UsageError(
    `there is no preset ${JSON.stringify(name.slice(0, 60))}; ${near ? `did you mean "${near}"? ` : ''}All: ${names.join(', ')}`,
  );
}

/**
 * All presets, one a line.
 *
 * @example
 * ```ts
 * console.log(formatPresets());
 * ```
 */
export function formatPresets(): string {
  const width = Math.max(...Object.keys(runPresets).map((name) => name.length));
  return Object.entries(runPresets)
    .map(([name, { about, duration }]) => `${name.padEnd(width)}  ${about}\n${' '.repeat(width)}  ${duration}`)
    .join('\n');
}

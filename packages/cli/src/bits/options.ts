import type { VarianceKind } from '@diffgan/objectives';
import { UsageError } from '@diffgan/runs/errors';

/** Options of the bits command. */
export interface BitsCommandOptions {
  /** Folder of a run. */
  from: string;
  /** Part of the data of the run. */
  split: 'train' | 'test';
  /** The first so many images. */
  count: number;
  batch: number;
  seed: number;
  variance?: VarianceKind;
  clip: boolean;
  /** Estimates of the bound of a VDM. */
  times: number;
  backend?: string;
}

/** @throws UsageError naming the flag, its value and what is allowed */
export function checkBitsOptions({ split, seed, variance, ...options }: BitsCommandOptions): void {
  if (!['train', 'test'].includes(split)) throw new UsageError(`--split is ${split}; it must be train or test`);
  const variances: readonly VarianceKind[] = ['fixedLarge', 'fixedSmall', 'learned', 'learnedRange'];
  if (variance !== undefined && !variances.includes(variance))
    throw new UsageError(`--variance is ${variance}; it must be one of ${variances.join(', ')}`);
  const whole = { seed: [seed, 0], count: [options.count, 1], batch: [options.batch, 1], times: [options.times, 1] };
  for (const [name, [value, least]] of Object.entries(whole))
    if (!(Number.isSafeInteger(value) && value >= least))
      throw new UsageError(`--${name} is ${value}; it must be a whole number of at least ${least}`);
}

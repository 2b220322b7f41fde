import { UsageError } from '@diffgan/runs/errors';

/** Options of the quickstart command. */
export interface QuickstartOptions {
  minutes: number;
  /** Overrides `minutes`; equal seeds and steps give equal images on one backend. */
  steps?: number;
  seed: number;
  /** Images drawn for each score. */
  samples: number;
  backend?: string;
  resume: boolean;
  out: string;
}

/** Where a run goes unless `--out` says otherwise. */
export const DEFAULT_OUT = 'runs/quickstart';

/** Checks the numbers of the command line. */
export function checkQuickstartOptions({ minutes, steps, seed, samples }: QuickstartOptions): void {
  if (!(minutes > 0 && minutes <= 7 * 24 * 60))
    throw new UsageError(`--minutes is ${minutes}; it must be a number above 0 and at most ${7 * 24 * 60}`);
  if (steps !== undefined && !(Number.isInteger(steps) && steps >= 1))
    throw new UsageError(`--steps is ${steps}; it must be an integer of at least 1`);
  if (!(Number.isSafeInteger(seed) && seed >= 0))
    throw new UsageError(`--seed is ${seed}; it must be an integer of at least 0`);
  if (!(Number.isInteger(samples) && samples >= 2))
    throw new UsageError(`--samples is ${samples}; it must be an integer of at least 2`);
}

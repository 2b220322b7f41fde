import type { ReproduceOptions } from '@diffgan/experiments';
import { UsageError } from '@diffgan/runs/errors';

/** Options of the reproduce command. */
export interface ReproduceCommandOptions extends ReproduceOptions {
  /** Only say what there is. */
  list: boolean;
  /** Only say which results and pages are stale. */
  check: boolean;
  /** Only write the pages anew from their results. */
  pages: boolean;
}

/** Where trainings and measurements lie unless `--runs` says otherwise; git ignores it. */
export const RUNS = 'runs/reproduce';

/** The flags of the command as the command line gives them. */
export type ReproduceFlags = Omit<ReproduceCommandOptions, 'ids' | 'only' | 'out' | 'runs'> & {
  only?: string;
  out?: string;
  runs?: string;
};

/**
 * Checks what the command line gave. Results of another scale are no results: they go beside the trainings.
 *
 * @throws UsageError naming the flag, its value and what is allowed
 */
export function reproduceOptions(ids: readonly string[], flags: ReproduceFlags): ReproduceCommandOptions {
  const { scale, seeds, hours, runs = RUNS } = flags;
  if (!(scale > 0 && scale <= 1)) throw new UsageError(`--scale is ${scale}; it must lie above 0, and at most at 1`);
  if (!(Number.isSafeInteger(seeds) && seeds >= 1 && seeds <= 100))
    throw new UsageError(`--seeds is ${seeds}; it must be a whole number from 1 to 100`);
  if (hours !== undefined && !(hours > 0)) throw new UsageError(`--hours is ${hours}; it must be above 0`);
  const only = flags.only?.split(',').map((name) => name.trim());
  return { ...flags, ids, only, runs, out: flags.out ?? (scale === 1 ? '.' : `${runs}/scale-${scale}`) };
}

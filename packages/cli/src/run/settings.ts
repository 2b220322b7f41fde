import type { Json } from '../config/merge.ts';
import { UsageError } from '../terminal/usage-error.ts';
import type { RunConfig } from './run-config.ts';
import { runCheck } from './schema/run.ts';

type Unstarted<Run> = Run extends unknown ? Omit<Run, 'backend'> & { backend?: string } : never;

/** The settings of a run that has no backend yet. */
export type Settings = Unstarted<RunConfig>;

/** @throws UsageError naming the path of the setting that is wrong, and the nearest known name. */
export function assertSettings(settings: Json): void {
  const problem = runCheck.problem(settings, '');
  if (problem !== undefined) throw new UsageError(problem);
}

import { kinds, parse } from '@diffgan/config';
import { UsageError } from '../errors.ts';
import { type RunConfig, tasks } from '../tasks/tasks.ts';
import { describeSettings } from './describe-settings.ts';

/** What the settings of a run may be, by task. */
export const runSchema = kinds('task', {
  ddpm: tasks.ddpm.schema,
  ddgan: tasks.ddgan.schema,
  vdm: tasks.vdm.schema,
  distil: tasks.distil.schema,
  classifier: tasks.classifier.schema,
});

/**
 * The settings of a run, checked down to the last key.
 *
 * @throws UsageError naming the path of the setting that is wrong, and the nearest known name.
 * @example
 * ```ts
 * const { config } = await resolveConfig({ preset: 'gaussians25-ddgan' });
 * asRunConfig(toJson(config)).task; // 'ddgan'
 * ```
 */
export function asRunConfig(json: unknown): RunConfig {
  const config = parse(runSchema, json, (problem, path) => new UsageError(withMeaning(problem, path)));
  delete config.$schema; // says something of the file, not of the run
  return config;
}

/** Who lacks a setting, or has left it empty, wants to know what it is for. */
function withMeaning(problem: string, path: string): string {
  const empty = problem.startsWith(`${path} is ""`);
  const missing = empty || problem.startsWith(`${path} is missing`);
  const setting = missing ? describeSettings().find((each) => each.path === path) : undefined;
  if (setting === undefined) return problem;
  return `${path} is missing. ${setting.about}${empty ? ` Give it with --set ${path}=…` : ''}`;
}

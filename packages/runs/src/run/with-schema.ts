import { relative, sep } from 'node:path';
import type { RunConfig } from '../tasks/tasks.ts';
import { settingsSchemaFile } from './describe-settings.ts';

/**
 * Settings as a file in `folder` holds them: with the place of the description by which editors complete it.
 *
 * @example
 * ```ts
 * const { config } = await resolveConfig({ preset: 'gaussians25-ddgan' });
 * const text = JSON.stringify(withSchema(config, 'runs/mine'));
 * ```
 */
export function withSchema(config: RunConfig, folder: string): RunConfig {
  const path = relative(folder, settingsSchemaFile).split(sep).join('/');
  return { $schema: path.startsWith('.') ? path : `./${path}`, ...config };
}

import {
  asRunConfig,
  type JsonObject,
  resolveConfig,
  type RunConfig,
  type RunData,
  type RunFolder,
  stepsWithin,
} from '@diffgan/runs';
import { howToRun } from '../terminal/how-to-run.ts';
import type { QuickstartOptions } from './options.ts';

const PRESET = 'fashion-mnist-quickstart';

/** The settings of a new run: the preset, with as many steps as there is time for. */
export async function newQuickstart(
  { seed, steps, minutes, samples }: Pick<QuickstartOptions, 'seed' | 'steps' | 'minutes' | 'samples'>,
  { backend, data, signal }: { backend: string; data: RunData; signal: AbortSignal },
): Promise<RunConfig> {
  const set = [`records.metricCount=${samples}`];
  const given = { preset: PRESET, seed, backend, set };
  const { config } = await resolveConfig(given);
  const length = steps ?? (await stepsWithin(minutes, config, { data, signal }));
  return (await resolveConfig({ ...given, steps: length })).config;
}

/** The settings of the run to go on with. @throws UsageError when there is none, or one of something else. */
export const earlierQuickstart = (folder: RunFolder): Promise<RunConfig> =>
  folder.readConfig((json: JsonObject) => {
    if (json.command === 'quickstart')
      throw new TypeError('an older diffgan began the run, with networks and steps of its own');
    const config = asRunConfig(json);
    if (config.preset !== PRESET)
      throw new TypeError(`it is not a run of quickstart; ${howToRun('train --resume')} goes on with it`);
    if (config.init === undefined) throw new TypeError('an older diffgan began the run, from fresh networks');
    return config;
  });

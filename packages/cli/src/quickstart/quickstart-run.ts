import type { JsonObject } from '../config/merge.ts';
import type { RunFolder } from '../run/run-folder.ts';
import { assertSettings, type Settings } from '../run/settings.ts';
import type { RunData } from '../train/load-data.ts';
import { resolveSettings } from '../train/resolve-settings.ts';
import { stepsWithin } from '../train/steps-within.ts';
import type { QuickstartOptions } from './options.ts';

const PRESET = 'fashion-mnist-quickstart';

/** The settings of a new run: the preset, with as many steps as there is time for. */
export async function newQuickstart(
  { seed, steps, minutes, samples }: Pick<QuickstartOptions, 'seed' | 'steps' | 'minutes' | 'samples'>,
  { backend, data, signal }: { backend: string; data: RunData; signal: AbortSignal },
): Promise<Settings> {
  const set = [`records.metricCount=${samples}`];
  const given = { preset: PRESET, seed, backend, set };
  const { settings } = await resolveSettings(given);
  const length = steps ?? (await stepsWithin(minutes, settings, { data, signal }));
  return (await resolveSettings({ ...given, steps: length })).settings;
}

/** The settings of the run to go on with. @throws UsageError when there is none, or one of something else. */
export const earlierQuickstart = (folder: RunFolder): Promise<Settings> =>
  folder.readConfig((json: JsonObject) => {
    if (json.command === 'quickstart')
      throw new TypeError('an older diffgan began the run, with networks and steps of its own');
    assertSettings(json);
    if (json.preset !== PRESET)
      throw new TypeError('it is not a run of quickstart; diffgan train --resume goes on with it');
    return json as unknown as Settings;
  });

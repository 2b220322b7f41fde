import { runRecords } from '@diffgan/records/node';
import type { RunFolder } from '../run/run-folder.ts';
import { withAbsolutePaths } from '../run/with-absolute-paths.ts';
import { sampleMetric } from '../scores/sample-metric.ts';
import type { RunModels } from '../tasks/task.ts';
import { makeModels, type RunConfig, tasks } from '../tasks/tasks.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { Averages } from './averages.ts';
import { hasState } from './has-state.ts';
import { loadData, type RunData } from './load-data.ts';
import { pretrainingRun } from './pretraining-run.ts';
import { takeStartWeights } from './start-weights.ts';
import { loadTeacher, startFromTeacher } from './teacher.ts';
import type { RunParts } from './train-run.ts';

/** A run to begin or to go on with. */
export interface RunRequest {
  folder: RunFolder;
  config: RunConfig;
  resume: boolean;
  /** Its data, where they are loaded already. @defaultValue what the settings name */
  data?: RunData;
}

/** Makes what a run works with; its folder is begun last, when nothing more can be wrong. The caller ends with `dispose`. */
export async function openParts(
  { folder, resume, ...given }: RunRequest,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<RunParts & { dispose(): void }> {
  const config = resume ? given.config : withAbsolutePaths(given.config);
  const owned: { dispose(): void }[] = [];
  const own = <T extends { dispose(): void }>(part: T): T => {
    owned.push(part);
    return part;
  };
  const dispose = () => owned.forEach((part) => part.dispose());
  try {
    const networks = own(makeModels(config));
    const models = config.task === 'distil' ? { ...networks, teacher: own(await loadTeacher(config)) } : networks;
    const averages = tasks[config.task].drawn === undefined ? undefined : own(new Averages(config));
    const data = given.data ?? (await loadData(config.data, { terminal, signal }));
    const scored =
      averages && config.records.metricEvery > 0 ? await sampleMetric(config.data, data.train.name) : undefined;
    const metric = scored && own(scored);
    if (config.task === 'ddgan' && config.pretraining !== undefined) pretrainingRun(config); // throws for what cannot be
    if (!(resume && hasState(folder))) await takeStart(config, models, terminal);
    if (!resume) {
      await folder.begin((aside) => terminal.say(`The run that was in ${folder.path} is now in ${aside}`));
      await folder.writeConfig(config);
    }
    const records = await runRecords(folder.path, { resume });
    return { config, folder, data, models, averages, metric, records, terminal, signal, dispose };
  } catch (error) {
    dispose();
    throw error;
  }
}

/** Gives the networks the weights that the run starts from. */
async function takeStart(config: RunConfig, models: RunModels, terminal: Terminal): Promise<void> {
  if (config.task === 'distil') return startFromTeacher(config, models, terminal);
  if (config.init !== undefined) await takeStartWeights(config.init, models, terminal);
}

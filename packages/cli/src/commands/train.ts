import { clock } from '@diffgan/records';
import {
  asRunConfig,
  followTraining,
  formatNumber,
  formatValues,
  type GivenSettings,
  prepareBackend,
  resolveConfig,
  type RunConfig,
  RunFolder,
  runTraining,
  type TrainingOutcome,
  withLength,
} from '@diffgan/runs';
import { UsageError } from '@diffgan/runs/errors';
import type { ProcessOptions } from '../processes/find-place.ts';
import { type OpenTeam, openTeam } from '../processes/open-team.ts';
import { howToRun } from '../terminal/how-to-run.ts';
import type { Terminal } from '../terminal/terminal.ts';

/** Options of the train command. */
export interface TrainCommandOptions extends GivenSettings, ProcessOptions {
  resume: boolean;
  /** Folder of the run. @defaultValue `runs/` and the name of preset or file */
  out?: string;
}

/**
 * Trains with other processes, where the options or the environment name them, or as one alone.
 *
 * @returns undefined of a process that trains with another one, which has the run.
 */
export async function trainTogether(
  options: TrainCommandOptions,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<TrainingOutcome | undefined> {
  const team = await openTeam(options, terminal);
  if (!team) return train(options, terminal, signal);
  try {
    if (team.rank === 0) return await train(options, terminal, signal, team);
    await prepareBackend('tensorflow', terminal, signal);
    await followTraining({ processes: await team.join(), terminal, signal });
    return undefined;
  } finally {
    await team.close(signal.aborted);
  }
}

/** Trains what preset, file and options say, or goes on with a run; with a team it is the one that has the run. */
export async function train(
  options: TrainCommandOptions,
  terminal: Terminal,
  signal: AbortSignal,
  team?: OpenTeam,
): Promise<TrainingOutcome> {
  const { folder, config: given } = options.resume ? await earlierRun(options) : await newRun(options);
  terminal.heading('Set-up');
  const backend = await prepareBackend(team ? 'tensorflow' : given.backend, terminal, signal);
  const processes = await team?.join();
  const config = { ...given, backend: backend.name };
  const resumeCommand = howToRun(`${given.task === 'distil' ? 'distil' : 'train'} --resume --out ${folder.given}`);
  const request = { folder, config, resume: options.resume };
  const outcome = await runTraining(request, { backend, resumeCommand, terminal, signal, processes });
  summarise(outcome, terminal);
  return outcome;
}

async function newRun(options: TrainCommandOptions): Promise<{ folder: RunFolder; config: RunConfig }> {
  const { name, config } = await resolveConfig(options);
  return { folder: new RunFolder(options.out ?? `runs/${name}`), config };
}

const settingNames = ['config', 'set', 'seed', 'backend', 'init', 'precision'] as const;

/** A run goes on with its own settings, but for its length. */
async function earlierRun(options: TrainCommandOptions): Promise<{ folder: RunFolder; config: RunConfig }> {
  const { out, preset } = options;
  const given = settingNames.filter((name) => options[name] !== undefined);
  if (given.length > 0)
    throw new UsageError(
      `--resume goes on with the settings of the run, and takes another length alone (--steps, --images, --minutes); leave out ` +
        given.map((name) => `--${name}`).join(', '),
    );
  if (out === undefined && preset === undefined)
    throw new UsageError('--resume goes on with a run; name its folder with --out, or its --preset');
  const folder = new RunFolder(out ?? `runs/${preset}`);
  const config = await folder.readConfig(asRunConfig);
  return { folder, config: withLength(config, options) };
}

function summarise({ folder, steps, seconds, scores, best, config }: TrainingOutcome, terminal: Terminal): void {
  terminal.heading('Done');
  terminal.say(`${steps} steps in ${clock(seconds)}`);
  if (Object.keys(scores).length > 0)
    terminal.say(`Scores of ${config.records.metricCount} samples: ${formatValues(scores)}`);
  if (best) terminal.say(`Best: ${best.metric} ${formatNumber(best.value)} after step ${best.step}, ${folder}/best`);
  const names = Object.keys(config.networks);
  terminal.say(`Weights: ${names.map((name) => `${folder}/${name}`).join(', ')}`);
  terminal.say(`Curves and pictures: ${folder}/report.html`);
  if (config.task !== 'classifier') terminal.say(`Draw samples: ${howToRun(`sample --from ${folder}`)}`);
}

import { Command } from 'commander';
import { version } from '../terminal/version.ts';
import { bitsCommand } from './bits-command.ts';
import { distilCommand } from './distil-command.ts';
import { doctorCommand } from './doctor-command.ts';
import { evaluateCommand } from './evaluate-command.ts';
import { exportCommand } from './export-command.ts';
import { importCommand } from './import-command.ts';
import { mergeCommand } from './merge-command.ts';
import { quickstartCommand } from './quickstart-command.ts';
import { reproduceCommand } from './reproduce-command.ts';
import { runtimeCommand } from './runtime-command.ts';
import { sampleCommand } from './sample-command.ts';
import { trainCommand } from './train-command.ts';
import { workerCommand } from './worker-command.ts';

const commands = [
  quickstartCommand,
  trainCommand,
  distilCommand,
  evaluateCommand,
  bitsCommand,
  sampleCommand,
  mergeCommand,
  reproduceCommand,
  importCommand,
  exportCommand,
  workerCommand,
  runtimeCommand,
  doctorCommand,
];

/** The `diffgan` command. Commands load what they need when they run, so that `--help` answers at once. */
export function program(signal: AbortSignal): Command {
  const root = new Command('diffgan')
    .description('Train, sample and score denoising diffusion GANs')
    .version(version)
    .showHelpAfterError('(--help shows the options)')
    .exitOverride(); // main.ts says how the process ends
  for (const addCommand of commands) addCommand(root, signal);
  return root;
}

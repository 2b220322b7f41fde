import type { Command } from 'commander';
import type { TrainCommandOptions } from '../commands/train.ts';
import { Terminal } from '../terminal/terminal.ts';
import { backendOption, collect, jsonOption, precisionOption } from './common-options.ts';
import { parseNumber } from './parse-number.ts';

interface Flags {
  json: boolean;
  listPresets: boolean;
  listSettings: boolean;
  showConfig: boolean;
}

const examples = `
Examples:
  diffgan train --list-presets
  diffgan train --preset fashion-mnist-ddgan --minutes 30
  diffgan train --preset gaussians25-ddgan --set training.loss=wgan --out runs/wgan
  diffgan train --preset image-folder-ddgan --set data.folder=photos --set data.size=64
  diffgan train --preset fashion-mnist-ddpm --show-config > mine.json
  diffgan train --config mine.json --seed 1
  diffgan train --preset fashion-mnist-ddgan --init runs/fashion-mnist-ddpm
  diffgan train --resume --out runs/mine
  diffgan train --resume --out runs/mine --steps 20000
  diffgan train --preset fashion-mnist-ddgan --processes 2
  diffgan train --preset fashion-mnist-ddgan --hosts a:7000,b:7000 --rank 0

A file has the settings that --show-config prints, or only those that differ from its "preset"; null takes one away.`;

/** Adds `diffgan train`. */
export function trainCommand(root: Command, signal: AbortSignal): void {
  root
    .command('train')
    .description('train what a preset or a file says: records, pictures, scores, exact resume')
    .option('--preset <name>', 'what to train (--list-presets)')
    .option('--config <file>', 'JSON file with settings, on top of its "preset"')
    .option('--set <path=value>', 'one setting, such as training.batch=64 (--list-settings); may be repeated', collect)
    .option('--steps <number>', 'length of the run in steps', parseNumber)
    .option('--images <number>', 'length of the run in training examples', parseNumber)
    .option('--minutes <number>', 'length of the run in minutes; the learning rates stay constant', parseNumber)
    .option('--seed <number>', 'seed of everything random (default: 0)', parseNumber)
    .addOption(backendOption())
    .addOption(precisionOption())
    .option(
      '--init <model>',
      'start from the weights of a run, network or shipped model, as far as names and shapes agree',
    )
    .option('--out <folder>', 'folder of the run (default: runs/ and the name of preset or file)')
    .option('--resume', 'go on with a run, with its own settings; a length is its new one', false)
    .option('--processes <number>', 'processes on this machine that train together', parseNumber)
    .option(
      '--hosts <addresses>',
      'host:port of every process, with commas between; run the command on each with its --rank',
    )
    .option('--rank <number>', 'number of this process, from 0; rank 0 keeps the run', parseNumber)
    .option('--time-limit <seconds>', 'longest time that processes wait for each other (default: 600)', parseNumber)
    .option('--list-presets', 'say what can be trained', false)
    .option('--list-settings', 'say what can be set', false)
    .option('--show-config', 'print the settings and do nothing', false)
    .addOption(jsonOption())
    .addHelpText('after', examples)
    .action(async ({ json, listPresets, listSettings, showConfig, ...options }: TrainCommandOptions & Flags) => {
      const terminal = new Terminal(json);
      if (listPresets) {
        const { formatPresets, runPresets } = await import('@diffgan/runs');
        terminal.print(json ? JSON.stringify(runPresets) : formatPresets());
      } else if (listSettings || showConfig) {
        const { formatSettings, resolveConfig, withSchema } = await import('@diffgan/runs');
        const { config } = await resolveConfig(options);
        terminal.print(
          listSettings ? formatSettings(config.task) : JSON.stringify(withSchema(config, process.cwd()), null, 2),
        );
      } else {
        const { trainTogether } = await import('../commands/train.ts');
        const outcome = await trainTogether(options, terminal, signal);
        if (outcome) terminal.result(outcome);
      }
    });
}

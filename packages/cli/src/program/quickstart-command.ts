import type { Command } from 'commander';
import { checkQuickstartOptions, DEFAULT_OUT, type QuickstartOptions } from '../quickstart/options.ts';
import { Terminal } from '../terminal/terminal.ts';
import { backendOption, jsonOption, seedOption } from './common-options.ts';
import { parseNumber } from './parse-number.ts';

const examples = `
Examples:
  diffgan quickstart --minutes 5
  diffgan quickstart --seed 1 --steps 500 --json
  diffgan quickstart --resume`;

/** Adds `diffgan quickstart`. */
export function quickstartCommand(root: Command, signal: AbortSignal): void {
  root
    .command('quickstart')
    .description(
      'draw with the shipped weights, make a DDGAN of a DDPM of four steps of Fashion-MNIST, score all; on native TensorFlow if it is set up, else on WebAssembly',
    )
    .option('--minutes <number>', 'training time', parseNumber, 5)
    .option('--steps <number>', 'training steps, instead of a time: repeatable on one backend', parseNumber)
    .addOption(seedOption())
    .addOption(backendOption())
    .option('--resume', 'go on with an interrupted run, with its own settings', false)
    .option('--out <folder>', 'folder of the run', DEFAULT_OUT)
    .option('--samples <number>', 'images drawn for each score', parseNumber, 2000)
    .addOption(jsonOption())
    .addHelpText('after', examples)
    .action(async ({ json, ...options }: QuickstartOptions & { json: boolean }) => {
      checkQuickstartOptions(options);
      const { quickstart } = await import('../commands/quickstart.ts');
      const terminal = new Terminal(json);
      terminal.result(await quickstart(options, terminal, signal));
    });
}

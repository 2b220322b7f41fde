import type { Command } from 'commander';
import { type BitsCommandOptions, checkBitsOptions } from '../bits/options.ts';
import { Terminal } from '../terminal/terminal.ts';
import { backendOption, jsonOption, seedOption } from './common-options.ts';
import { parseNumber } from './parse-number.ts';

const examples = `
Examples:
  diffgan bits --from fashion-mnist-ddpm-4
  diffgan bits --from runs/fashion-mnist-ddpm --count 200
  diffgan bits --from runs/fashion-mnist-vdm --split train --times 64

A DDPM takes one network call per step and batch: prior L_T, rate L_1 + … + L_{T−1}, distortion L_0. A VDM takes --times calls: prior,
reconstruction, diffusion. The sum bounds the code length of 8-bit images.`;

/** Adds `diffgan bits`. */
export function bitsCommand(root: Command, signal: AbortSignal): void {
  root
    .command('bits')
    .description('bits per dimension of images by the bound of a trained DDPM or VDM')
    .requiredOption('--from <model>', 'folder of a run, or a shipped DDPM by name')
    .option('--split <name>', 'train or test', 'test')
    .option('--count <number>', 'the first so many images', parseNumber, 1000)
    .option('--batch <number>', 'images per network call', parseNumber, 100)
    .addOption(seedOption())
    .option(
      '--variance <kind>',
      'of a DDPM: fixedLarge, fixedSmall, learned or learnedRange (default: of its training)',
    )
    .option('--no-clip', 'do not clip predicted images to [-1, 1]; the bound of a DDPM is higher then')
    .option('--times <number>', 'estimates of the bound of a VDM, each at one time per image', parseNumber, 32)
    .addOption(backendOption())
    .addOption(jsonOption())
    .addHelpText('after', examples)
    .action(async ({ json, ...options }: BitsCommandOptions & { json: boolean }) => {
      checkBitsOptions(options);
      const { bits } = await import('../commands/bits.ts');
      const terminal = new Terminal(json);
      terminal.result(await bits(options, terminal, signal));
    });
}

import type { Command } from 'commander';
import { samplerNames, solversThatTake, spacingNames } from '@diffgan/hub';
import { SAMPLE_OUT, type SampleFlags, sampleOptions } from '../sample/options.ts';
import { Terminal } from '../terminal/terminal.ts';
import { backendOption, jsonOption, precisionOption, seedOption } from './common-options.ts';
import { parseNumber } from './parse-number.ts';

const examples = `
Examples:
  diffgan sample --from shipped --count 100 --format png,grid,npz,gif
  diffgan sample --from runs/fashion-mnist-ddpm --sampler dpm-solver --steps 20
  diffgan sample --from runs/fashion-mnist-ddpm --sampler ddim --steps 50 --spacing trailing
  diffgan sample --from runs/fashion-mnist-conditional --labels 0,7 --guidance 2
  diffgan sample --from runs/fashion-mnist-ddpm --autoguidance runs/early:2
  diffgan sample --from models/cifar10 --schedule linear:1000 --count 50000 --format npz --workers 4
  diffgan sample --from models/cifar10 --count 50000 --shard 3/8 --out runs/part3

Sample i of a seed is the same, to rounding, whatever --count and --batch are, and to the bit whatever --workers is.`;

/** Adds `diffgan sample`. */
export function sampleCommand(root: Command, signal: AbortSignal): void {
  root
    .command('sample')
    .description('draw from a run, a network or the shipped weights: PNG files, a grid, .npz, a GIF; points as a table')
    .requiredOption('--from <what>', 'folder of a run, of a generator or denoiser, or shipped')
    .option('--count <number>', 'samples (default: 100, or one for each of --seeds)', parseNumber)
    .option('--sampler <name>', `${samplerNames.join(', ')} (default: what the run says)`)
    .option('--steps <number>', 'network calls per sample (heun: about half of them)', parseNumber)
    .option('--spacing <how>', `which steps: ${spacingNames.join(', ')}, leading+1, or themselves: 1,500,1000`)
    .option('--sigmas <list>', 'falling noise levels σ of a solver instead of steps, such as 80,10,1,0')
    .option(
      '--eta <number>',
      `fresh noise of ddim and ${solversThatTake('eta').join(' and ')}, from 0 to 1`,
      parseNumber,
    )
    .option('--order <number>', `of ${solversThatTake('order').join(' and ')}, from 1 to 3 (default: 2)`, parseNumber)
    .option(
      '--solver <name>',
      `second order of ${solversThatTake('solver').join(' and ')}: midpoint or heun (default: midpoint)`,
    )
    .option('--rederive-eps', 'of ddim: derive the noise anew from a clipped image (default, but not of diffusers)')
    .option('--no-rederive-eps', 'keep the noise that the network predicts')
    .option('--clip', 'clip predictions to [-1, 1] (default: images, but not those of vdm)')
    .option('--no-clip', 'do not')
    .option('--clip-before-guidance', 'clip before a classifier guides, and not after')
    .option('--predicts <what>', 'what the network predicts: eps, x0, v or mean (default: what the run says, or eps)')
    .option('--variance <kind>', 'of ddpm: fixedLarge, fixedSmall, learned or learnedRange')
    .option('--guidance <w>', 'weight of the guidance: (1 + w) ε(x, c) − w ε(x), or of the classifier', parseNumber)
    .option('--guidance-scale <s>', 'the same as s = 1 + w, as others count', parseNumber)
    .option('--guidance-form <what>', 'what a classifier shifts: eps, or the mean of a step of ddpm (default: eps)')
    .option('--classifier <folder>', 'guide by this classifier of noised examples, or by that of a run')
    .option(
      '--autoguidance <folder:s>',
      'lead away from a worse model of the same data: bad + s (own − bad), s above 1',
    )
    .option('--label, --labels <list>', 'classes, which the samples take in turn (default: all)')
    .option(
      '--schedule <text>',
      'noise schedule of a network whose folder does not tell it, such as linear:1000 or linear:4000,scale=0.25',
    )
    .addOption(seedOption())
    .option('--seeds <list>', 'a seed for each sample instead')
    .option('--batch <number>', 'samples per network call (default: 100 images or 1000 points)', parseNumber)
    .option('--format <list>', 'of png, grid, npz, gif; of points: csv, grid, npz (default: png,grid or csv,grid)')
    .option('--workers <number>', 'processes that share the work', parseNumber, 1)
    .option('--shard <i/n>', 'draw part i of n alone, as npz; diffgan merge puts them together')
    .addOption(backendOption())
    .addOption(precisionOption())
    .option('--out <folder>', 'folder of the files', SAMPLE_OUT)
    .addOption(jsonOption())
    .addHelpText('after', examples)
    .action(async ({ json, ...flags }: SampleFlags & { json: boolean }) => {
      const options = sampleOptions(flags);
      const { sample } = await import('../commands/sample.ts');
      const terminal = new Terminal(json);
      terminal.result(await sample(options, terminal, signal));
    });
}

import type { Command } from 'commander';
import { checkEvaluateOptions, EVALUATE_OUT, type EvaluateCommandOptions, parseSize } from '../evaluate/options.ts';
import { shardOf } from '../shards/shard.ts';
import { Terminal } from '../terminal/terminal.ts';
import { backendOption, jsonOption, precisionOption, seedOption } from './common-options.ts';
import { parseNumber } from './parse-number.ts';

type Flags = Omit<EvaluateCommandOptions, 'metrics' | 'shard'> & { json: boolean; metrics: string; shard?: string };

const samples = 'generated images: a folder of PNG or JPEG files, an .npz, a model or run folder, or shipped';
const reference =
  'real images: fashion-mnist:train, cifar10:test, a folder of PNG or JPEG files, an .npz of images or statistics';
const count =
  'take so many images, the first or some of each class of a folder, or draw so many (default: all, or 2000 drawn)';
const metricNames = 'of fid, fid-infinity, kid, is, precision-recall, density-coverage, class-shares';

const examples = `
Examples:
  diffgan evaluate --samples shipped --reference fashion-mnist:test
  diffgan evaluate --samples samples/ --reference fashion-mnist:train --metrics fid,is
  diffgan evaluate --samples samples.npz --reference cifar10.npz --extractor inception --weights inception.safetensors
  diffgan evaluate --samples samples.npz --reference cifar10:train --shard 3/8 --out runs/scored3

The Inception weights are those of pytorch-fid; the documentation of inceptionV3 in @diffgan/fid says how to convert them.`;

/** Adds `diffgan evaluate`. */
export function evaluateCommand(root: Command, signal: AbortSignal): void {
  root
    .command('evaluate')
    .description('score generated images: FID, KID, Inception Score, precision and recall, density and coverage')
    .requiredOption('--samples <what>', samples)
    .requiredOption('--reference <what>', reference)
    .option('--metrics <list>', metricNames, 'fid,kid,precision-recall,density-coverage')
    .option('--extractor <name>', 'fashion-cnn (28×28 grey) or inception', 'fashion-cnn')
    .option('--weights <file>', 'weights of the Inception network as safetensors')
    .option(
      '--resize <as>',
      'how Inception gets its size: pytorch (pytorch-fid, default), tensorflow (ADM), pillow (clean-fid)',
    )
    .option('--size <pixels>', 'make the images of folders so large: 32, or height and width 16x24', parseSize)
    .option('--background <colour>', 'behind transparent pixels in folders: black or white')
    .option('--range <black..white>', 'of floats in .npz files: -1..1 (default), 0..1 or 0..255')
    .option('--count <number>', count, parseNumber)
    .option('--batch <number>', 'images per network call (default: 100, or 32 for inception)', parseNumber)
    .addOption(seedOption())
    .option('--workers <number>', 'processes that share drawing from a network and its features', parseNumber, 1)
    .addOption(backendOption())
    .addOption(precisionOption())
    .option('--shard <i/n>', 'make the features of part i of n alone; diffgan merge puts them together and scores them')
    .option('--save-statistics', 'also write statistics.npz: mean and covariance of the features of the samples', false)
    .option('--no-cache', 'do not keep features of the reference for the next time')
    .option('--out <folder>', 'folder of evaluation.json and report.html', EVALUATE_OUT)
    .addOption(jsonOption())
    .addHelpText('after', examples)
    .action(async ({ json, metrics, shard, ...given }: Flags) => {
      const { parseMetrics } = await import('../evaluate/parse-metrics.ts');
      const options = {
        ...{ ...given, metrics: parseMetrics(metrics) },
        ...(shard !== undefined && { shard: shardOf(shard) }),
      };
      checkEvaluateOptions(options);
      const { evaluate } = await import('../commands/evaluate.ts');
      const terminal = new Terminal(json);
      terminal.result(await evaluate(options, terminal, signal));
    });
}

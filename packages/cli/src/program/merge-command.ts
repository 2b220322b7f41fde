import type { Command } from 'commander';
import { Terminal } from '../terminal/terminal.ts';
import { jsonOption } from './common-options.ts';

const examples = `
Example:
  diffgan merge runs/part1 runs/part2 runs/part3 --out runs/all`;

/** Adds `diffgan merge`. */
export function mergeCommand(root: Command): void {
  root
    .command('merge')
    .description('put the parts of sample --shard together: the same arrays as one process would have drawn')
    .argument('<folders...>', 'folders of all parts, in any order')
    .requiredOption('--out <folder>', 'folder of samples.npz')
    .addOption(jsonOption())
    .addHelpText('after', examples)
    .action(async (folders: string[], { json, out }: { json: boolean; out: string }) => {
      const { merge } = await import('../commands/merge.ts');
      const terminal = new Terminal(json);
      terminal.result(await merge(folders, out, terminal));
    });
}

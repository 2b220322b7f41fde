import type { Command } from 'commander';
import { Terminal } from '../terminal/terminal.ts';
import { jsonOption } from './common-options.ts';

const examples = `
Examples:
  diffgan merge runs/part1 runs/part2 runs/part3 --out runs/all
  diffgan merge runs/scored1 runs/scored2 --out runs/scored`;

/** Adds `diffgan merge`. */
export function mergeCommand(root: Command, signal: AbortSignal): void {
  root
    .command('merge')
    .description(
      'put the parts of sample --shard or evaluate --shard together: the arrays or scores of the whole, to the bit',
    )
    .argument('<folders...>', 'folders of all parts, in any order')
    .requiredOption('--out <folder>', 'folder of samples.npz, or of evaluation.json and report.html')
    .addOption(jsonOption())
    .addHelpText('after', examples)
    .action(async (folders: string[], { json, out }: { json: boolean; out: string }) => {
      const { merge } = await import('../commands/merge.ts');
      const terminal = new Terminal(json);
      terminal.result(await merge(folders, out, terminal, signal));
    });
}

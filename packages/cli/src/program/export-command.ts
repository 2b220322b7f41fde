import type { Command } from 'commander';
import { Terminal } from '../terminal/terminal.ts';
import type { ExportOptions } from '../weights/options.ts';
import { jsonOption } from './common-options.ts';

const examples = `
Examples:
  diffgan export models/cifar10 exported/unet
  diffgan export models/generator exported --layout ncsnpp

In Python: diffusers.UNet2DModel.from_pretrained('exported/unet')`;

/** Adds `diffgan export`. */
export function exportCommand(root: Command): void {
  root
    .command('export')
    .description('write the weights of a model folder for another library')
    .argument('<source>', 'model folder')
    .argument('<folder>', 'folder to write')
    .option('--layout <name>', 'diffusers, openai, openai-new-order or ncsnpp', 'diffusers')
    .addOption(jsonOption())
    .addHelpText('after', examples)
    .action(async (source: string, folder: string, { json, layout }: ExportOptions & { json: boolean }) => {
      const { exportWeights } = await import('../commands/export.ts');
      const terminal = new Terminal(json);
      terminal.result(await exportWeights(source, folder, { layout, terminal }));
    });
}

import type { Command } from 'commander';
import { Terminal } from '../terminal/terminal.ts';
import type { ExportOptions } from '../weights/options.ts';
import { jsonOption } from './common-options.ts';

const layouts =
  'diffusers, openai, openai-new-order, ncsnpp or native (default: diffusers, or native where it has no such network)';

const examples = `
Examples:
  diffgan export models/cifar10 exported/unet
  diffgan export models/generator exported --layout ncsnpp
  diffgan export shipped exported

In Python: diffusers.UNet2DModel.from_pretrained('exported/unet')`;

/** Adds `diffgan export`. */
export function exportCommand(root: Command): void {
  root
    .command('export')
    .description('write the weights of a network for another library')
    .argument('<source>', 'folder of a network or of a run, a model by name, or shipped')
    .argument('<folder>', 'folder to write')
    .option('--layout <name>', layouts)
    .addOption(jsonOption())
    .addHelpText('after', examples)
    .action(async (source: string, folder: string, { json, layout }: ExportOptions & { json: boolean }) => {
      const { exportWeights } = await import('../commands/export.ts');
      const terminal = new Terminal(json);
      terminal.result(await exportWeights(source, folder, { layout, terminal }));
    });
}

import type { Command } from 'commander';
import { Terminal } from '../terminal/terminal.ts';
import type { ImportOptions } from '../weights/options.ts';
import { jsonOption } from './common-options.ts';

const layouts = 'diffusers, openai, openai-new-order, ncsnpp or native (default: by the names of the tensors)';

const examples = `
Examples:
  diffgan import downloads/ddpm-cifar10-32 models/cifar10
  diffgan import cifar10_uncond_50M_500K.safetensors models/iddpm --config iddpm.json \\
    --schedule cosine:4000,positions=1000 --variance learnedRange

A checkpoint of PyTorch (.pth, .pt, .bin) needs one conversion first; the command tells the line for it.`;

/** Adds `diffgan import`. */
export function importCommand(root: Command, signal: AbortSignal): void {
  root
    .command('import')
    .description('make a model folder from safetensors weights of diffusers, OpenAI or the DDGAN release')
    .argument('<source>', 'weight file, or a folder with one')
    .argument(
      '<folder>',
      'model folder to write: config.json, model.safetensors, and diffusion.json where the schedule is known',
    )
    .option('--layout <name>', layouts)
    .option('--config <file>', 'configuration of the network (default: config.json beside the weights)')
    .option('--preset <name>', 'network of a preset, such as fashion-mnist-tiny/generator')
    .option(
      '--schedule <text>',
      'noise schedule it was trained with (default: scheduler_config.json beside the weights)',
    )
    .option('--predicts <what>', 'what the network predicts: eps, x0, v or mean')
    .option('--variance <kind>', 'of ddpm: fixedLarge, fixedSmall, learned or learnedRange')
    .addOption(jsonOption())
    .addHelpText('after', examples)
    .action(async (source: string, folder: string, { json, ...options }: ImportOptions & { json: boolean }) => {
      const { importWeights } = await import('../commands/import.ts');
      const terminal = new Terminal(json);
      terminal.result(await importWeights(source, folder, { ...options, terminal, signal }));
    });
}

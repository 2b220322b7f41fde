import type { Command } from 'commander';
import { Terminal } from '../terminal/terminal.ts';
import { jsonOption } from './common-options.ts';

interface Flags {
  json: boolean;
  gpu: boolean;
  force: boolean;
}

/** Adds `diffgan runtime install`. */
export function runtimeCommand(root: Command, signal: AbortSignal): void {
  root
    .command('runtime')
    .description('the native TensorFlow library')
    .command('install')
    .description('find or download TensorFlow and compile the binding of tfjs-node against it')
    .option('--gpu', 'take the CUDA build', false)
    .option('--force', 'set up anew even when everything works', false)
    .addOption(jsonOption())
    .addHelpText('after', '\nExamples:\n  diffgan runtime install\n  diffgan runtime install --gpu')
    .action(async ({ json, gpu, force }: Flags) => {
      const { runtimeInstall } = await import('../commands/runtime-install.ts');
      const terminal = new Terminal(json);
      terminal.result(await runtimeInstall({ gpu, force, signal }, terminal));
    });
}

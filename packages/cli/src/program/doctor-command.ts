import type { Command } from 'commander';
import { Terminal } from '../terminal/terminal.ts';
import { jsonOption } from './common-options.ts';

/** Adds `diffgan doctor`. */
export function doctorCommand(root: Command, signal: AbortSignal): void {
  root
    .command('doctor')
    .description('say what works on this machine, how fast, and what to do about the rest')
    .addOption(jsonOption())
    .addHelpText('after', '\nExample:\n  diffgan doctor')
    .action(async ({ json }: { json: boolean }) => {
      const { doctor } = await import('../commands/doctor.ts');
      const terminal = new Terminal(json);
      terminal.result(await doctor(terminal, signal));
    });
}

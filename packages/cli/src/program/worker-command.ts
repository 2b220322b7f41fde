import type { Command } from 'commander';

/** `diffgan worker`, which other commands start: not for people. */
export function workerCommand(root: Command): void {
  root.command('worker', { hidden: true }).action(async () => {
    const { work } = await import('../workers/worker.ts');
    await work();
  });
}

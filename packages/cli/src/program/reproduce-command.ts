import type { Command } from 'commander';
import { type ReproduceFlags, reproduceOptions, RUNS } from '../reproduce/options.ts';
import { Terminal } from '../terminal/terminal.ts';
import { backendOption, jsonOption } from './common-options.ts';
import { parseNumber } from './parse-number.ts';

const examples = `
Examples:
  diffgan reproduce --list
  diffgan reproduce X24 --scale 0.05
  diffgan reproduce X1 X2 X3 --seeds 3 --hours 8
  diffgan reproduce X1 X2 --missing --only ddpm-1000,gan-10
  diffgan reproduce --check

Trainings and measurements that are finished are not done again, and experiments share what they have in common. Ctrl-C loses nothing: the
same command goes on.`;

/** Adds `diffgan reproduce`. */
export function reproduceCommand(root: Command, signal: AbortSignal): void {
  root
    .command('reproduce')
    .description("run the papers' experiments: train, measure, and write their figures, tables and pages")
    .argument('[id...]', 'experiments such as X1, or all')
    .option('--list', 'say which there are, what they cost and how far they are', false)
    .option('--check', 'say which results and pages are not those of the present definitions', false)
    .option('--pages', 'write the pages of all results anew; nothing is run', false)
    .option(
      '--scale <share>',
      'share of the steps and samples, for a trial; its results go beside the runs',
      parseNumber,
      1,
    )
    .option('--only <names>', 'make these measurements alone, with commas between, such as gan-4,gan-10')
    .option(
      '--missing',
      'take what results/ holds as done, whatever machine it was made on; add what is missing',
      false,
    )
    .option('--hours <number>', 'stop after so many hours', parseNumber)
    .option('--seeds <number>', 'seeds of training, from 0 on', parseNumber, 1)
    .option('--small', 'train the networks of fashion-mnist-small, which are five times as large', false)
    .option('--runs <folder>', `folder of trainings and measurements (default: ${RUNS})`)
    .option('--out <folder>', 'where results/ and docs/results/ are written (default: here)')
    .addOption(backendOption())
    .addOption(jsonOption())
    .addHelpText('after', examples)
    .action(async (ids: string[], { json, ...flags }: ReproduceFlags & { json: boolean }) => {
      const options = reproduceOptions(ids, flags);
      const terminal = new Terminal(json);
      if (options.check) {
        const { checkResults, formatChecked } = await import('@diffgan/experiments');
        const checked = await checkResults(options.out);
        if (json) terminal.result(checked);
        else terminal.print(formatChecked(checked));
        if (checked.stale.length + checked.changed.length > 0) process.exitCode = 1;
        return;
      }
      if (options.pages) {
        const { writePages } = await import('@diffgan/experiments');
        return terminal.result(await writePages(options.out));
      }
      if (options.list || ids.length === 0) {
        const { formatList, listExperiments } = await import('@diffgan/experiments');
        const listed = await listExperiments(options);
        if (json) terminal.result(listed);
        else terminal.print(formatList(listed));
        return;
      }
      const { reproduce } = await import('@diffgan/experiments');
      terminal.result(await reproduce(options, terminal, signal));
    });
}

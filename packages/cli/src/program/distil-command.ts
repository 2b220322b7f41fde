import type { Command } from 'commander';
import { UsageError } from '@diffgan/runs/errors';
import type { TrainCommandOptions } from '../commands/train.ts';
import { Terminal } from '../terminal/terminal.ts';
import { backendOption, collect, jsonOption, precisionOption } from './common-options.ts';
import { parseNumber } from './parse-number.ts';

interface Flags extends TrainCommandOptions {
  json: boolean;
  teacher?: string;
  calls?: number;
  divergence?: string;
  guidance?: number;
}

const examples = `
Examples:
  diffgan distil --teacher fashion-mnist-ddpm --guidance 1
  diffgan distil --teacher runs/fashion-mnist-ddpm
  diffgan distil --teacher runs/fashion-mnist-ddpm --calls 1 --divergence js2 --out runs/one-call
  diffgan distil --teacher runs/fashion-mnist-ddpm --init runs/fashion-mnist-ddgan
  diffgan distil --resume --out runs/one-call

The teacher is a DDPM. A student of pictures has its U-Net; one of points the preset's network, which the teacher's has to be like. Divergences
other than rkl train a critic besides, on the data.`;

/** Adds `diffgan distil`. */
export function distilCommand(root: Command, signal: AbortSignal): void {
  root
    .command('distil')
    .description('teach a generator of one to a few calls what a DDPM of many steps draws')
    .option(
      '--teacher <model>',
      'folder of the run of a DDPM or of an imported one, or fashion-mnist-ddpm, which is shipped',
    )
    .option('--calls <number>', 'network calls per sample of the student (default: 4)', parseNumber)
    .option(
      '--divergence <name>',
      'what is lowered: rkl (default), kl, js2, hellinger2, jeffreys, pearson, neyman, gan',
    )
    .option(
      '--guidance <w>',
      'guide the teacher by itself without the class; it must know a label for none (default: 0)',
      parseNumber,
    )
    .option('--preset <name>', 'networks and rates (default: fashion-mnist-distil)')
    .option('--config <file>', 'JSON file with settings, on top of its "preset"')
    .option('--set <path=value>', 'one setting, such as training.batch=64; may be repeated', collect)
    .option('--steps <number>', 'length of the run in steps', parseNumber)
    .option('--minutes <number>', 'length of the run in minutes; the learning rates stay constant', parseNumber)
    .option('--seed <number>', 'seed of everything random (default: 0)', parseNumber)
    .addOption(backendOption())
    .addOption(precisionOption())
    .option(
      '--init <model>',
      'what the student starts from: a folder, or a shipped model by name (default: the teacher)',
    )
    .option('--out <folder>', 'folder of the run (default: runs/ and the name of preset or file)')
    .option('--resume', 'go on with a run, with its own settings; a length is its new one', false)
    .addOption(jsonOption())
    .addHelpText('after', examples)
    .action(async ({ json, ...flags }: Flags) => {
      const { train } = await import('../commands/train.ts');
      const terminal = new Terminal(json);
      terminal.result(await train(trainOptionsOf(flags), terminal, signal));
    });
}

/** The same as options of `diffgan train`. */
function trainOptionsOf({
  teacher,
  calls,
  divergence,
  guidance,
  ...options
}: Omit<Flags, 'json'>): TrainCommandOptions {
  const own = { teacher, guidance, 'schedule.steps': calls, 'training.divergence': divergence };
  const set = Object.entries(own).flatMap(([path, value]) =>
    value === undefined ? [] : [`${path}=${JSON.stringify(value)}`],
  );
  if (options.resume && set.length > 0)
    throw new UsageError(
      '--resume goes on with the settings of the run; leave out --teacher, --calls, --divergence and --guidance',
    );
  if (!options.resume && teacher === undefined && options.config === undefined)
    throw new UsageError(
      'distil: nothing says what to learn from; give --teacher, the folder of the run of a DDPM or fashion-mnist-ddpm',
    );
  const preset =
    options.preset ?? (options.config === undefined && !options.resume ? 'fashion-mnist-distil' : undefined);
  return { ...options, preset, set: set.length > 0 ? [...set, ...(options.set ?? [])] : options.set };
}

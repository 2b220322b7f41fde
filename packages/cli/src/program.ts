import { Command } from 'commander';
import { checkEvaluateOptions, EVALUATE_OUT, type EvaluateCommandOptions } from './evaluate/options.ts';
import { checkQuickstartOptions, DEFAULT_OUT, type QuickstartOptions } from './quickstart/options.ts';
import { doctorCommand } from './program/doctor-command.ts';
import { parseNumber } from './program/parse-number.ts';
import { reproduceCommand } from './program/reproduce-command.ts';
import { sampleCommand } from './program/sample-command.ts';
import { trainCommand } from './program/train-command.ts';
import { workerCommand } from './program/worker-command.ts';
import { Terminal } from './terminal.ts';
import { version } from './version.ts';
import type { ExportOptions, ImportOptions } from './weights/options.ts';

interface EvaluateFlags {
  json: boolean;
  metrics: string;
}

/** The `diffgan` command. Commands load what they need when they run, so that `--help` answers at once. */
export function program(signal: AbortSignal): Command {
  const root = new Command('diffgan')
    .description('Train, sample and score denoising diffusion GANs')
    .version(version)
    .showHelpAfterError('(--help shows the options)');

  root
    .command('quickstart')
    .description(
      'set up what is missing, draw with the shipped weights, train a small DDGAN on Fashion-MNIST, score both',
    )
    .option('--minutes <number>', 'training time', parseNumber, 5)
    .option('--steps <number>', 'training steps, instead of a time: repeatable on one backend', parseNumber)
    .option('--seed <number>', 'seed of everything random', parseNumber, 0)
    .option('--backend <name>', 'tensorflow, webgpu, wasm or cpu (default: the first that works)')
    .option('--resume', 'go on with an interrupted run, with its own settings', false)
    .option('--out <folder>', 'folder of the run', DEFAULT_OUT)
    .option('--samples <number>', 'images drawn for each score', parseNumber, 2000)
    .option('--json', 'print the result as JSON on stdout, everything else on stderr', false)
    .addHelpText(
      'after',
      '\nExamples:\n  diffgan quickstart --minutes 5\n  diffgan quickstart --seed 1 --steps 500 --json\n  diffgan quickstart --resume',
    )
    .action(async ({ json, ...options }: QuickstartOptions & { json: boolean }) => {
      const { quickstart } = await import('./commands/quickstart.ts');
      const terminal = new Terminal(json);
      checkQuickstartOptions(options);
      terminal.result(await quickstart(options, terminal, signal));
    });

  trainCommand(root, signal);

  root
    .command('evaluate')
    .description('score generated images: FID, KID, Inception Score, precision and recall, density and coverage')
    .requiredOption(
      '--samples <what>',
      'generated images: a folder of PNG files, an .npz, a model or run folder, or shipped',
    )
    .requiredOption(
      '--reference <what>',
      'real images: fashion-mnist:train, cifar10:test, a folder of PNG files, an .npz of images or statistics',
    )
    .option(
      '--metrics <list>',
      'of fid, fid-infinity, kid, is, precision-recall, density-coverage',
      'fid,kid,precision-recall,density-coverage',
    )
    .option('--extractor <name>', 'fashion-cnn (28×28 grey) or inception', 'fashion-cnn')
    .option('--weights <file>', 'weights of the Inception network as safetensors')
    .option('--range <black..white>', 'of floats in .npz files: -1..1 (default), 0..1 or 0..255')
    .option(
      '--count <number>',
      'take the first so many images, or draw so many (default: all, or 2000 drawn)',
      parseNumber,
    )
    .option('--batch <number>', 'images per network call (default: 100, or 32 for inception)', parseNumber)
    .option('--seed <number>', 'seed of everything random', parseNumber, 0)
    .option('--workers <number>', 'processes that share drawing from a network and its features', parseNumber, 1)
    .option('--backend <name>', 'tensorflow, webgpu, wasm or cpu (default: the first that works)')
    .option('--no-cache', 'do not keep features of the reference for the next time')
    .option('--out <folder>', 'folder of evaluation.json and report.html', EVALUATE_OUT)
    .option('--json', 'print the result as JSON on stdout, everything else on stderr', false)
    .addHelpText(
      'after',
      '\nExamples:\n  diffgan evaluate --samples shipped --reference fashion-mnist:test' +
        '\n  diffgan evaluate --samples samples/ --reference fashion-mnist:train --metrics fid,is' +
        '\n  diffgan evaluate --samples samples.npz --reference cifar10.npz --extractor inception --weights inception.safetensors' +
        '\n\nThe Inception weights are those of pytorch-fid; the documentation of inceptionV3 in @diffgan/fid says how to convert them.',
    )
    .action(async ({ json, metrics, ...given }: Omit<EvaluateCommandOptions, 'metrics'> & EvaluateFlags) => {
      const { parseMetrics } = await import('./evaluate/parse-metrics.ts');
      const options = { ...given, metrics: parseMetrics(metrics) };
      checkEvaluateOptions(options);
      const { evaluate } = await import('./commands/evaluate.ts');
      const terminal = new Terminal(json);
      terminal.result(await evaluate(options, terminal, signal));
    });

  sampleCommand(root, signal);
  reproduceCommand(root, signal);
  weightCommands(root, signal);
  workerCommand(root);

  const runtime = root.command('runtime').description('the native TensorFlow library');
  runtime
    .command('install')
    .description('find or download TensorFlow and compile the binding of tfjs-node against it')
    .option('--gpu', 'take the CUDA build', false)
    .option('--force', 'set up anew even when everything works', false)
    .option('--json', 'print the result as JSON on stdout', false)
    .addHelpText('after', '\nExamples:\n  diffgan runtime install\n  diffgan runtime install --gpu')
    .action(async ({ json, gpu, force }: { json: boolean; gpu: boolean; force: boolean }) => {
      const { runtimeInstall } = await import('./commands/runtime-install.ts');
      const terminal = new Terminal(json);
      terminal.result(await runtimeInstall({ gpu, force, signal }, terminal));
    });

  doctorCommand(root, signal);
  return root;
}

function weightCommands(root: Command, signal: AbortSignal): void {
  root
    .command('import')
    .description('make a model folder from safetensors weights of diffusers, OpenAI or the DDGAN release')
    .argument('<source>', 'weight file, or a folder with one')
    .argument('<folder>', 'model folder to write: config.json and model.safetensors')
    .option(
      '--layout <name>',
      'diffusers, openai, openai-new-order, ncsnpp or native (default: by the names of the tensors)',
    )
    .option('--config <file>', 'configuration of the network (default: config.json beside the weights)')
    .option('--preset <name>', 'network of a preset, such as fashion-mnist-tiny/generator')
    .option('--json', 'print the result as JSON on stdout', false)
    .addHelpText(
      'after',
      '\nExamples:\n  diffgan import downloads/ddpm-cifar10-32 models/cifar10\n' +
        '  diffgan import cifar10_uncond_50M_500K.safetensors models/iddpm --config iddpm.json\n' +
        '\nA checkpoint of PyTorch (.pth, .pt, .bin) needs one conversion first; the command tells the line for it.',
    )
    .action(async (source: string, folder: string, { json, ...options }: ImportOptions & { json: boolean }) => {
      const { importWeights } = await import('./commands/import.ts');
      const terminal = new Terminal(json);
      terminal.result(await importWeights(source, folder, { ...options, terminal, signal }));
    });

  root
    .command('export')
    .description('write the weights of a model folder for another library')
    .argument('<source>', 'model folder')
    .argument('<folder>', 'folder to write')
    .option('--layout <name>', 'diffusers, openai, openai-new-order or ncsnpp', 'diffusers')
    .option('--json', 'print the result as JSON on stdout', false)
    .addHelpText(
      'after',
      '\nExamples:\n  diffgan export models/cifar10 exported/unet\n  diffgan export models/generator exported --layout ncsnpp\n' +
        "\nIn Python: diffusers.UNet2DModel.from_pretrained('exported/unet')",
    )
    .action(async (source: string, folder: string, { json, layout }: ExportOptions & { json: boolean }) => {
      const { exportWeights } = await import('./commands/export.ts');
      const terminal = new Terminal(json);
      terminal.result(await exportWeights(source, folder, { layout, terminal }));
    });
}
